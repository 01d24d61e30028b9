internal import Fencing
public import Positioning

/// `not_arrived`: some time after the hours began, it has not been in any of the fences named. Without fences or hours it says
/// nothing. It is decided at fixes: who is silent is not known to be late. Who stays where its accuracy leaves open whether it
/// is inside, as at the kerb of the yard, is given the benefit of the doubt.
public struct NotArrived: TrackRule {
    public static let name = RuleName.not_arrived
    public static let settings: [Setting<NotArrived>] = [
        Setting("grace_s", \.grace_s, 0...43_200), Setting("early_s", \.early_s, 0...43_200),
        .cooldown(\.cooldown_s),
    ]
    public static let takesFences = true
    public static let takesHours = true

    public var scope = Scope()
    /// Seconds after the beginning of the hours by which to be there.
    public var grace_s = 600.0
    /// Seconds before it from which on having been there counts.
    public var early_s = 14_400.0
    /// It is raised at most once in any hours.
    public var cooldown_s = 0.0

    public init() {}

    public struct State: RuleState {
        /// Of the newest fix by which it was there, or may have been.
        @MaybeTime var inside: Timestamp?
        /// Since when each fix leaves open whether it is there.
        @MaybeTime var doubtful: Timestamp?
        var alarm = Alarm()

        public init() {}

        public mutating func code<Coder: StateCoder>(_ coder: inout Coder) throws(Coder.Failure) {
            try coder.time(&inside)
            try coder.time(&doubtful)
            try alarm.code(&coder)
        }
    }

    public func observe(_ seen: borrowing Observation, _ state: inout State, tell: Tell) {
        // Who has just come in waits for the evidence.
        var isDoubtful = false
        var entered: Timestamp?
        for place in seen.places where scope.covers(fence: seen.ground.id(of: place.fence)) {
            isDoubtful = isDoubtful || place.signedDistance_m <= 0
            if place.membership.isInside { entered = min(entered ?? seen.time, place.membership.entered ?? seen.time) }
        }
        isDoubtful = entered == nil && (isDoubtful || mayBeInside(seen))
        state.doubtful = isDoubtful ? state.doubtful ?? seen.time : nil
        let mayBeThere = state.doubtful.map { seen.time.seconds(since: $0) >= Limits.arrivalDoubt_s } ?? false
        if entered != nil || mayBeThere { state.inside = seen.time }
        let period = scope.fences.isEmpty ? nil : scope.hours?.period(at: seen.time, for: seen.group)
        settle(&state, seen, period, entered, tell)
        guard let period, entered == nil, !isDoubtful else { return }
        let due = period.lowerBound.advanced(bySeconds: grace_s)
        let isArrived = state.inside.map { $0 >= period.lowerBound.advanced(bySeconds: -early_s) } ?? false
        guard seen.time >= due, !isArrived else { return }
        let lastThere = state.inside
        state.alarm.raise(Self.name, at: seen.time, since: due, tell: tell) { evidence in
            evidence.time("begins", period.lowerBound)
            evidence.time("due", due)
            evidence.number("late_s", seen.time.seconds(since: period.lowerBound))
            if let lastThere { evidence.time("last_there", lastThere) }
        }
    }

    /// Within its error of a boundary that it seems to be outside of.
    private func mayBeInside(_ seen: borrowing Observation) -> Bool {
        let (place, blur_m) = (seen.fix.coordinate, Limits.speedBlur * seen.here.accuracy_m)
        return seen.ground.fences(near: place, within: blur_m).contains { index in
            let fence = seen.ground.fences[index]
            return scope.fences.contains(fence.id) && fence.applies(to: seen.group)
                && seen.ground.signedDistance_m(to: index, from: place) <= blur_m
        }
    }

    /// It has arrived, or the hours in which it was to are over.
    private func settle(
        _ state: inout State, _ seen: borrowing Observation, _ period: Range<Timestamp>?, _ entered: Timestamp?,
        _ tell: Tell
    ) {
        guard let raised = state.alarm.raised else { return }
        let current = period.flatMap { $0.contains(raised) ? $0 : nil }
        guard entered != nil || current == nil else { return }
        state.alarm.clear(Self.name, at: seen.time, cooldown_s: cooldown_s, tell: tell) { evidence in
            guard let entered, let current else { return }
            evidence.time("arrived", entered)
            evidence.number("late_s", entered.seconds(since: current.lowerBound))
        }
    }
}
