internal import Fencing
public import Positioning

/// `idle`: in hours, it stands for long outside every `site` and `customer` fence. Without hours it is off: whoever goes home
/// stands too.
public struct Idle: TrackRule {
    public static let name = RuleName.idle
    public static let settings: [Setting<Idle>] = [
        Setting("duration_s", \.duration_s, 60...86_400), Setting("radius_m", \.radius_m, 10...1000),
        .cooldown(\.cooldown_s),
    ]
    public static let takesHours = true

    public var scope = Scope()
    /// For at least so many seconds …
    public var duration_s = 1800.0
    /// … within so many metres of where it began. A single fix beyond may be a stray; two are a move.
    public var radius_m = 100.0
    /// Seconds after it was cleared, before it can be raised again.
    public var cooldown_s = 1800.0

    public init() {}

    public struct State: RuleState {
        @Compact var stand: Stand?
        var alarm = Alarm()

        public init() {}

        public mutating func code<Coder: StateCoder>(_ coder: inout Coder) throws(Coder.Failure) {
            try coder.optional(&stand, blank: .vacant) { (coder, stand) throws(Coder.Failure) in
                try stand.code(&coder)
            }
            try alarm.code(&coder)
        }
    }

    @inline(__always)
    public func isConcerned(by seen: borrowing Observation, _ state: State) -> Bool {
        state.stand != nil || scope.hours != nil && !seen.isAtWork
    }

    public func observe(_ seen: borrowing Observation, _ state: inout State, tell: Tell) {
        guard let hours = scope.hours, !seen.isAtWork, hours.holds(at: seen.time, for: seen.group) else {
            if state.stand != nil { end(&state, at: seen, tell) }
            state.stand = nil
            return
        }
        var stand = state.stand ?? .vacant
        let lasts = !stand.isVacant && stand.lasts(at: seen, within: radius_m)
        state.stand = stand
        let gap = seen.gap_s ?? 0
        // Without a fix for long it may have been in a fence that is near: in its garage, or deep in its house.
        let isUnknown = gap > Limits.speedGap_s && mayBeAtWork(within: radius_m, seen)
        guard lasts, !isUnknown else {
            if state.alarm.isRaised { end(&state, at: seen, tell) }
            state.stand = Stand(at: seen, after: isUnknown ? nil : stand, within: radius_m)
            return
        }
        if !stand.isAway, seen.time.seconds(since: stand.since) >= duration_s { judge(stand, seen, &state, tell) }
    }

    @inline(never) private func judge(
        _ stand: Stand, _ seen: borrowing Observation, _ state: inout State, _ tell: Tell
    ) {
        // Who stands just inside a fence may be seen just outside of it all the while.
        guard state.alarm.isRaised || !mayBeAtWork(within: Limits.speedBlur * seen.here.accuracy_m, seen) else {
            state.stand = Stand(at: seen, after: nil, within: radius_m)
            return
        }
        state.alarm.raise(Self.name, at: seen.time, since: stand.since, tell: tell) {
            $0.span(from: stand.since, to: seen.time)
        }
    }

    @inline(never) private func mayBeAtWork(within metres: Double, _ seen: borrowing Observation) -> Bool {
        let place = seen.fix.coordinate
        return seen.ground.fences(near: place, within: metres).contains { index in
            seen.ground.isWork(index) && seen.ground.applies(index, to: seen.group)
                && seen.ground.signedDistance_m(to: index, from: place) <= metres
        }
    }

    @inline(never) private func end(_ state: inout State, at seen: borrowing Observation, _ tell: Tell) {
        guard let stand = state.stand else { return }
        state.alarm.clear(Self.name, at: seen.time, cooldown_s: cooldown_s, tell: tell) {
            $0.span(from: stand.since, to: seen.time)
        }
    }
}
