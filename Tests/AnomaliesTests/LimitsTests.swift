import Fencing
import Positioning
import Testing

@testable import Anomalies

@Suite struct LimitsTests {
    @Test func theStateOfAllRulesHasItsBound() {
        #expect(MemoryLayout<TrackStates>.size + MemoryLayout<LinkState>.size <= Limits.ruleStateBytes)
    }

    /// The boundaries that flap, each a track with its times; the carriers of one id; the datums that may be wrong. Each list is a
    /// buffer that doubles as it grows.
    @Test func theListsOfADeviceThatIsSuspectedOfEverythingHaveTheirs() {
        func buffer<Element>(_ count: Int, of type: Element.Type) -> Int {
            32 + count.roundedUpToPowerOfTwo * MemoryLayout<Element>.stride
        }
        let flapping =
            buffer(Limits.flappingFences, of: Flapping.Track.self)
            + Limits.flappingFences * buffer(Limits.flappingChanges, of: Timestamp.self)
        let identity = buffer(Limits.identitySides, of: SharedIdentity.Side.self)
        let datum = buffer(Limits.datumCases, of: WrongDatum.Case.self)
        #expect(flapping + identity + datum <= Limits.ruleListBytes)
    }

    /// Of a device that sounds all alarms there are at once, too.
    @Test func theStateOfALinkHasItsBound() {
        let sounding = 32 + Report.Alarms.named.count * MemoryLayout<DeviceAlarm.Sounding>.stride
        #expect(MemoryLayout<LinkState>.size + sounding <= Limits.linkStateBytes)
    }

    /// How far out a device gets is measured to beyond any margin that is suggested.
    @Test func aMarginIsMeasured() {
        let steps = (Limits.farOutside_m / Limits.marginStep_m).rounded(.up)
        #expect(steps * Limits.marginStep_m > Limits.marginMost_m)
    }

    /// Any ten positions hold a run that is looked at, and are all compared; what is remembered of a run has room for them.
    @Test func tenPositionsHoldARunThatIsLookedAt() {
        #expect(2 * Limits.patternCore - 2 >= Limits.patternFixes)
        #expect(Limits.patternCore + Limits.patternFlank == Limits.patternFixes)
        #expect(Limits.patternFlank * UInt16.bitWidth <= UInt64.bitWidth && Limits.patternFlank < UInt8.bitWidth)
        #expect(Double(Limits.patternCore - 1) * (Limits.patternGap_s + 1) <= Double(UInt16.max))
    }

    @Test func allRulesCanBeTurnedOff() {
        #expect(RuleName.allCases.allSatisfy { !Rules.none.hold($0) })
        #expect(RuleName.allCases.filter { !Rules().hold($0) } == [.speeding, .not_arrived, .gathering])
    }

    /// A human judges: the words say no more than that.
    @Test(arguments: RuleName.allCases) func itSaysThatItSuspects(rule: RuleName) {
        #expect("\(rule.suspicion)".hasPrefix("suspected "))
    }
}

extension Int {
    fileprivate var roundedUpToPowerOfTwo: Int { 1 << (Int.bitWidth - (self - 1).leadingZeroBitCount) }
}
