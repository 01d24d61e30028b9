public import Positioning

/// `frozen`: the position stays the same to the last bit, for long, while other fields change. A real receiver jitters.
///
/// Many trackers pin their position while they stand (static navigation), and say a speed of 0 then. Their satellites and
/// accuracy go on changing, their height and course don't: who says that it stands is judged by those alone.
public struct Frozen: TrackRule {
    public static let name = RuleName.frozen
    public static let settings: [Setting<Frozen>] = [
        Setting("fixes", \.fixes, 2...100_000, isCount: true), Setting("duration_s", \.duration_s, 1...86_400),
        .cooldown(\.cooldown_s),
    ]

    public var scope = Scope()
    /// At least so many of them.
    public var fixes = 20.0
    /// Over at least so many seconds.
    public var duration_s = 600.0
    /// Seconds after it was cleared, before it can be raised again.
    public var cooldown_s = 1800.0

    public init() {}

    public struct State: RuleState {
        var run: Run?
        var alarm = Alarm()

        public init() {}

        public mutating func code<Coder: StateCoder>(_ coder: inout Coder) throws(Coder.Failure) {
            let nowhere = Coordinate(latitude: 0, longitude: 0)
            let blank = Run(coordinate: nowhere, since: Timestamp(microseconds: 0))
            try coder.optional(&run, blank: blank) { (coder, run) throws(Coder.Failure) in
                try coder.coordinate(&run.coordinate)
                try coder.time(&run.since)
                try coder.integer(&run.others)
                try coder.bool(&run.othersMove)
                try coder.count(&run.fixes)
            }
            try alarm.code(&coder)
        }
    }

    /// Fixes with the same position.
    struct Run: Equatable, Sendable {
        var coordinate: Coordinate
        var since: Timestamp
        /// A digest of the newest one's other fields; nobody asks for the first one's.
        var others: Int64 = 0
        var othersMove = false
        var fixes = 1
    }

    @inline(__always)
    public func observe(_ seen: borrowing Observation, _ state: inout State, tell: Tell) {
        if let run = state.run, run.coordinate == seen.fix.coordinate {
            goOn(run, seen, &state, tell)
        } else {
            if state.alarm.isRaised { end(seen, &state, tell) }
            state.run = Run(coordinate: seen.fix.coordinate, since: seen.time)
        }
    }

    @inline(never) private func end(_ seen: borrowing Observation, _ state: inout State, _ tell: Tell) {
        guard let run = state.run else { return }
        state.alarm.clear(Self.name, at: seen.time, cooldown_s: cooldown_s, tell: tell) { evidence in
            evidence.count("fixes", run.fixes)
            evidence.span(from: run.since, to: seen.time)
        }
    }

    /// The same position again.
    @inline(never) private func goOn(
        _ before: Run, _ seen: borrowing Observation, _ state: inout State, _ tell: Tell
    ) {
        let others = seen.fix.measurements.digest
        var run = before
        run.fixes += 1
        // A receiver may show its place once more just before it pins it.
        if others != run.others, run.fixes > 2 { run.othersMove = true }
        run.others = others
        state.run = run
        guard run.othersMove, Double(run.fixes) >= fixes, seen.time.seconds(since: run.since) >= duration_s else {
            return
        }
        state.alarm.raise(Self.name, at: seen.time, since: run.since, tell: tell) { evidence in
            evidence.count("fixes", run.fixes)
            evidence.span(from: run.since, to: seen.time)
        }
    }
}

extension Measurements {
    /// Differs, by all likelihood, where what the receiver says besides its position differs. Stable, unlike `hashValue`.
    fileprivate var digest: Int64 {
        // FNV-1a, by whole words.
        var sum: UInt64 = 0xcbf2_9ce4_8422_2325
        func add(_ value: Double?) { sum = (sum ^ (value ?? .nan).bitPattern) &* 0x100_0000_01b3 }
        add(speed_mps)
        add(course_deg)
        add(altitude_m)
        guard speed_mps != 0 else { return Int64(bitPattern: sum) }
        add(reportedAccuracy_m)
        add(hdop)
        add(satellites.map(Double.init))
        return Int64(bitPattern: sum)
    }
}
