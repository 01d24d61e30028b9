public import Positioning

/// What is remembered of the link to one device: a plain value, beside what is remembered of its track, which late fixes may
/// decide again.
public struct LinkState: Equatable, Sendable {
    // What a report changes lies first and together, and without gaps.
    /// Where its newest usable fix has it.
    public private(set) var whereabouts = Whereabouts()
    private var jamming = Jamming.State()
    private var linkClock = LinkClock()
    private var silence = Silence.State()
    private var noPosition = NoPosition.State()
    private var clockSkew = ClockSkew.State()
    private var replayed = Replayed.State()
    private var mock = Mock.State()
    private var weekRollover = WeekRollover.State()
    private var deviceAlarm = DeviceAlarm.State()
    private var gathering = Gathering.State()

    /// Of a device that was never heard.
    public init() {}

    /// The time of what was heard last on the device's own clock, as far as it can be believed; `nil` before the first.
    public var clock: Timestamp? { linkClock.time }

    /// Takes a report, usable or not.
    /// - Parameters:
    ///   - received: when it reached us; `nil` for recorded input.
    ///   - believed: the time of the device's newest fix that is believed: a recording's clock has nothing else to be held
    ///     against. `nil`: any is.
    ///   - group: the device's.
    ///   - signal: given what several devices together may tell.
    /// - Returns: `false` where it was not heard: a recording is given again, or nothing tells when it was.
    @discardableResult
    public mutating func hear(
        _ report: Report, _ outcome: Result<Fix, Rejection>, received: Timestamp?, believed: Timestamp? = nil,
        group: String?, under rules: RuleSet, tell: Tell, signal: (FleetSignal) -> Void
    ) -> Bool {
        let rejection: Rejection? = if case .failure(let reason) = outcome { reason } else { nil }
        let fixed = rejection == nil ? report.time : nil
        let said = believableTime(of: report, rejection, received: received, believed: believed)
        // A recording that is given again says nothing new.
        if received == nil, fixed == nil, let clock, !isNew(report, said, after: clock) { return false }
        if rejection == nil, let doubted = linkClock.doubted {
            confirm(doubted, by: believed, report, group, under: rules, tell)
        }
        guard let moment = linkClock.moment(said: said, received: received) else {
            guard let fixed else { return false }
            linkClock.doubted = fixed
            // An alarm waits for no confirmation.
            let heard = Heard(report, time: fixed)
            Self.hear(
                report, heard, of: group, rules, rules.inForce.deviceAlarm, { $0.inForce.deviceAlarm }, &deviceAlarm,
                tell)
            return true
        }
        pass(upTo: moment.passed, group: group, under: rules, tell: tell)
        let heard = heard(report, rejection, moment, received: received)
        if let fixed, said != nil, let coordinate = report.coordinate, whereabouts.time.map({ fixed >= $0 }) ?? true {
            whereabouts = Whereabouts(fixed, coordinate, accuracy_m: report.measurements.accuracy_m)
        }
        Self.hear(report, heard, of: group, rules, rules.inForce.mock, { $0.inForce.mock }, &mock, tell)
        Self.hear(report, heard, of: group, rules, rules.inForce.clockSkew, { $0.inForce.clockSkew }, &clockSkew, tell)
        Self.hear(
            report, heard, of: group, rules, rules.inForce.weekRollover, { $0.inForce.weekRollover }, &weekRollover,
            tell)
        Self.hear(report, heard, of: group, rules, rules.inForce.silence, { $0.inForce.silence }, &silence, tell)
        Self.hear(
            report, heard, of: group, rules, rules.inForce.noPosition, { $0.inForce.noPosition }, &noPosition, tell)
        Self.hear(
            report, heard, of: group, rules, rules.inForce.deviceAlarm, { $0.inForce.deviceAlarm }, &deviceAlarm, tell)
        let here = whereabouts.place?.coordinate
        Self.hear(report, heard, of: group, rules, rules.inForce.jamming, { $0.inForce.jamming }, &jamming) {
            // Without satellites, it is where it was.
            signal(FleetSignal($0.kind, time: $0.time, place: $0.place ?? here))
        }
        Self.hear(report, heard, of: group, rules, rules.inForce.replayed, { $0.inForce.replayed }, &replayed, signal)
        Self.hear(
            report, heard, of: group, rules, rules.inForce.gathering, { $0.inForce.gathering }, &gathering, signal)
        linkClock.go(to: moment)
        if let fixed, said == nil { linkClock.doubted = fixed }
        return true
    }

    /// Whether a recording's unusable report was not heard before: of the newest time, only an alarm that goes on does not show.
    private func isNew(_ report: Report, _ said: Timestamp?, after clock: Timestamp) -> Bool {
        if let said, said > clock { return true }
        return !report.alarms.isEmpty && report.time.map { $0 >= clock } ?? false
    }

    @inline(__always) private func heard(
        _ report: Report, _ rejection: Rejection?, _ moment: LinkClock.Moment, received: Timestamp?
    ) -> Heard {
        Heard(
            report, rejection: rejection, time: moment.time, last: linkClock.last(before: moment),
            lastFix: whereabouts.time, isAfterPause: linkClock.isAfterPause, received: received)
    }

    /// A recording's fix that the next one had to confirm was heard at its own time, as it is where the time of arrival is known.
    @inline(never) private mutating func confirm(
        _ doubted: Timestamp, by believed: Timestamp?, _ report: Report, _ group: String?, under rules: RuleSet,
        _ tell: Tell
    ) {
        linkClock.doubted = nil
        guard let believed, doubted <= believed, clock.map({ doubted > $0 }) ?? true else { return }
        pass(upTo: doubted, group: group, under: rules, tell: tell)
        let moment = LinkClock.Moment(time: doubted, passed: doubted, lead_us: nil)
        let heard = heard(report, nil, moment, received: nil)
        Self.hear(report, heard, of: group, rules, rules.inForce.silence, { $0.inForce.silence }, &silence, tell)
        Self.hear(
            report, heard, of: group, rules, rules.inForce.noPosition, { $0.inForce.noPosition }, &noPosition, tell)
        linkClock.go(to: moment)
    }

    /// The device's own time, where it is no wild guess.
    private func believableTime(
        of report: Report, _ rejection: Rejection?, received: Timestamp?, believed: Timestamp?
    ) -> Timestamp? {
        switch rejection {
        case nil:
            guard received == nil, let believed, let time = report.time else { return report.time }
            return time > believed ? nil : time
        case .void, .unobserved, .zero, .coarse:
            return report.time.flatMap { time in
                let (reference, most_s) =
                    received.map { ($0, Limits.believableClock_s) } ?? (clock ?? time, Limits.believableGap_s)
                return time.seconds(since: reference).magnitude <= most_s ? time : nil
            }
        case .undated, .duplicate, .future, .past, .impossible_speed, .unknown_device, .quarantined, .foreign_source,
            .too_many_devices:
            return nil
        }
    }

    /// Nothing was heard until now.
    /// - Parameter now: when arrivals are stamped so.
    public mutating func wait(until now: Timestamp, group: String?, under rules: RuleSet, tell: Tell) {
        guard let passed = linkClock.passed(at: now) else { return }
        pass(upTo: passed, group: group, under: rules, tell: tell)
    }

    /// Nothing more was said until a time of a recording; not of a device that was heard live since.
    public mutating func pass(until time: Timestamp, group: String?, under rules: RuleSet, tell: Tell) {
        if linkClock.lead_us == nil { pass(upTo: time, group: group, under: rules, tell: tell) }
    }

    @inline(__always)
    private mutating func pass(upTo time: Timestamp, group: String?, under rules: RuleSet, tell: Tell) {
        guard let silent = linkClock.silent(until: time, group) else { return }
        Self.pass(silent, rules, rules.inForce.silence, { $0.inForce.silence }, &silence, tell)
        Self.pass(silent, rules, rules.inForce.noPosition, { $0.inForce.noPosition }, &noPosition, tell)
    }

    /// When ``wait(until:group:under:tell:)`` may have something to tell; `nil`: not before something is heard.
    /// - Parameter now: by the clock that stamps arrivals.
    public func nextLook(after now: Timestamp, group: String?, under rules: RuleSet) -> Timestamp? {
        guard let silent = linkClock.silence(at: now, group) else { return nil }
        let looks = [
            Self.nextLook(silent, rules.inForce.silence, silence),
            Self.nextLook(silent, rules.inForce.noPosition, noPosition),
        ]
        return looks.compactMap { $0 }.min().flatMap(linkClock.arrival)
    }

    /// Listening begins, or begins again after a time in which nobody did.
    public mutating func resume(at now: Timestamp) { linkClock.resume(at: now) }

    // Whoever is to judge needs the rule whole, and a copy of it for every report would cost as much as the rest: so it is fetched
    // again there.

    @inline(__always) private static func hear<Told: LinkRule>(
        _ report: Report, _ heard: borrowing Heard, of group: String?, _ rules: RuleSet, _ rule: Told?,
        _ again: (RuleSet) -> Told?, _ state: inout Told.State, _ tell: Tell
    ) {
        guard let rule, rule.scope.applies(to: group), rule.note(report, heard, &state) else { return }
        judge(report, heard, of: group, rules, again, &state, tell)
    }

    @inline(never) private static func judge<Told: LinkRule>(
        _ report: Report, _ heard: borrowing Heard, of group: String?, _ rules: RuleSet, _ rule: (RuleSet) -> Told?,
        _ state: inout Told.State, _ tell: Tell
    ) {
        rule(rules)?.judge(report, heard, of: group, &state, tell: tell)
    }

    @inline(__always) private static func hear<Told: FleetRule>(
        _ report: Report, _ heard: borrowing Heard, of group: String?, _ rules: RuleSet, _ rule: Told?,
        _ again: (RuleSet) -> Told?, _ state: inout Told.State, _ signal: (FleetSignal) -> Void
    ) {
        guard let rule, rule.scope.applies(to: group), rule.note(report, heard, &state) else { return }
        judge(report, heard, rules, again, &state, signal)
    }

    @inline(never) private static func judge<Told: FleetRule>(
        _ report: Report, _ heard: borrowing Heard, _ rules: RuleSet, _ rule: (RuleSet) -> Told?,
        _ state: inout Told.State, _ signal: (FleetSignal) -> Void
    ) {
        rule(rules)?.judge(report, heard, &state, signal: signal)
    }

    @inline(__always) private static func pass<Passed: LinkRule>(
        _ silent: Silent, _ rules: RuleSet, _ rule: Passed?, _ again: (RuleSet) -> Passed?,
        _ state: inout Passed.State, _ tell: Tell
    ) {
        guard let rule, rule.scope.applies(to: silent.group), rule.heeds(silent) else { return }
        judge(silent, rules, again, &state, tell)
    }

    @inline(never) private static func judge<Passed: LinkRule>(
        _ silent: Silent, _ rules: RuleSet, _ rule: (RuleSet) -> Passed?, _ state: inout Passed.State, _ tell: Tell
    ) {
        rule(rules)?.pass(silent, &state, tell: tell)
    }

    private static func nextLook<Passed: LinkRule>(
        _ silent: Silent, _ rule: Passed?, _ state: Passed.State
    ) -> Timestamp? {
        guard let rule, rule.scope.applies(to: silent.group) else { return nil }
        return rule.nextLook(state, after: silent)
    }

    /// Writes or reads all of it.
    public mutating func code<Coder: StateCoder>(_ coder: inout Coder) throws(Coder.Failure) {
        try linkClock.code(&coder)
        try whereabouts.code(&coder)
        try coder.state(&mock)
        try coder.state(&clockSkew)
        try coder.state(&weekRollover)
        try coder.state(&silence)
        try coder.state(&noPosition)
        try coder.state(&deviceAlarm)
        try coder.state(&jamming)
        try coder.state(&replayed)
        try coder.state(&gathering)
    }
}
