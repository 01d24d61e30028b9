public import Positioning

/// What is remembered of the link to one device: a plain value, beside what is remembered of its track, which late fixes may
/// decide again.
public struct LinkState: Equatable, Sendable {
    /// The time of what was heard last on the device's own clock, as far as it can be believed; `nil` before the first.
    public private(set) var clock: Timestamp?
    /// When that reached us; `nil` for recorded input.
    private var arrived: Timestamp?
    /// What it was silent for before then is not held against it: nobody listened.
    private var listeningSince: Timestamp?
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

    /// Where a device was last known to be.
    public struct Place: Equatable, Sendable {
        public var coordinate: Coordinate
        /// One standard deviation, metres; `nil` where the receiver says none.
        public var accuracy_m: Double?
    }

    /// Takes a report, usable or not.
    /// - Parameters:
    ///   - received: when it reached us; `nil` for recorded input.
    ///   - group: the device's.
    ///   - signal: given what several devices together may tell.
    public mutating func hear(
        _ report: Report, _ outcome: Result<Fix, Rejection>, received: Timestamp?, group: String?,
        under rules: Rules, tell: Tell, signal: (FleetSignal) -> Void
    ) {
        let said = believableTime(of: report, outcome, received: received)
        // A recording that is given again says nothing new.
        if received == nil, case .failure = outcome, let clock, said.map({ $0 <= clock }) ?? true { return }
        guard let time = [said, clock].compactMap({ $0 }).max() ?? received else { return }
        pass(until: time, group: group, under: rules, tell: tell)
        let heard = Heard(
            report: report, outcome: outcome, time: time, last: clock, received: received, group: group)
        if let fix = heard.fix, said == time {
            place = Place(coordinate: fix.coordinate, accuracy_m: fix.measurements.accuracy_m)
        }
        Self.hear(heard, rules.mock, &mock, tell)
        Self.hear(heard, rules.clockSkew, &clockSkew, tell)
        Self.hear(heard, rules.weekRollover, &weekRollover, tell)
        Self.hear(heard, rules.silence, &silence, tell)
        Self.hear(heard, rules.noPosition, &noPosition, tell)
        Self.hear(heard, rules.deviceAlarm, &deviceAlarm, tell)
        Self.hear(heard, rules.jamming, &jamming, signal)
        Self.hear(heard, rules.replayed, &replayed, signal)
        Self.hear(heard, rules.gathering, &gathering, signal)
        clock = time
        arrived = received
        listeningSince = nil
    }

    /// The device's own time, where it is no wild guess.
    private func believableTime(of report: Report, _ outcome: Result<Fix, Rejection>, received: Timestamp?)
        -> Timestamp?
    {
        switch outcome {
        case .success(let fix): fix.time
        case .failure(.void), .failure(.unobserved), .failure(.zero), .failure(.coarse):
            report.time.flatMap { time in
                guard let reference = received ?? clock else { return time }
                return time.seconds(since: reference).magnitude <= Limits.believableClock_s ? time : nil
            }
        case .failure: nil
        }
    }

    /// Nothing was heard until now.
    /// - Parameter now: when arrivals are stamped so.
    public mutating func wait(until now: Timestamp, group: String?, under rules: Rules, tell: Tell) {
        guard let clock, let arrived else { return }
        let passed = now.seconds(since: arrived) - Limits.arrivalPatience_s
        if passed > 0 { pass(until: clock.advanced(bySeconds: passed), group: group, under: rules, tell: tell) }
    }

    /// Nothing more was said until a time of the device's own clock.
    public mutating func pass(until time: Timestamp, group: String?, under rules: Rules, tell: Tell) {
        guard let silent = silent(at: time, group) else { return }
        Self.pass(silent, rules.silence, &silence, tell)
        Self.pass(silent, rules.noPosition, &noPosition, tell)
    }

    /// When ``wait(until:group:under:tell:)`` may have something to tell; `nil`: not before something is heard.
    public func nextLook(after now: Timestamp, group: String?, under rules: Rules) -> Timestamp? {
        guard let clock, let arrived else { return nil }
        let passed = now.seconds(since: arrived) - Limits.arrivalPatience_s
        guard let silent = silent(at: clock.advanced(bySeconds: max(passed, 0)), group) else { return nil }
        let looks = [
            rules.silence.flatMap { $0.nextLook(silence, after: silent) },
            rules.noPosition.flatMap { $0.nextLook(noPosition, after: silent) },
        ]
        return looks.compactMap { $0 }.min().map {
            arrived.advanced(bySeconds: $0.seconds(since: clock) + Limits.arrivalPatience_s)
        }
    }

    /// Listening begins again, and did not go on until now.
    public mutating func resume(at now: Timestamp) {
        guard clock != nil, arrived != nil else { return }
        arrived = now
        listeningSince = now
    }

    private func silent(at time: Timestamp, _ group: String?) -> Silent? {
        guard let clock, time > clock else { return nil }
        return Silent(since: max(clock, listeningSince ?? clock), now: time, group: group)
    }

    private static func hear<Hearing: LinkRule>(
        _ heard: Heard, _ rule: Hearing?, _ state: inout Hearing.State, _ tell: Tell
    ) {
        guard let rule, rule.scope.applies(to: heard.group) else { return }
        rule.hear(heard, &state, tell: tell)
    }

    private static func hear<Told: FleetRule>(
        _ heard: Heard, _ rule: Told?, _ state: inout Told.State, _ signal: (FleetSignal) -> Void
    ) {
        guard let rule, rule.scope.applies(to: heard.group) else { return }
        rule.hear(heard, &state, signal: signal)
    }

    private static func pass<Passed: LinkRule>(
        _ silent: Silent, _ rule: Passed?, _ state: inout Passed.State, _ tell: Tell
    ) {
        guard let rule, rule.scope.applies(to: silent.group) else { return }
        rule.pass(silent, &state, tell: tell)
    }

    /// Writes or reads all of it.
    public mutating func code<Coder: StateCoder>(_ coder: inout Coder) throws(Coder.Failure) {
        try coder.time(&clock)
        try coder.time(&arrived)
        try coder.time(&listeningSince)
        let nowhere = Place(coordinate: Coordinate(latitude: 0, longitude: 0))
        try coder.optional(&place, blank: nowhere) { (coder, place) throws(Coder.Failure) in
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
