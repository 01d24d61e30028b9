import Positioning

/// Gives times of day their date.
///
/// A date comes from a valid RMC, or from ZDA; never from anywhere else. Between dated sentences the day follows from
/// the last known moment, the short way around the clock, so that midnight is passed forwards and backwards; where that is far,
/// the next date tells.
/// A date is taken as it stands: GPS week rollover is not corrected.
struct DateKeeper {
    /// The last moment whose date is certain, or follows from one that was.
    private(set) var anchor: Timestamp?
    /// What the last ZDA said. A ZDA doesn't say whether it is true: it counts for a fix near it.
    private var clock: Timestamp?
    private var hasRMC = false

    init() {}

    /// A ZDA, of whatever epoch.
    mutating func see(clock date: CivilDate, _ time: TimeOfDay) {
        clock = Timestamp(date: date, microsecondOfDay: time.microseconds)
    }

    /// A valid RMC that came too late for its epoch: its date still helps the next.
    mutating func see(fix date: CivilDate, _ time: TimeOfDay) {
        hasRMC = true
        anchor = Timestamp(date: date, microsecondOfDay: time.microseconds)
    }

    /// The moment of an epoch with a fix.
    /// - Parameters:
    ///   - date: what its own sentences gave.
    ///   - isFromRMC: a valid RMC gave it.
    mutating func date(fix time: TimeOfDay, own date: CivilDate?, isFromRMC: Bool) -> Timestamp? {
        if isFromRMC { hasRMC = true }
        let moment: Timestamp? =
            if let date {
                Timestamp(date: date, microsecondOfDay: time.microseconds)
            } else {
                // Where RMC gives dates, a ZDA of another time is only asked while no RMC has.
                (hasRMC && anchor != nil ? nil : nearClock(time)) ?? carried(to: time)
            }
        if let moment { anchor = moment }
        return moment
    }

    /// The moment of a time of day, where the date is the last known one's by all appearances: after a night's silence the short way
    /// around the clock leads to the wrong day, and the next sentence with a date is seconds away.
    private func carried(to time: TimeOfDay) -> Timestamp? {
        guard let anchor else { return nil }
        let moment = Self.near(anchor, time)
        let step = moment.microseconds - anchor.microseconds
        let (back, on) = (-Limits.lateSentence_s, Limits.dateCarry_s)
        return step >= back * TimeOfDay.microsecondsPerSecond && step <= on * TimeOfDay.microsecondsPerSecond
            ? moment : nil
    }

    /// The moment of an epoch without a fix, whose own date counts for nothing.
    mutating func date(void time: TimeOfDay) -> Timestamp? {
        guard let anchor else { return nearClock(time) }
        let moment = Self.near(anchor, time)
        let step = moment.microseconds - anchor.microseconds
        if step >= 0, step <= Limits.voidCarry_s * TimeOfDay.microsecondsPerSecond { self.anchor = moment }
        return moment
    }

    /// The moment of a time of day, as far as it is known, learning nothing from it.
    func moment(of time: TimeOfDay) -> Timestamp? { anchor.map { Self.near($0, time) } ?? nearClock(time) }

    private func nearClock(_ time: TimeOfDay) -> Timestamp? {
        guard let clock else { return nil }
        let moment = Self.near(clock, time)
        let apart = (moment.microseconds - clock.microseconds).magnitude
        return apart <= Limits.clockAgreement_s.magnitude * TimeOfDay.microsecondsPerSecond.magnitude ? moment : nil
    }

    /// The moment with that time of day within twelve hours of `known`.
    static func near(_ known: Timestamp, _ time: TimeOfDay) -> Timestamp {
        let day = Timestamp.microsecondsPerDay
        let known = known.microseconds
        let knownOfDay = (known % day + day) % day
        return Timestamp(microseconds: known + TimeOfDay.shortWay(time.microseconds - knownOfDay))
    }
}
