internal import Fencing
public import Positioning

/// `outside_allowed`: for some time outside every `allowed` fence that is for it, whether it ever was inside or not. In hours,
/// where some are given; else always.
public struct OutsideAllowed: TrackRule {
    public static let name = RuleName.outside_allowed
    public static let settings: [Setting<OutsideAllowed>] = [
        Setting("duration_s", \.duration_s, 0...86_400), .cooldown(\.cooldown_s),
    ]
    public static let takesFences = true
    public static let takesHours = true

    public var scope = Scope()
    /// For at least so many seconds.
    public var duration_s = 600.0
    public var cooldown_s = 1800.0

    public init() {}

    public struct State: RuleState {
        /// Of the first fix outside.
        var since: Timestamp?
        var alarm = Alarm()

        public init() {}

        public mutating func code<Coder: StateCoder>(_ coder: inout Coder) throws(Coder.Failure) {
            try coder.time(&since)
            try alarm.code(&coder)
        }
    }

    @inline(__always)
    public func observe(_ seen: borrowing Observation, _ state: inout State, tell: Tell) {
        let isIn = seen.kinds.contains(.allowed) ? standing(seen) : (inside: false, doubtful: false)
        guard !isIn.inside, seen.ground.isAnyAllowed(in: scope, for: seen.group),
            scope.holds(at: seen.time, for: seen.group)
        else {
            if state.since != nil || state.alarm.isRaised { end(seen, &state, tell) }
            return
        }
        let isLong = seen.gap_s.map { $0 > Limits.levelGap_s } ?? true
        let since = isLong && !state.alarm.isRaised ? seen.time : state.since ?? seen.time
        state.since = since
        if !isIn.doubtful, seen.time.seconds(since: since) >= duration_s { raise(since, seen, &state, tell) }
    }

    /// Whether it is in one; who has just come in, or just gone, waits for the evidence.
    @inline(never) private func standing(_ seen: borrowing Observation) -> (inside: Bool, doubtful: Bool) {
        var (isInside, isDoubtful) = (false, false)
        for index in seen.places.indices {
            let fence = seen.places[index].fence
            guard seen.ground.kinds(of: fence) == .allowed, seen.ground.isMeant(fence, in: scope, for: seen.group)
            else { continue }
            isInside = isInside || seen.places[index].membership.isInside
            isDoubtful = isDoubtful || seen.places[index].signedDistance_m <= 0
        }
        return (isInside, isDoubtful)
    }

    @inline(never) private func raise(
        _ since: Timestamp, _ seen: borrowing Observation, _ state: inout State, _ tell: Tell
    ) {
        state.alarm.raise(Self.name, at: seen.time, since: since, tell: tell) {
            $0.span(from: since, to: seen.time)
        }
    }

    @inline(never) private func end(_ seen: borrowing Observation, _ state: inout State, _ tell: Tell) {
        let since = state.since ?? seen.time
        state.alarm.clear(Self.name, at: seen.time, cooldown_s: cooldown_s, tell: tell) {
            $0.span(from: since, to: seen.time)
        }
        state.since = nil
    }
}
