public import Positioning

/// `silence`: nothing is heard, in hours in which it is expected. Without hours nothing is.
///
/// ```
///            heard                          heard
///        ┌──────────┐          ┌───────────────────────────────┐
///        ▼          │          │                               │
///      quiet ───────┴── first_s ─▶ raised, 1 ─ second_s ─▶ 2 ─ third_s ─▶ 3
/// ```
/// Only seconds in hours count. That they end clears nothing: it is as silent as before.
public struct Silence: AbsenceRule {
    public static let name = RuleName.silence
    public static let settings: [Setting<Silence>] = [
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
    /// None before so many times the device's own interval.
    public var intervals = 3.0
    /// Seconds after it was cleared, before it can be raised again.
    public var cooldown_s = 1800.0

    public init() {}

    public struct State: RuleState {
        var absence = Absence()

        public init() {}

        public mutating func code<Coder: StateCoder>(_ coder: inout Coder) throws(Coder.Failure) {
            try absence.code(&coder)
        }
    }

    @inline(__always)
    public func note(_ report: Report, _ heard: borrowing Heard, _ state: inout State) -> Bool {
        guard scope.hours != nil, let last = heard.last else { return false }
        if heard.time > last, !heard.isAfterPause { state.absence.rhythm.note(from: last, to: heard.time) }
        return state.absence.isRaised
    }

    public func judge(
        _ report: Report, _ heard: borrowing Heard, of group: String?, _ state: inout State, tell: Tell
    ) {
        guard let last = heard.last else { return }
        // It comes now, and is of before.
        let isBuffered = heard.fixed.map { $0 < heard.time } ?? false
        state.absence.ends(at: heard.time, began: last, cooldown_s: cooldown_s, Self.name, tell: tell) {
            $0.bool("buffered", isBuffered)
        }
    }

    /// Hours only make it later.
    @inline(__always) public func heeds(_ silence: Silent) -> Bool {
        Double(silence.now.microseconds(since: silence.since)) >= first_s * 1e6
    }

    public func pass(_ silence: Silent, _ state: inout State, tell: Tell) {
        guard let terms = terms(for: silence.group) else { return }
        state.absence.lasts(since: silence.since, began: silence.heard, until: silence.now, terms, tell: tell)
    }

    public func nextLook(_ state: State, after silence: Silent) -> Timestamp? {
        terms(for: silence.group).flatMap { state.absence.next(since: silence.since, $0)?.time }
    }
}
