internal import Fencing
public import Positioning

/// `too_perfect`: fix after fix of one that moves has the same accuracy, height, speed and interval. Suspected to be a mock
/// location. Who does not say them all is not judged.
public struct TooPerfect: TrackRule {
    public static let name = RuleName.too_perfect
    public static let settings: [Setting<TooPerfect>] = [
        Setting("fixes", \.fixes, 3...100_000, isCount: true), .cooldown(\.cooldown_s),
    ]

    public var scope = Scope()
    /// At least so many of them.
    public var fixes = 30.0
    /// Seconds after it was cleared, before it can be raised again.
    public var cooldown_s = 1800.0

    public init() {}

    public struct State: RuleState {
        var run = Run()
        var alarm = Alarm()

        public init() {}

        public mutating func code<Coder: StateCoder>(_ coder: inout Coder) throws(Coder.Failure) {
            var isThere = run.fixes > 0
            try coder.bool(&isThere)
            if isThere { try run.code(&coder) } else { run = Run() }
            try alarm.code(&coder)
        }
    }

    /// Moving fixes that are all alike.
    struct Run: Equatable, Sendable {
        var since = Timestamp(microseconds: 0)
        /// Of what must be constant but for the interval: the last two fixes tell that.
        private var digest: UInt32 = 0
        /// 0: there is none.
        var fixes: Int32 = 0

        init() {}

        /// With the first of them; without any, where it does not move, or does not say all.
        @inline(__always) init(at seen: borrowing Observation) {
            guard let speed = seen.fix.measurements.speed_mps, speed >= Limits.standingSpeed_mps,
                let altitude = seen.fix.measurements.altitude_m, let accuracy = seen.fix.measurements.accuracy_m,
                !seen.isPinned
            else { return }
            (since, fixes) = (seen.time, 1)
            digest = Self.digest(accuracy, altitude, speed)
        }

        @inline(__always) func isLike(_ other: Run) -> Bool { digest == other.digest }

        @inline(__always) private static func digest(_ accuracy: Double, _ altitude: Double, _ speed: Double) -> UInt32
        {
            var sum = Digest()
            sum.add(accuracy)
            sum.add(altitude)
            sum.add(speed)
            return sum.value
        }

        mutating func code<Coder: StateCoder>(_ coder: inout Coder) throws(Coder.Failure) {
            if coder.isFormer { return try readFormer(&coder) }
            var wide = Int64(digest)
            try coder.integer(&wide)
            digest = UInt32(truncatingIfNeeded: wide)
            try coder.time(&since)
            try coder.count(&fixes)
        }

        private mutating func readFormer<Coder: StateCoder>(_ coder: inout Coder) throws(Coder.Failure) {
            var (accuracy_m, altitude_m, speed_mps, interval_us) = (0.0, 0.0, 0.0, Int64(0))
            try coder.double(&accuracy_m)
            try coder.double(&altitude_m)
            try coder.double(&speed_mps)
            try coder.time(&since)
            try coder.integer(&interval_us)
            try coder.count(&fixes)
            digest = Self.digest(accuracy_m, altitude_m, speed_mps)
        }
    }

    @inline(__always)
    public func isConcerned(by seen: borrowing Observation, _ state: State) -> Bool {
        state.run.fixes > 0 || state.alarm.isRaised
            || (seen.fix.measurements.speed_mps ?? 0) >= Limits.standingSpeed_mps
    }

    public func observe(_ seen: borrowing Observation, _ state: inout State, tell: Tell) {
        var run = Run(at: seen)
        if run.fixes > 0, state.run.fixes > 0, run.isLike(state.run) { goOn(&run, after: state.run, seen) }
        if run.fixes <= 2, state.alarm.isRaised { end(&state, at: seen, tell) }
        state.run = run
        if run.fixes > 2, Double(run.fixes) >= fixes { raise(seen, &state, tell) }
    }

    /// One more of them; two, where its interval is another one.
    @inline(never) private func goOn(_ run: inout Run, after old: Run, _ seen: borrowing Observation) {
        guard let last = seen.last else { return }
        let interval_us = seen.time.microseconds(since: last.time)
        // As many of the same as there were led to the last one.
        let isEven = interval_us &* Int64(old.fixes - 1) == last.time.microseconds(since: old.since)
        run.fixes = isEven ? max(old.fixes &+ 1, old.fixes) : 2
        run.since = isEven ? old.since : last.time
    }

    @inline(never) private func raise(_ seen: borrowing Observation, _ state: inout State, _ tell: Tell) {
        let (run, said) = (state.run, seen.fix.measurements)
        state.alarm.raise(Self.name, at: seen.time, since: run.since, tell: tell) { evidence in
            evidence.count("fixes", Int(run.fixes))
            evidence.span(from: run.since, to: seen.time)
            evidence.number("interval_s", seen.gap_s ?? 0)
            evidence.number("speed_kmh", (said.speed_mps ?? 0) * 3.6)
            evidence.number("altitude_m", said.altitude_m ?? 0)
            evidence.number("accuracy_m", said.accuracy_m ?? 0)
        }
    }

    @inline(never) private func end(_ state: inout State, at seen: borrowing Observation, _ tell: Tell) {
        let run = state.run
        state.alarm.clear(Self.name, at: seen.time, cooldown_s: cooldown_s, tell: tell) { evidence in
            evidence.count("fixes", Int(run.fixes))
            evidence.span(from: run.since, to: seen.time)
        }
    }
}
