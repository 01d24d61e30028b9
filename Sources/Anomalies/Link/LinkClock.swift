internal import Positioning

/// A device's own clock, as far as what is heard of it tells, and by what the time is told that passes without a report.
struct LinkClock: Equatable, Sendable {
    /// When something was heard last; `nil` before the first.
    @MaybeTime private(set) var time: Timestamp?
    private var lead = PackedInteger(Self.unknown)
    /// See ``pause`` and ``doubted``.
    @MaybeTime private var mark: Timestamp?

    private static let unknown = Int64.min

    init() {}

    /// Microseconds by which it is ahead of the clock that stamps arrivals, by the last report that came when it said; `nil`: it is
    /// recorded, and only the next report tells the time.
    @inline(__always) var lead_us: Int64? {
        let lead_us = lead.value
        return lead_us == Self.unknown ? nil : lead_us
    }

    /// When listening began again; what it was silent for before is not held against it. Only live.
    @inline(__always) private var pause: Timestamp? { lead_us == nil ? nil : mark }

    /// The time of a recording's fix that the next one must confirm before it is believed.
    @inline(__always) var doubted: Timestamp? {
        get { lead_us == nil ? mark : nil }
        set { set(lead_us: nil, mark: newValue) }
    }

    @inline(__always) private mutating func set(lead_us: Int64?, mark: Timestamp?) {
        lead = PackedInteger(lead_us ?? Self.unknown)
        self.mark = mark
    }

    /// When a report was heard.
    struct Moment {
        var time: Timestamp
        /// Nothing was heard until then: `time`, unless the device's clock was set.
        var passed: Timestamp
        /// See ``LinkClock/lead_us``.
        var lead_us: Int64?
    }

    /// One that came when it said is heard at its own time. One that had to wait in the device, or says none, is heard when it
    /// arrives.
    /// - Returns: `nil` where nothing tells.
    @inline(__always) func moment(said: Timestamp?, received: Timestamp?) -> Moment? {
        let last = time
        guard let received else {
            guard let newest = said ?? last else { return nil }
            let time = max(newest, last ?? newest)
            return Moment(time: time, passed: time, lead_us: nil)
        }
        guard let last, let lead_us else {
            let now = said ?? received
            let time = max(now, last ?? now)
            return Moment(time: time, passed: last ?? time, lead_us: now.microseconds(since: received))
        }
        let now = received.advanced(byMicroseconds: lead_us)
        guard let said, said.microseconds(since: now) >= -Limits.arrivalPatience_us else {
            let time = max(now, last)
            return Moment(time: time, passed: time, lead_us: lead_us)
        }
        let time = max(said, last)
        let isSet = said.microseconds(since: now) > Limits.arrivalPatience_us
        return Moment(time: time, passed: isSet ? max(now, last) : time, lead_us: said.microseconds(since: received))
    }

    /// When the report before one was heard, as the clock is now: where it was set, what passed is what passed on ours.
    @inline(__always) func last(before moment: Moment) -> Timestamp? {
        guard moment.time != moment.passed else { return time }
        return time?.advanced(bySeconds: moment.time.seconds(since: moment.passed))
    }

    @inline(__always) mutating func go(to moment: Moment) {
        let pause = pause
        time = moment.time
        if let lead_us = moment.lead_us {
            set(lead_us: lead_us, mark: pause.flatMap { $0 > moment.time ? $0 : nil })
        } else if lead_us != nil {
            set(lead_us: nil, mark: nil)
        }
    }

    /// Nobody listened for a while since something was heard last.
    @inline(__always) var isAfterPause: Bool {
        guard let pause, let time else { return false }
        return pause > time
    }

    /// Listening begins, or begins again after a time in which nobody did.
    mutating func resume(at now: Timestamp) {
        if let lead_us { mark = now.advanced(byMicroseconds: lead_us) }
    }

    /// Until when a device's silence is held against it: what it said then has arrived by now. `nil`: it is recorded.
    /// - Parameter now: when arrivals are stamped so.
    func passed(at now: Timestamp) -> Timestamp? {
        lead_us.map { now.advanced(byMicroseconds: $0 &- Limits.arrivalPatience_us) }
    }

    /// The other way round.
    func arrival(of time: Timestamp) -> Timestamp? {
        lead_us.map { time.advanced(byMicroseconds: Limits.arrivalPatience_us &- $0) }
    }

    /// Nothing was heard until a time.
    /// - Returns: `nil` where no time has passed that is held against the device.
    @inline(__always) func silent(until time: Timestamp, _ group: String?) -> Silent? {
        guard let last = self.time, time > last else { return nil }
        let since = since(last)
        return time > since ? Silent(since: since, heard: last, now: time, group: group) : nil
    }

    /// The same, or a moment in which nothing has passed yet; `nil` where it is recorded, or nothing was ever heard.
    func silence(at now: Timestamp, _ group: String?) -> Silent? {
        guard let last = time, let passed = passed(at: now) else { return nil }
        return Silent(since: since(last), heard: last, now: max(passed, last), group: group)
    }

    @inline(__always) private func since(_ last: Timestamp) -> Timestamp { pause.map { max(last, $0) } ?? last }

    mutating func code<Coder: StateCoder>(_ coder: inout Coder) throws(Coder.Failure) {
        try coder.time(&time)
        var lead_s = lead_us.map { Double($0) / 1e6 }
        try coder.optional(&lead_s, blank: 0) { (coder, value) throws(Coder.Failure) in try coder.double(&value) }
        try coder.time(&mark)
        lead = PackedInteger(lead_s.map { Int64(microsecondsIn: $0) } ?? Self.unknown)
    }
}
