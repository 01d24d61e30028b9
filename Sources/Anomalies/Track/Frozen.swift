internal import Fencing
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
        /// Of the newest fixes, where there are two at least with the same position.
        var run = Run()
        var alarm = Alarm()

        public init() {}

        public mutating func code<Coder: StateCoder>(_ coder: inout Coder) throws(Coder.Failure) {
            var isThere = run != Run()
            try coder.bool(&isThere)
            if isThere { try run.code(&coder) } else { run = Run() }
            try alarm.code(&coder)
        }
    }

    /// Fixes with the same position: that of the newest.
    struct Run: Equatable, Sendable {
        var since = Timestamp(microseconds: 0)
        /// A digest of the newest one's other fields; nobody asks for the first one's.
        var others: UInt32 = 0
        /// Twice their number, and one more where their other fields moved.
        private var tally: UInt32 = 0

        init() {}

        /// With the first of them.
        init(since: Timestamp) {
            self.since = since
            fixes = 1
        }

        var fixes: Int {
            get { Int(tally >> 1) }
            set { tally = UInt32(clamping: min(newValue, Int(UInt32.max >> 1)) << 1) | tally & 1 }
        }
        var othersMove: Bool { tally & 1 == 1 }

        mutating func noteMove() { tally |= 1 }

        mutating func code<Coder: StateCoder>(_ coder: inout Coder) throws(Coder.Failure) {
            if coder.isFormer {
                var coordinate = Coordinate(latitude: 0, longitude: 0)
                try coder.coordinate(&coordinate)
            }
            try coder.time(&since)
            var (digest, hasMoved, count) = (Int64(others) << 32, othersMove, fixes)
            try coder.integer(&digest)
            try coder.bool(&hasMoved)
            try coder.count(&count)
            others = UInt32(truncatingIfNeeded: digest >> 32)
            fixes = count
            if hasMoved { noteMove() }
        }
    }

    @inline(__always)
    public func isConcerned(by seen: borrowing Observation, _ state: State) -> Bool {
        seen.isPinned || state.run.fixes > 0
    }

    public func observe(_ seen: borrowing Observation, _ state: inout State, tell: Tell) {
        if seen.isPinned { goOn(seen, &state, tell) } else { end(seen, &state, tell) }
    }

    private func end(_ seen: borrowing Observation, _ state: inout State, _ tell: Tell) {
        let run = state.run
        state.alarm.clear(Self.name, at: seen.time, cooldown_s: cooldown_s, tell: tell) { evidence in
            evidence.count("fixes", run.fixes)
            evidence.span(from: run.since, to: seen.time)
        }
        state.run = Run()
    }

    /// The same position again.
    private func goOn(_ seen: borrowing Observation, _ state: inout State, _ tell: Tell) {
        let others = seen.fix.measurements.digest
        var run = state.run.fixes > 0 ? state.run : Run(since: seen.last?.time ?? seen.time)
        run.fixes += 1
        // A receiver may show its place once more just before it pins it.
        if others != run.others, run.fixes > 2 { run.noteMove() }
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
    fileprivate var digest: UInt32 {
        var sum = Digest()
        sum.add(speed_mps ?? .nan)
        sum.add(course_deg ?? .nan)
        sum.add(altitude_m ?? .nan)
        guard speed_mps != 0 else { return sum.value }
        sum.add(reportedAccuracy_m ?? .nan)
        sum.add(hdop ?? .nan)
        sum.add(satellites.map(Double.init) ?? .nan)
        return sum.value
    }
}
