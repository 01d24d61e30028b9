import Testing

/// Many hours in made-up worlds, of which one is the one that the receiver claims to live in.
@Suite struct WorldTests {
    static let worlds: [(name: String, receiver: Receiver)] = [
        ("as claimed, 4 m", Receiver()),
        ("as claimed, 12 m", Receiver(sigma_m: 12, correlation_s: 120)),
        ("as claimed, 25 m", Receiver(sigma_m: 25, correlation_s: 300)),
        ("twice the claim", Receiver(sigma_m: 8, claimed_m: 4, correlation_s: 90)),
        ("heavy tails", Receiver(hasHeavyTails: true)),
        ("multipath", Receiver(hasMultipath: true)),
        ("strays", Receiver(hasStrays: true)),
        ("multipath, no speed", Receiver(hasMultipath: true, tellsSpeed: false)),
        ("no idea of its accuracy", Receiver(sigma_m: 5, claimed_m: 10)),
    ]

    /// Eight hours at a desk 12 m inside: the receiver wanders over the boundary, the person never leaves.
    @Test(arguments: worlds.indices)
    func oneWhoStaysNearTheEdgeNeverLeaves(world: Int) {
        let (name, receiver) = Self.worlds[world]
        var told: [String] = []
        for seed in UInt64(1)...4 {
            let reports = receiver.reports(for: 28_800, seed: seed, step_s: 10) { _ in (88, 0) }
            told += receiver.decide(reports).map(\.kind)
        }
        #expect(told.filter { $0 == "exit" }.isEmpty, "\(name): \(told)")
        #expect(told.filter { $0 == "enter" }.count == 4, "\(name): \(told)")
    }

    /// The same, 40 m outside.
    @Test(arguments: worlds.indices)
    func oneWhoStaysBesideNeverEnters(world: Int) {
        let (name, receiver) = Self.worlds[world]
        for seed in UInt64(1)...4 {
            let reports = receiver.reports(for: 28_800, seed: seed, step_s: 10) { _ in (140, 0) }
            #expect(receiver.decide(reports).isEmpty, "\(name), seed \(seed)")
        }
    }

    /// First seen at the edge; a stray comes before the entry is certain, but the velocity says that nobody went.
    @Test func aStrayEndsNoYoungEntry() {
        let distances = [5.0, -1, 3, -3, -13, 421] + Array(repeating: -11, count: 360)
        let reports = distances.enumerated().map { index, distance in
            Receiver.Report(
                time_s: Double(index) * 10, east_m: 100 + distance, north_m: 0, speed_mps: 0.1, course_deg: 0)
        }
        #expect(Receiver(sigma_m: 12).decide(reports, keepsPassed: true).map(\.kind) == ["enter"])
    }

    /// A bad receiver 5 m inside, whose error is five times that: it takes hours, but it is decided.
    @Test func whoIsHardlyInsideAllDayIsToldInside() {
        let receiver = Receiver(sigma_m: 25, correlation_s: 300)
        for seed in UInt64(1)...8 {
            let reports = receiver.reports(for: 28_800, seed: seed, step_s: 10) { _ in (95, 0) }
            #expect(receiver.decide(reports).map(\.kind) == ["enter"], "seed \(seed)")
        }
    }

    /// The first fix inside, 20 s after the edge, is borne out by the velocity; without one, a second fix must agree.
    @Test func anArrivalThatTheVelocityBearsOutIsKnownAtOnce() {
        for (tellsSpeed, known) in [(true, 300.0), (false, 330)] {
            let receiver = Receiver(tellsSpeed: tellsSpeed)
            let reports = receiver.reports(for: 1200, seed: 5, step_s: 30) { Self.visit($0 + 9) }
            #expect(receiver.decide(reports).map(\.known_s) == [known])
        }
    }

    /// Drives in, stays an hour, drives out: the same true way, told more or less often, gives the same events.
    @Test(arguments: [Receiver(), Receiver(hasStrays: true), Receiver(sigma_m: 12, correlation_s: 120)])
    func theIntervalDoesNotChangeTheEvents(receiver: Receiver) {
        for seed in UInt64(1)...5 {
            for step_s in [1, 5, 10, 30] {
                let reports = receiver.reports(for: 4800, seed: seed, step_s: step_s, along: Self.visit)
                let decisions = receiver.decide(reports)
                #expect(decisions.map(\.kind) == ["enter", "exit"], "seed \(seed), every \(step_s) s")
                for (decision, truth) in zip(decisions, [289.0, 4211]) {
                    let error = (decision.time_s - truth).magnitude
                    #expect(error <= 3 * decision.uncertainty_s, "seed \(seed), every \(step_s) s: \(decision)")
                    #expect(decision.known_s - truth <= (step_s == 30 ? 95 : 60), "seed \(seed): \(decision)")
                }
            }
        }
    }

    /// 2700 m at 9 m/s to the middle of the fence, whose edge is at 289 s; out again, whose edge is at 4211 s.
    static func visit(_ second: Double) -> (Double, Double) {
        (second < 300 ? 2700 - 9 * second : second < 4200 ? 0 : 9 * (second - 4200), 0)
    }

    /// Of all times told, about 95 in 100 are within twice the uncertainty that they claim.
    @Test func uncertaintyIsHonest() {
        var within = 0
        var all = 0
        for seed in UInt64(1)...60 {
            let step_s = [1, 5, 10, 30][Int(seed % 4)]
            let shift = Double(seed) * 0.71
            let receiver = Receiver(sigma_m: seed % 2 == 0 ? 4 : 12, correlation_s: 90)
            let reports = receiver.reports(for: 4800, seed: seed, step_s: step_s) { Self.visit($0 - shift) }
            for (decision, truth) in zip(receiver.decide(reports), [289 + shift - 0.11, 4211 + shift + 0.11]) {
                all += 1
                if (decision.time_s - truth).magnitude <= 2 * decision.uncertainty_s { within += 1 }
            }
        }
        #expect(all == 120)
        #expect(Double(within) >= 0.92 * Double(all), "\(within) of \(all)")
    }
}
