import Fencing
import Positioning
import Testing

/// Pay is counted from the times of enters and exits: whatever comes, they alternate, and no time is before the one before it.
@Suite struct OrderTests {
    /// One who goes in and out all the time, near the edge, on foot or by car, with any receiver, interval and policy.
    @Test(arguments: [UInt64(1), 2, 3, 4])
    func timesOfOneFenceNeverGoBackwards(suite: UInt64) {
        var random = Draw(seed: suite)
        var told = 0
        for _ in 0..<400 {
            let seed = UInt64(random.uniform() * 1e9)
            let receiver = random.receiver()
            let policy = random.policy()
            let knots = random.wander(for: 1200)
            let reports = receiver.reports(for: 1200, seed: seed, step_s: Int(random.one(of: [1, 2, 5, 10, 15, 30]))) {
                Self.place(on: knots, at: $0)
            }
            let decisions = receiver.decide(reports, policy: policy)
            told += decisions.count
            let stays = decisions.filter { $0.kind != "dwell" }.map(\.kind)
            #expect(stays.enumerated().allSatisfy { $1 == ($0 % 2 == 0 ? "enter" : "exit") }, "\(seed): \(stays)")
            for (before, after) in zip(decisions, decisions.dropFirst()) where after.time_s < before.time_s {
                Issue.record("suite \(suite), seed \(seed), \(receiver), \(policy): \(after) after \(before)")
            }
            for decision in decisions where decision.time_s > decision.known_s {
                Issue.record("suite \(suite), seed \(seed), \(receiver), \(policy): \(decision) before it happened")
            }
        }
        #expect(told > 2000, "suite \(suite): \(told) decisions say little")
    }

    /// Whatever is said of the fence, even a reckoned place that has nothing to do with the fixes.
    @Test(arguments: [UInt64(1), 2, 3, 4])
    func arbitrarySamplesKeepTheOrder(seed: UInt64) {
        var random = Draw(seed: seed)
        var told = 0
        for world in 0..<1000 {
            let policy = random.policy()
            let step_s = random.one(of: [1.0, 3, 10, 25])
            var membership = Membership()
            var previous: Sample?
            var last = (kind: "exit", time: Timestamp(microseconds: .min))
            var side = 1.0
            for index in 1...60 {
                if random.uniform() < 0.2 { side = -side }
                let sample = random.sample(on: side, at: Double(index) * step_s)
                let place = previous.map { _ in Coordinate(latitude: 0, longitude: 0) }
                membership.observe(sample, after: previous, at: place, under: policy) { transition in
                    let now = Self.dated(transition)
                    guard now.kind != "passed" else { return }
                    told += 1
                    if now.kind == last.kind || now.time < last.time || now.time > sample.time {
                        Issue.record("seed \(seed), world \(world), \(policy): \(now) at \(sample.time) after \(last)")
                    }
                    if now.kind != "dwell" { last.kind = now.kind }
                    last.time = now.time
                }
                previous = sample
            }
        }
        #expect(told > 5000, "seed \(seed): \(told) decisions say little")
    }

    private static func dated(_ transition: Transition) -> (kind: String, time: Timestamp) {
        switch transition {
        case .entered(let at, _, _): ("enter", at.time)
        case .exited(let at, _): ("exit", at.time)
        case .dwelt(let at, _): ("dwell", at)
        case .passed(let origin): ("passed", origin.time)
        }
    }

    private static func place(on knots: [(second: Double, east_m: Double)], at second: Double) -> (Double, Double) {
        guard let next = knots.firstIndex(where: { $0.second > second }), next > 0 else {
            return (knots.last?.east_m ?? 0, 0)
        }
        let from = knots[next - 1]
        let share = (second - from.second) / (knots[next].second - from.second)
        return (from.east_m + share * (knots[next].east_m - from.east_m), 0)
    }
}

extension Draw {
    fileprivate mutating func one<Value>(of values: [Value]) -> Value {
        values[Int(uniform() * Double(values.count))]
    }

    fileprivate mutating func policy() -> FencePolicy {
        FencePolicy(
            enterConfirm_s: one(of: [0, 5, 10]), exitConfirm_s: one(of: [0, 1, 5, 10, 20, 30, 60]),
            exitMargin_m: one(of: [0, 2, 10]), dwell_s: one(of: [nil, 20]))
    }

    fileprivate mutating func sample(on side: Double, at second: Double) -> Sample {
        let accuracy_m = one(of: [2.5, 4, 12])
        return Sample(
            time: Timestamp(microseconds: Int64(second * 1e6)), signedDistance_m: side * uniform() * 60,
            accuracy_m: accuracy_m, speed_mps: one(of: [nil, 0, 1.4, 10]), isCorroborated: uniform() < 0.5,
            reckoned: uniform() < 0.1
                ? nil : Sample.Reckoned(signedDistance_m: normal() * 50, accuracy_m: one(of: [1, 3, 10])))
    }

    fileprivate mutating func receiver() -> Receiver {
        let sigma_m = one(of: [1.0, 4, 12, 25])
        return Receiver(
            sigma_m: sigma_m, claimed_m: one(of: [nil, sigma_m / 2, sigma_m / 5]),
            correlation_s: one(of: [5, 60, 300]),
            hasHeavyTails: uniform() < 0.3, hasMultipath: uniform() < 0.3, hasStrays: uniform() < 0.3,
            tellsSpeed: uniform() < 0.8)
    }

    /// Stands up to a minute, goes to somewhere up to 80 m from an edge that is 100 m from the origin, and again.
    fileprivate mutating func wander(for duration_s: Double) -> [(second: Double, east_m: Double)] {
        var knots = [(second: 0.0, east_m: 100 + 80 * (2 * uniform() - 1))]
        while let last = knots.last, last.second <= duration_s {
            let leaves = last.second + 60 * uniform()
            let goal = 100 + 80 * (2 * uniform() - 1)
            let way_s = max((goal - last.east_m).magnitude / one(of: [1, 1.4, 3, 10]), 1)
            knots += [(leaves, last.east_m), (leaves + way_s, goal)]
        }
        return knots
    }
}
