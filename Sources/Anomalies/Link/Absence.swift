internal import Positioning

/// Something expected that stays away, told of at three levels: what ``Silence`` and ``NoPosition`` have in common.
struct Absence: Equatable, Sendable {
    private var alarm = Alarm()
    /// Of what is missed.
    var rhythm = Rhythm()
    /// Told of so far, 0…3.
    private var level: UInt8 = 0

    /// Whether it is told of.
    @inline(__always) var isRaised: Bool { alarm.isRaised }

    /// A rule's word on how long is too long.
    struct Terms {
        var rule: RuleName
        /// Seconds of the hours, never descending.
        var levels: [Double]
        /// At least so many of the own intervals.
        var intervals: Double
        var cooldown_s: Double
        var hours: Schedule
        var group: String?
    }

    /// So many of the own intervals.
    func leastSeconds(intervals: Double) -> Double { (rhythm.interval_s ?? 0) * intervals }

    /// When it is to be told of next, should it last, and at which level.
    /// - Parameters:
    ///   - since: from when on it counts.
    ///   - detected: when it is looked at; `nil`: just then.
    func next(since: Timestamp, at detected: Timestamp? = nil, _ terms: Terms) -> (time: Timestamp, level: Int)? {
        let level = Int(level)
        guard level < terms.levels.count else { return nil }
        let least_s = leastSeconds(intervals: terms.intervals)
        func moment(of level: Int) -> Timestamp? {
            terms.hours.time(
                after: max(terms.levels[level - 1], least_s), inHoursSince: since, for: terms.group)
        }
        guard var time = moment(of: level + 1) else { return nil }
        if level == 0, let ready = alarm.coolingUntil, ready > time {
            guard let inHours = terms.hours.time(after: 0, inHoursSince: ready, for: terms.group) else { return nil }
            time = inHours
        }
        let look = detected ?? time
        let reached = (level + 1...terms.levels.count).last { moment(of: $0).map { $0 <= look } ?? false }
        return (time, reached ?? level + 1)
    }

    /// It lasts.
    /// - Parameters:
    ///   - since: from when on it counts.
    ///   - began: when what is missed was there last.
    ///   - now: told is what was due before, or then too where that is a report's time.
    ///   - detected: `nil`: each level is certain when it is due.
    mutating func lasts(
        since: Timestamp, began: Timestamp, until now: Timestamp, detected: Timestamp? = nil, _ terms: Terms,
        tell: Tell
    ) {
        guard level < terms.levels.count, now.seconds(since: since) >= terms.levels[Int(level)] else { return }
        while let (due, level) = next(since: since, at: detected, terms), detected == nil ? due < now : due <= now {
            let time = detected ?? due
            let evidence = { (evidence: inout EvidenceWriter) in
                evidence.count("level", level)
                evidence.span(from: began, to: time)
            }
            if alarm.isRaised {
                alarm.escalate(terms.rule, at: time, since: began, tell: tell, evidence: evidence)
            } else {
                alarm.raise(terms.rule, at: time, since: began, tell: tell, evidence: evidence)
            }
            self.level = UInt8(level)
        }
    }

    /// What was missed is there.
    /// - Parameters:
    ///   - time: when it was heard.
    ///   - began: when it was there last.
    mutating func ends(
        at time: Timestamp, began: Timestamp, cooldown_s: Double, _ rule: RuleName, tell: Tell,
        evidence: (inout EvidenceWriter) -> Void
    ) {
        guard let raised = alarm.raised else { return }
        let end = max(time, raised)
        let level = Int(level)
        alarm.clear(rule, at: end, cooldown_s: cooldown_s, tell: tell) { writer in
            writer.count("level", level)
            writer.span(from: began, to: end)
            evidence(&writer)
        }
        self.level = 0
    }

    mutating func code<Coder: StateCoder>(_ coder: inout Coder) throws(Coder.Failure) {
        try rhythm.code(&coder)
        try alarm.code(&coder)
        var wide = Int64(level)
        try coder.integer(&wide)
        level = UInt8(truncatingIfNeeded: wide)
    }
}

/// A rule about something that is expected in hours.
protocol AbsenceRule: LinkRule {
    var first_s: Double { get set }
    var second_s: Double { get set }
    var third_s: Double { get set }
    var intervals: Double { get set }
    var cooldown_s: Double { get set }
}

extension AbsenceRule {
    /// - Returns: `nil` where nothing is ever expected.
    func terms(for group: String?) -> Absence.Terms? {
        guard let hours = scope.hours else { return nil }
        return Absence.Terms(
            rule: Self.name, levels: [first_s, max(first_s, second_s), max(first_s, second_s, third_s)],
            intervals: intervals, cooldown_s: cooldown_s, hours: hours, group: group)
    }
}
