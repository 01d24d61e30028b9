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
    public var cooldown_s = 1800.0

    public init() {}

    public struct State: RuleState {
        var stand: Stand?
        var alarm = Alarm()

        public init() {}

        public mutating func code<Coder: StateCoder>(_ coder: inout Coder) throws(Coder.Failure) {
            try coder.optional(&stand, blank: .blank) { (coder, stand) throws(Coder.Failure) in
                try stand.code(&coder)
            }
            try alarm.code(&coder)
        }
    }

    public func observe(_ seen: Observation, _ state: inout State, tell: Tell) {
        let isAtWork = seen.places.contains { place in
            let kind = seen.ground.fences[place.fence].kind
            return (kind == .site || kind == .customer) && (place.membership.isInside || place.signedDistance_m <= 0)
        }
        guard let hours = scope.hours, hours.holds(at: seen.time, for: seen.group), !isAtWork else {
            end(&state, at: seen, tell)
            state.stand = nil
            return
        }
        let lasts = state.stand?.lasts(at: seen, within: radius_m) ?? false
        guard lasts, let stand = state.stand else {
            end(&state, at: seen, tell)
            state.stand = Stand(at: seen, after: state.stand, within: radius_m)
            return
        }
        guard !stand.isAway, seen.time.seconds(since: stand.since) >= duration_s else { return }
        state.alarm.raise(Self.name, at: seen.time, since: stand.since, tell: tell) {
            $0.span(from: stand.since, to: seen.time)
        }
    }

    private func end(_ state: inout State, at seen: Observation, _ tell: Tell) {
        guard let stand = state.stand else { return }
        state.alarm.clear(Self.name, at: seen.time, cooldown_s: cooldown_s, tell: tell) {
            $0.span(from: stand.since, to: seen.time)
        }
    }
}
