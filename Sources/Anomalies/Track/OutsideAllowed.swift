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
    /// Seconds after it was cleared, before it can be raised again.
    public var cooldown_s = 1800.0

    public init() {}

    public struct State: RuleState {
        /// Of the first fix outside.
        @MaybeTime var since: Timestamp?
        var alarm = Alarm()

        public init() {}

        public mutating func code<Coder: StateCoder>(_ coder: inout Coder) throws(Coder.Failure) {
            try coder.time(&since)
            try alarm.code(&coder)
        }
    }

    @inline(__always)
    public func isConcerned(by seen: borrowing Observation, _ state: State) -> Bool {
        !(scope.isAboutAllFences && seen.kindsInside.contains(.allowed)) || state.since != nil || state.alarm.isRaised
    }

    public func observe(_ seen: borrowing Observation, _ state: inout State, tell: Tell) {
        let isInside = seen.kindsInside.contains(.allowed) && (scope.isAboutAllFences || isInside(seen))
        guard !isInside, seen.ground.isAnyAllowed(in: scope, for: seen.group),
            scope.holds(at: seen.time, for: seen.group)
        else {
            if state.since != nil || state.alarm.isRaised { end(seen, &state, tell) }
            return
        }
        let isLong = seen.gap_s.map { $0 > Limits.levelGap_s } ?? true
        let since = isLong && !state.alarm.isRaised ? seen.time : state.since ?? seen.time
        state.since = since
        if seen.time.seconds(since: since) >= duration_s { raise(since, seen, &state, tell) }
    }

    private func isInside(_ seen: borrowing Observation) -> Bool {
        for index in seen.places.indices where seen.places[index].membership.isInside {
            if isMeant(seen.places[index].fence, seen) { return true }
        }
        return false
    }

    private func isMeant(_ fence: Int, _ seen: borrowing Observation) -> Bool {
        seen.ground.kinds(of: fence) == .allowed && seen.ground.isMeant(fence, in: scope, for: seen.group)
    }

    private func raise(
        _ since: Timestamp, _ seen: borrowing Observation, _ state: inout State, _ tell: Tell
    ) {
        // Who has just come in, or just gone, waits for the evidence.
        for place in seen.places where place.signedDistance_m <= 0 && isMeant(place.fence, seen) { return }
        state.alarm.raise(Self.name, at: seen.time, since: since, tell: tell) {
            $0.span(from: since, to: seen.time)
        }
    }

    private func end(_ seen: borrowing Observation, _ state: inout State, _ tell: Tell) {
        let since = state.since ?? seen.time
        state.alarm.clear(Self.name, at: seen.time, cooldown_s: cooldown_s, tell: tell) {
            $0.span(from: since, to: seen.time)
        }
        state.since = nil
    }
}
