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

    /// Every track of seven steps: enter and exit alternate, nothing is dated after it was known, and what happened last agrees with the phase.
    @Test func everyShortTrackAlternates() {
        let letters = Array("OoiI ")
        var tracks = [""]
        for _ in 0..<7 { tracks = tracks.flatMap { track in letters.map { track + String($0) } } }
        for track in tracks {
            let drawn = DrawnTrack(track)
            var isInside = false
            for decision in drawn.decisions where !decision.hasPrefix("passed") {
                #expect(decision.hasPrefix(isInside ? "exit" : "enter"), "\(track): \(drawn.decisions)")
                isInside.toggle()
            }
            switch drawn.membership.phase {
            case .outside, .entering: #expect(!isInside, "\(track)")
            case .inside, .leaving: #expect(isInside, "\(track)")
            }
        }
    }

    /// Eight hours at a desk near the edge: the receiver wanders over the boundary hundreds of times, the person never leaves.
    @Test(arguments: [(4.0, 60.0, 5.0), (8, 90, 5), (12, 120, 10), (25, 300, 15)])
    func oneWhoStaysNearTheEdgeNeverLeaves(sigma: Double, correlation_s: Double, depth: Double) {
        for seed in UInt64(1)...4 {
            var wander = Wander(sigma: sigma, correlation_s: correlation_s, seed: seed)
            var membership = Membership()
            var previous: Sample?
            var exits = 0
            var boundaryChanges = 0
            for step in 0..<2880 {
                let sample = Sample(
                    time: Timestamp(microseconds: Int64(step) * 10_000_000),
                    signedDistance_m: wander.next(step_s: 10) - depth, accuracy_m: sigma)
                if let previous, previous.isInside != sample.isInside { boundaryChanges += 1 }
                membership.observe(
                    sample, after: previous, at: Coordinate(latitude: 0, longitude: 0), under: FencePolicy()
                ) { if case .exited = $0 { exits += 1 } }
                previous = sample
            }
            #expect(boundaryChanges > 10, "the test's own receiver must be a bad one")
            #expect(exits == 0, "seed \(seed)")
        }
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

/// A receiver's error on one axis: first-order Gauss–Markov.
private struct Wander {
    private let sigma: Double
    private let correlation_s: Double
    private var random: Normal
    private var error: Double

    init(sigma: Double, correlation_s: Double, seed: UInt64) {
        self.sigma = sigma
        self.correlation_s = correlation_s
        random = Normal(seed: seed)
        error = sigma * random.next()
    }

    mutating func next(step_s: Double) -> Double {
        // exp(-x) of a small x, without Foundation: ten terms are exact to 1e-12 below 1.
        let x = step_s / correlation_s
        var keep = 1.0
        var term = 1.0
        for n in 1...10 {
            term *= -x / Double(n)
            keep += term
        }
        error = keep * error + (1 - keep * keep).squareRoot() * sigma * random.next()
        return error + 0.2 * sigma * random.next()
    }
}

/// Nearly normal: the sum of twelve uniform numbers, less six.
private struct Normal {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 }

    mutating func next() -> Double {
        var sum = -6.0
        for _ in 0..<12 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            sum += Double(state >> 11) / Double(1 << 53)
        }
        return sum
    }
}
