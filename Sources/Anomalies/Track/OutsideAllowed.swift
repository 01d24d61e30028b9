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

    public func observe(_ seen: borrowing Observation, _ state: inout State, tell: Tell) {
        func isMeant(_ index: Int) -> Bool {
            seen.ground.kind(of: index) == .allowed && seen.ground.isMeant(index, in: scope, for: seen.group)
        }
        // Who has just come in, or just gone, waits for the evidence.
        var isDoubtful = false
        var isInside = false
        for place in seen.places where isMeant(place.fence) {
            isInside = isInside || place.membership.isInside
            isDoubtful = isDoubtful || place.signedDistance_m <= 0
        }
        guard !isInside, seen.ground.allowedFences.contains(where: isMeant),
            scope.holds(at: seen.time, for: seen.group)
        else {
            guard state.since != nil || state.alarm.isRaised else { return }
            let since = state.since ?? seen.time
            state.alarm.clear(Self.name, at: seen.time, cooldown_s: cooldown_s, tell: tell) {
                $0.span(from: since, to: seen.time)
            }
            state.since = nil
            return
        }
        let isLong = seen.gap_s.map { $0 > Limits.levelGap_s } ?? true
        let since = isLong && !state.alarm.isRaised ? seen.time : state.since ?? seen.time
        state.since = since
        guard !isDoubtful, seen.time.seconds(since: since) >= duration_s else { return }
        state.alarm.raise(Self.name, at: seen.time, since: since, tell: tell) {
            $0.span(from: since, to: seen.time)
        }
    }
}
