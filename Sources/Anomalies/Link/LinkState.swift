public import Positioning

/// What is remembered of the link to one device: a plain value, beside what is remembered of its track, which late fixes may
/// decide again.
public struct LinkState: Equatable, Sendable {
    /// The time of what was heard last on the device's own clock, as far as it can be believed; `nil` before the first.
    public private(set) var clock: Timestamp?
    private var hearing = Hearing.recorded(doubted: nil)
    /// Where its newest usable fix has it.
    public private(set) var place: Place?
    private var mock = Mock.State()
    private var clockSkew = ClockSkew.State()
    private var weekRollover = WeekRollover.State()
    private var silence = Silence.State()
    private var noPosition = NoPosition.State()
    private var jamming = Jamming.State()
    private var replayed = Replayed.State()
    private var gathering = Gathering.State()
    private var deviceAlarm = DeviceAlarm.State()

    /// Of a device that was never heard.
    public init() {}

    /// By what the time is told that passes without a report.
    fileprivate enum Hearing: Equatable, Sendable {
        /// By the next report alone.
        /// - Parameter doubted: the time of a fix that the next one must confirm before it is believed.
        case recorded(doubted: Timestamp?)
        /// By the clock that stamps arrivals.
        /// - Parameters:
        ///   - lead_us: microseconds by which the device's is ahead of that, by the last report that came when it said.
        ///   - since: when listening began again, on the device's clock; what it was silent for before is not held against it.
        case live(lead_us: Int64, since: Timestamp?)
    }

    /// Where a device was last known to be.
    public struct Place: Equatable, Sendable {
        /// Of that fix.
        public var time: Timestamp
        /// WGS-84.
        public var coordinate: Coordinate
        /// One standard deviation, metres; `nil` where the receiver says none.
        public var accuracy_m: Double?
    }

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
        confirm(believed, report, rejection, group, under: rules, tell)
        guard let moment = moment(said: said, received: received) else {
            guard let fixed else { return false }
            hearing = .recorded(doubted: fixed)
            // An alarm waits for no confirmation.
            let heard = Heard(report, time: fixed, group: group)
            Self.hear(report, heard, rules.inForce.deviceAlarm, &deviceAlarm, tell)
            return true
        }
        pass(upTo: moment.passed, group: group, under: rules, tell: tell)
        let heard = heard(report, rejection, moment, received: received, group)
        if let fixed, said != nil, let coordinate = report.coordinate, place.map({ fixed >= $0.time }) ?? true {
            place = Place(time: fixed, coordinate: coordinate, accuracy_m: report.measurements.accuracy_m)
        }
        Self.hear(report, heard, rules.inForce.mock, &mock, tell)
        Self.hear(report, heard, rules.inForce.clockSkew, &clockSkew, tell)
        Self.hear(report, heard, rules.inForce.weekRollover, &weekRollover, tell)
        Self.hear(report, heard, rules.inForce.silence, &silence, tell)
        Self.hear(report, heard, rules.inForce.noPosition, &noPosition, tell)
        Self.hear(report, heard, rules.inForce.deviceAlarm, &deviceAlarm, tell)
        let here = place?.coordinate
        Self.hear(report, heard, rules.inForce.jamming, &jamming) {
            // Without satellites, it is where it was.
            signal(FleetSignal($0.kind, time: $0.time, place: $0.place ?? here))
        }
        Self.hear(report, heard, rules.inForce.replayed, &replayed, signal)
        Self.hear(report, heard, rules.inForce.gathering, &gathering, signal)
        go(to: moment)
        if let fixed, said == nil { hearing = .recorded(doubted: fixed) }
        return true
    }

    /// Whether a recording's unusable report was not heard before: of the newest time, only an alarm that goes on does not show.
    private func isNew(_ report: Report, _ said: Timestamp?, after clock: Timestamp) -> Bool {
        if let said, said > clock { return true }
        return !report.alarms.isEmpty && report.time.map { $0 >= clock } ?? false
    }

    @inline(__always) private func heard(
        _ report: Report, _ rejection: Rejection?, _ moment: Moment, received: Timestamp?, _ group: String?
    ) -> Heard {
        // Where its clock was set, what passed is what passed on ours.
        let isSet = moment.time != moment.passed
        let last = isSet ? clock?.advanced(bySeconds: moment.time.seconds(since: moment.passed)) : clock
        return Heard(
            report, rejection: rejection, time: moment.time, last: last, lastFix: place?.time,
            isAfterPause: isAfterPause, received: received, group: group)
    }

    /// Nobody listened for a while since it was heard last.
    private var isAfterPause: Bool {
        guard let clock, case .live(_, let since?) = hearing else { return false }
        return since > clock
    }

    @inline(__always) private mutating func go(to moment: Moment) {
        clock = moment.time
        guard let lead_us = moment.lead_us else {
            if case .live = hearing { hearing = .recorded(doubted: nil) }
            return
        }
        var pause: Timestamp?
        if case .live(_, let since?) = hearing, since > moment.time { pause = since }
        hearing = .live(lead_us: lead_us, since: pause)
    }

    /// A recording's fix that the next one had to confirm was heard at its own time, as it is where the time of arrival is known.
    private mutating func confirm(
        _ believed: Timestamp?, _ report: Report, _ rejection: Rejection?, _ group: String?,
        under rules: RuleSet, _ tell: Tell
    ) {
        guard case .recorded(let time?) = hearing, rejection == nil else { return }
        hearing = .recorded(doubted: nil)
        guard let believed, time <= believed, clock.map({ time > $0 }) ?? true else { return }
        pass(upTo: time, group: group, under: rules, tell: tell)
        let moment = Moment(time: time, passed: time, lead_us: nil)
        let heard = heard(report, nil, moment, received: nil, group)
        Self.hear(report, heard, rules.inForce.silence, &silence, tell)
        Self.hear(report, heard, rules.inForce.noPosition, &noPosition, tell)
        go(to: moment)
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

    /// When a report was heard, on the device's clock.
    private struct Moment {
        var time: Timestamp
        /// Nothing was heard until then: `time`, unless the device's clock was set.
        var passed: Timestamp
        /// See ``LinkState/Hearing``; `nil` where it was recorded.
        var lead_us: Int64?
    }

    /// One that came when it said is heard at its own time. One that had to wait in the device, or says none, is heard when it
    /// arrives.
    /// - Returns: `nil` where nothing tells.
    @inline(__always) private func moment(said: Timestamp?, received: Timestamp?) -> Moment? {
        guard let received else {
            guard let newest = said ?? clock else { return nil }
            let time = max(newest, clock ?? newest)
            return Moment(time: time, passed: time, lead_us: nil)
        }
        guard let clock, case .live(let lead_us, _) = hearing else {
            let now = said ?? received
            let time = max(now, clock ?? now)
            return Moment(time: time, passed: clock ?? time, lead_us: now.microseconds(since: received))
        }
        let now = received.advanced(byMicroseconds: lead_us)
        guard let said, said.microseconds(since: now) >= -Limits.arrivalPatience_us else {
            let time = max(now, clock)
            return Moment(time: time, passed: time, lead_us: lead_us)
        }
        let time = max(said, clock)
        let isSet = said.microseconds(since: now) > Limits.arrivalPatience_us
        return Moment(time: time, passed: isSet ? max(now, clock) : time, lead_us: said.microseconds(since: received))
    }

    /// Nothing was heard until now.
    /// - Parameter now: when arrivals are stamped so.
    public mutating func wait(until now: Timestamp, group: String?, under rules: RuleSet, tell: Tell) {
        guard case .live(let lead_us, _) = hearing else { return }
        pass(upTo: Self.passed(at: now, lead_us), group: group, under: rules, tell: tell)
    }

    /// Nothing more was said until a time of a recording; not of a device that was heard live since.
    public mutating func pass(until time: Timestamp, group: String?, under rules: RuleSet, tell: Tell) {
        if case .recorded = hearing { pass(upTo: time, group: group, under: rules, tell: tell) }
    }

    private mutating func pass(upTo time: Timestamp, group: String?, under rules: RuleSet, tell: Tell) {
        guard let silent = silent(at: time, group) else { return }
        Self.pass(silent, rules.inForce.silence, &silence, tell)
        Self.pass(silent, rules.inForce.noPosition, &noPosition, tell)
    }

    /// When ``wait(until:group:under:tell:)`` may have something to tell; `nil`: not before something is heard.
    /// - Parameter now: by the clock that stamps arrivals.
    public func nextLook(after now: Timestamp, group: String?, under rules: RuleSet) -> Timestamp? {
        guard let clock, case .live(let lead_us, _) = hearing else { return nil }
        let passed = Self.passed(at: now, lead_us)
        let silent = Silent(since: since(clock), heard: clock, now: max(passed, clock), group: group)
        let looks = [
            Self.nextLook(silent, rules.inForce.silence, silence),
            Self.nextLook(silent, rules.inForce.noPosition, noPosition),
        ]
        return looks.compactMap { $0 }.min().map { $0.advanced(byMicroseconds: Limits.arrivalPatience_us &- lead_us) }
    }

    /// Until when a device's silence is held against it, on its own clock: what it said then has arrived by now.
    private static func passed(at now: Timestamp, _ lead_us: Int64) -> Timestamp {
        now.advanced(byMicroseconds: lead_us &- Limits.arrivalPatience_us)
    }

    /// Listening begins, or begins again after a time in which nobody did.
    public mutating func resume(at now: Timestamp) {
        if case .live(let lead_us, _) = hearing {
            hearing = .live(lead_us: lead_us, since: now.advanced(byMicroseconds: lead_us))
        }
    }

    private func since(_ clock: Timestamp) -> Timestamp {
        if case .live(_, let since?) = hearing { max(clock, since) } else { clock }
    }

    @inline(__always) private func silent(at time: Timestamp, _ group: String?) -> Silent? {
        guard let clock, time > clock else { return nil }
        let since = since(clock)
        return time > since ? Silent(since: since, heard: clock, now: time, group: group) : nil
    }

    @inline(__always) private static func hear<Hearing: LinkRule>(
        _ report: Report, _ heard: borrowing Heard, _ rule: Hearing?, _ state: inout Hearing.State, _ tell: Tell
    ) {
        guard let rule, rule.scope.applies(to: heard.group) else { return }
        rule.hear(report, heard, &state, tell: tell)
    }

    @inline(__always) private static func hear<Told: FleetRule>(
        _ report: Report, _ heard: borrowing Heard, _ rule: Told?, _ state: inout Told.State,
        _ signal: (FleetSignal) -> Void
    ) {
        guard let rule, rule.scope.applies(to: heard.group) else { return }
        rule.hear(report, heard, &state, signal: signal)
    }

    @inline(__always) private static func pass<Passed: LinkRule>(
        _ silent: Silent, _ rule: Passed?, _ state: inout Passed.State, _ tell: Tell
    ) {
        guard let rule, rule.scope.applies(to: silent.group) else { return }
        rule.pass(silent, &state, tell: tell)
    }

    private static func nextLook<Passed: LinkRule>(
        _ silent: Silent, _ rule: Passed?, _ state: Passed.State
    ) -> Timestamp? {
        guard let rule, rule.scope.applies(to: silent.group) else { return nil }
        return rule.nextLook(state, after: silent)
    }

    /// Writes or reads all of it.
    public mutating func code<Coder: StateCoder>(_ coder: inout Coder) throws(Coder.Failure) {
        try coder.time(&clock)
        try coder.hearing(&hearing)
        let nowhere = Place(time: Timestamp(microseconds: 0), coordinate: Coordinate(latitude: 0, longitude: 0))
        try coder.optional(&place, blank: nowhere) { (coder, place) throws(Coder.Failure) in
            try coder.time(&place.time)
            try coder.coordinate(&place.coordinate)
            try coder.optional(&place.accuracy_m, blank: 0) { (coder, value) throws(Coder.Failure) in
                try coder.double(&value)
            }
        }
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

extension StateCoder {
    fileprivate mutating func hearing(_ hearing: inout LinkState.Hearing) throws(Failure) {
        var (lead_s, moment): (Double?, Timestamp?)
        switch hearing {
        case .recorded(let doubted): (lead_s, moment) = (nil, doubted)
        case .live(let lead_us, let since): (lead_s, moment) = (Double(lead_us) / 1e6, since)
        }
        try optional(&lead_s, blank: 0) { (coder, value) throws(Failure) in try coder.double(&value) }
        try time(&moment)
        // A snapshot that was damaged may have any number.
        let lead_us = lead_s.map { Int64(exactly: ($0 * 1e6).rounded()) ?? 0 }
        hearing = lead_us.map { .live(lead_us: $0, since: moment) } ?? .recorded(doubted: moment)
    }
}
