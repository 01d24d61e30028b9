import Fencing
import Positioning
import Testing

@Suite struct MembershipTests {
    @Test(arguments: [
        // Comes, stays, goes: dated at the boundary, known a little later.
        ("OOIIIIIIOOOOOO", ["enter@17 known@30", "exit@72 known@110"]),
        // First seen inside.
        ("IIIII", ["enter@0 initial known@10"]),
        // Outside all the time, near or far.
        ("OoO.o.O.o.oooo....", []),
        // One stray fix inside proves nothing; that it went through is for the geometry to say.
        ("OOOIOOOO", ["passed from 20 known@40"]),
        // One stray fix outside, and a minute of them within the margin.
        ("OIIIIIOIIIIIII", ["enter@7 known@20"]),
        ("OIIIII......IIIIII", ["enter@7 known@20"]),
        // Two stray ones, twenty seconds: still no exit.
        ("OIIIIIOOIIII", ["enter@7 known@20"]),
        // Slowly out: dated back to when the boundary was passed for the last time.
        ("OIIIIi.ooooooo", ["enter@7 known@20", "exit@55 known@100"]),
        // A silence is no exit, however long; what follows decides.
        ("OIII                                    III", ["enter@7 known@20"]),
        ("", []), ("O", []), ("I", []), (".", []), ("i", []),
    ])
    func drawn(track: String, expected: [String]) {
        #expect(DrawnTrack(track).decisions == expected)
    }

    /// At 30 s, two fixes are enough only if both say it: a stray and a doubtful one do not.
    @Test func aStrayIsNoWitnessOfADoubtfulFix() {
        #expect(DrawnTrack("IIIIO,II", step_s: 30).decisions == ["enter@0 initial known@30"])
        #expect(DrawnTrack("IIIIooooo", step_s: 30).decisions == ["enter@0 initial known@30", "exit@108 known@150"])
    }

    @Test func aDwellThatOnlyTheExitProvesIsToldBeforeIt() {
        let decisions = DrawnTrack("OIOOOOO", step_s: 120, policy: FencePolicy(dwell_s: 100)).decisions
        let told = DrawnTrack("OIIOOOO", step_s: 120, policy: FencePolicy(dwell_s: 150)).decisions
        #expect(!decisions.contains { $0.hasPrefix("dwell") }, "one fix inside is no stay")
        #expect(told.map { $0.prefix { $0 != "@" } } == ["enter", "dwell", "exit"], "\(told)")
    }

    @Test func dwellIsToldOnceAndDatedFromTheEntry() {
        let policy = FencePolicy(dwell_s: 60)
        #expect(
            DrawnTrack("OIIIIIIIIIIIII", policy: policy).decisions
                == ["enter@7 known@20", "dwell@67 known@70"])
        #expect(DrawnTrack("OIIIIOOOOOOOO", policy: policy).decisions.contains { $0.hasPrefix("dwell") } == false)
    }

    /// What a decision needs is time, not a number of fixes: the same path, told ten times as often, gives the same events.
    @Test(arguments: ["OOIIIIIIOOOOOO", "OIIIIIOOIIIIII", "OOOIIIIIIII", "OIIII....IIIIIIOOOOOOO"])
    func theReportingIntervalDoesNotChangeTheEvents(track: String) {
        let kinds = { (decisions: [String]) in decisions.map { $0.prefix { $0 != "@" } } }
        let often = String(track.flatMap { Array(repeating: $0, count: 10) })
        #expect(
            kinds(DrawnTrack(track, step_s: 10).decisions) == kinds(DrawnTrack(often, step_s: 1).decisions))
    }

    @Test func confidenceGrowsWithStrengthAndStaysAProbability() {
        var last = 0.0
        for strength in stride(from: -50.0, through: 50, by: 0.25) {
            let value = confidence(strength: strength)
            #expect((0...1).contains(value) && value >= last)
            last = value
        }
        // Student's t, 3 degrees of freedom: 95 % lies below 2.353, 99.5 % below 5.841 (any table of it).
        #expect(abs(confidence(strength: 2.353) - 0.95) < 0.0002)
        #expect(abs(confidence(strength: 5.841) - 0.995) < 0.0001)
    }
}
