public import Positioning

/// `no_position`: reports are heard, in hours, and none of them is a usable fix. While nothing at all is heard, that is
/// ``Silence``'s matter: it counts from the next report on.
public struct NoPosition: AbsenceRule {
    public static let name = RuleName.no_position
    public static let settings: [Setting<NoPosition>] = [
        Setting("first_s", \.first_s, 60...604_800), Setting("second_s", \.second_s, 60...604_800),
        Setting("third_s", \.third_s, 60...604_800), Setting("intervals", \.intervals, 1...1000),
        .cooldown(\.cooldown_s),
    ]
    public static let takesHours = true

    public var scope = Scope()
    /// Raised after so many seconds …
    public var first_s = 600.0
    /// … told of again after so many …
    public var second_s = 1800.0
    /// … and once more. No level is reached before the one below it.
    public var third_s = 3600.0
    /// None before so many times the interval of the device's own fixes.
    public var intervals = 3.0
    /// Seconds after it was cleared, before it can be raised again.
    public var cooldown_s = 1800.0

    public init() {}

    public struct State: RuleState {
        var absence = Absence()
        /// From when on reports without one have come, none of them long after the one before.
        @MaybeTime var since: Timestamp?

        public init() {}

        public mutating func code<Coder: StateCoder>(_ coder: inout Coder) throws(Coder.Failure) {
            try absence.code(&coder)
            try coder.time(&since)
        }
    }

    @inline(__always)
    public func note(_ report: Report, _ heard: borrowing Heard, _ state: inout State) -> Bool {
        guard scope.hours != nil else { return false }
        guard let fixed = heard.fixed else { return true }
        if let last = heard.lastFix, fixed > last { state.absence.rhythm.note(from: last, to: fixed) }
        state.since = nil
        return state.absence.isRaised
    }

    public func judge(
        _ report: Report, _ heard: borrowing Heard, of group: String?, _ state: inout State, tell: Tell
    ) {
        guard heard.fixed != nil else { return miss(report, heard, of: group, &state, tell) }
        state.absence.ends(
            at: heard.time, began: heard.lastFix ?? heard.time, cooldown_s: cooldown_s, Self.name, tell: tell
        ) { _ in }
    }

    private func miss(
        _ report: Report, _ heard: borrowing Heard, of group: String?, _ state: inout State, _ tell: Tell
    ) {
        let gap_s = heard.last.map { heard.time.seconds(since: $0) } ?? 0
        let isGap = heard.isAfterPause || gap_s >= first_s && gap_s >= state.absence.leastSeconds(intervals: intervals)
        let since = isGap ? heard.time : state.since ?? heard.last ?? heard.time
        state.since = since
        let end = Self.until(report, heard)
        // Most end here: hours only make it later.
        guard end.seconds(since: since) >= first_s, let terms = terms(for: group) else { return }
        state.absence.lasts(
            since: since, began: heard.lastFix ?? since, until: end, detected: heard.time, terms, tell: tell)
    }

    /// Until when it had none: where reports wait in the device and come together, a fix may come with them.
    private static func until(_ report: Report, _ heard: borrowing Heard) -> Timestamp {
        guard let said = report.time, heard.time.seconds(since: said) <= Limits.believableClock_s else {
            return heard.time
        }
        return min(said, heard.time)
    }
}
