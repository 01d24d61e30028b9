import Fencing
import Positioning
import Testing

@testable import Anomalies

@Suite struct LimitsTests {
    @Test func theStateOfAllRulesHasItsBound() {
        #expect(MemoryLayout<TrackStates>.size <= Limits.trackStateBytes)
        let alarms = 32 + 3 * MemoryLayout<DeviceAlarm.Sounding>.stride
        #expect(Limits.trackStateBytes + MemoryLayout<LinkState>.size + alarms <= Limits.ruleStateBytes)
    }

    /// Lists have their places in the states, so that no device takes more.
    @Test func whatIsListedHasRoom() {
        #expect(Flapping.State().tracks.room == Limits.flappingFences)
        #expect(RecentTimes.most == Limits.flappingChanges)
        #expect(SharedIdentity.State().sides.room == Limits.identitySides)
        #expect(WrongDatum.State().cases.room == Limits.datumCases)
        #expect(Limits.datumDecoys <= Int(UInt8.max))
        #expect(Limits.farOutside_m / Limits.marginStep_m <= Double(UInt8.max))
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
