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
        var run: Run?
        var alarm = Alarm()

        public init() {}

        public mutating func code<Coder: StateCoder>(_ coder: inout Coder) throws(Coder.Failure) {
            try coder.optional(&run, blank: Run(accuracy_m: 0, altitude_m: 0, speed_mps: 0)) {
                (coder, run) throws(Coder.Failure) in
                try coder.double(&run.accuracy_m)
                try coder.double(&run.altitude_m)
                try coder.double(&run.speed_mps)
                try coder.time(&run.since)
                try coder.integer(&run.interval_us)
                try coder.count(&run.fixes)
            }
            try alarm.code(&coder)
        }
    }

    /// Moving fixes that are all alike.
    struct Run: Equatable, Sendable {
        var accuracy_m: Double
        var altitude_m: Double
        var speed_mps: Double
        var since = Timestamp(microseconds: 0)
        /// Between any two of them; 0 while there is one only.
        var interval_us: Int64 = 0
        var fixes = 1

        func isLike(_ other: Run) -> Bool {
            accuracy_m == other.accuracy_m && altitude_m == other.altitude_m && speed_mps == other.speed_mps
        }
    }

    @inline(__always)
    public func observe(_ seen: borrowing Observation, _ state: inout State, tell: Tell) {
        guard var run = Self.begin(at: seen) else {
            if state.alarm.isRaised { end(&state, at: seen, tell) }
            state.run = nil
            return
        }
        if let old = state.run, let last = seen.last, run.isLike(old) {
            run.interval_us = seen.time.microseconds - last.time.microseconds
            let isEven = old.fixes == 1 || run.interval_us == old.interval_us
            run.fixes = isEven ? old.fixes + 1 : 2
            run.since = isEven ? old.since : last.time
        }
        if run.fixes <= 2, state.alarm.isRaised { end(&state, at: seen, tell) }
        state.run = run
        if Double(run.fixes) >= fixes { raise(run, seen, &state, tell) }
    }

    @inline(never) private func raise(
        _ run: Run, _ seen: borrowing Observation, _ state: inout State, _ tell: Tell
    ) {
        state.alarm.raise(Self.name, at: seen.time, since: run.since, tell: tell) { evidence in
            evidence.count("fixes", run.fixes)
            evidence.span(from: run.since, to: seen.time)
            evidence.number("interval_s", Double(run.interval_us) / 1e6)
            evidence.number("speed_kmh", run.speed_mps * 3.6)
            evidence.number("altitude_m", run.altitude_m)
            evidence.number("accuracy_m", run.accuracy_m)
        }
    }

    /// - Returns: `nil` where it does not move, or does not say all.
    @inline(__always) private static func begin(at seen: borrowing Observation) -> Run? {
        guard let speed = seen.fix.measurements.speed_mps, speed >= Limits.standingSpeed_mps,
            let altitude = seen.fix.measurements.altitude_m, let accuracy = seen.fix.measurements.accuracy_m,
            seen.last.map({ $0.coordinate != seen.fix.coordinate }) ?? true
        else { return nil }
        return Run(accuracy_m: accuracy, altitude_m: altitude, speed_mps: speed, since: seen.time)
    }

    @inline(never) private func end(_ state: inout State, at seen: borrowing Observation, _ tell: Tell) {
        guard let run = state.run else { return }
        state.alarm.clear(Self.name, at: seen.time, cooldown_s: cooldown_s, tell: tell) { evidence in
            evidence.count("fixes", run.fixes)
            evidence.span(from: run.since, to: seen.time)
        }
    }
}
