internal import Fencing
public import Positioning

/// `inside_forbidden`: it is in a `forbidden` fence, by all the evidence that an enter takes. In hours, where some are given;
/// else always. Who is there when the hours begin is told of too.
public struct InsideForbidden: TrackRule {
    public static let name = RuleName.inside_forbidden
    public static let settings: [Setting<InsideForbidden>] = [.cooldown(\.cooldown_s)]
    public static let takesFences = true
    public static let takesHours = true

    public var scope = Scope()
    /// Seconds after it was cleared, before it can be raised again.
    public var cooldown_s = 300.0

    public init() {}

    public struct State: RuleState {
        /// That it is inside of, as far as it was told; an alarm that stands is about it.
        var fence: String?
        var alarm = Alarm()

        public init() {}

        public mutating func code<Coder: StateCoder>(_ coder: inout Coder) throws(Coder.Failure) {
            try coder.text(&fence)
            try alarm.code(&coder)
        }
    }

    @inline(__always)
    public func isConcerned(by seen: borrowing Observation, _ state: State) -> Bool {
        state.alarm.isRaised || seen.kindsInside.contains(.forbidden)
    }

    public func observe(_ seen: borrowing Observation, _ state: inout State, tell: Tell) {
        var inside = seen.places.filter { place in
            seen.ground.kinds(of: place.fence) == .forbidden && place.membership.isInside
                && scope.covers(fence: seen.ground.id(of: place.fence))
        }
        if !inside.isEmpty, !scope.holds(at: seen.time, for: seen.group) { inside = [] }
        if let fence = state.fence, !inside.contains(where: { seen.ground.id(of: $0.fence) == fence }) {
            state.alarm.clear(Self.name, at: seen.time, cooldown_s: cooldown_s, fence: fence, tell: tell) {
                $0.time("to", seen.time)
            }
            state.fence = nil
        }
        guard state.alarm.isReady(at: seen.time), let place = inside.first else { return }
        let fence = seen.ground.id(of: place.fence)
        state.fence = fence
        let entered = place.membership.entered ?? seen.time
        // What came before the hours was allowed.
        let since = max(entered, scope.hours?.period(at: seen.time, for: seen.group)?.lowerBound ?? entered)
        state.alarm.raise(
            Self.name, at: seen.time, since: since, fence: fence, tell: tell
        ) { evidence in
            evidence.span(from: since, to: seen.time)
            evidence.number("depth_m", -seen.ground.signedDistance_m(to: place.fence, from: seen.fix.coordinate))
        }
    }
}
