import Positioning
import Testing

@testable import Anomalies

@Suite struct LimitsTests {
    /// The state itself, and the boundaries that flap: each a track, and its times in a buffer that doubles as it grows.
    @Test func theStateOfAllRulesHasItsBound() {
        let (header, track) = (32, MemoryLayout<Flapping.Track>.stride)
        let times = 8 * (Limits.flappingChanges + 1).roundedUpToPowerOfTwo
        let heap = header + Limits.flappingFences * (track + header + times)
        #expect(MemoryLayout<TrackStates>.size + MemoryLayout<LinkState>.size + heap <= Limits.ruleStateBytes)
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
