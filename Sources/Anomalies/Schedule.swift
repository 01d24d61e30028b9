public import Fencing
public import Positioning

/// Weekly hours in local time, for rules that hold in hours only.
public struct Schedule: Equatable, Sendable {
    /// In any order; they may overlap.
    public var periods: [Period]

    /// - Parameter periods: none: it never holds.
    public init(periods: [Period]) { self.periods = periods }

    /// A time of the week, of some groups or of all.
    public struct Period: Equatable, Sendable {
        /// When in the week, by local time.
        public let hours: ActiveHours
        /// That of `hours`.
        public let zone: LocalTime
        /// Device groups; empty: all.
        public let groups: [String]
        /// Those of `hours`, a bit each: they are asked for at every fix.
        private let days: UInt8

        /// - Parameter zone: the one that `hours` names.
        public init(hours: ActiveHours, zone: LocalTime, groups: [String] = []) {
            self.hours = hours
            self.zone = zone
            self.groups = groups
            days = hours.days.reduce(0) { $0 | 1 << UInt8($1.rawValue) }
        }

        /// Over midnight it ends on the day after the one on which it began.
        private var isOvernight: Bool { hours.from >= hours.to }

        func applies(to group: String?) -> Bool { groups.isEmpty || group.map(groups.contains) ?? false }

        private func begins(on weekday: Int) -> Bool { days >> UInt8(weekday) & 1 == 1 }

        /// Whether ``day(at:)`` finds one, which is asked for at every fix.
        func holds(at time: Timestamp) -> Bool {
            let (weekday, minute) = zone.weekClock(at: time)
            if minute >= hours.from, isOvernight || minute < hours.to, begins(on: weekday) { return true }
            return isOvernight && minute < hours.to && begins(on: weekday == 0 ? 6 : weekday - 1)
        }

        /// The local day, since 1970-01-01, on which what holds at a time began; `nil`: it doesn't hold.
        func day(at time: Timestamp) -> Int? {
            let (day, minute) = zone.clock(at: time)
            let (weekday, eve) = (ActiveHours.Day.number(of: day), ActiveHours.Day.number(of: day - 1))
            if minute >= hours.from, isOvernight || minute < hours.to, begins(on: weekday) { return day }
            return isOvernight && minute < hours.to && begins(on: eve) ? day - 1 : nil
        }

        /// From its first moment to its last, where it begins on a local day.
        func range(from day: Int) -> Range<Timestamp> {
            let begin = zone.moments(day: day, minute: hours.from).first
            let end = zone.moments(day: isOvernight ? day + 1 : day, minute: hours.to).last
            return begin..<max(begin, end)
        }
    }

    func holds(at time: Timestamp, for group: String?) -> Bool {
        for index in periods.indices where periods[index].applies(to: group) && periods[index].holds(at: time) {
            return true
        }
        return false
    }

    /// When what holds at a time began, and when it ends; `nil`: nothing holds. Of several, the one that began first.
    func period(at time: Timestamp, for group: String?) -> Range<Timestamp>? {
        var earliest: Range<Timestamp>?
        for period in periods where period.applies(to: group) {
            guard let range = period.day(at: time).map(period.range) else { continue }
            if range.lowerBound < earliest?.lowerBound ?? .distantFuture { earliest = range }
        }
        return earliest
    }
}

/// A time zone as a list of its offsets from UTC: whoever makes it knows the time zone database.
public struct LocalTime: Equatable, Sendable {
    /// Ascending; the first holds for all time before the second, too.
    private let offsets: [Offset]
    /// Of those the last: where clocks are set no more, nearly every time is after it.
    private let last: Offset

    /// From a moment on.
    public struct Offset: Equatable, Sendable {
        /// The first at which it holds.
        public var since: Timestamp
        /// East of Greenwich.
        public var seconds: Int

        /// - Parameter seconds: east of Greenwich, less than a day.
        public init(since: Timestamp, seconds: Int) {
            self.since = since
            self.seconds = seconds
        }
    }

    /// - Parameter offsets: ascending by their time; none is UTC.
    public init(_ offsets: [Offset]) {
        self.offsets = offsets
        last = offsets.last ?? Offset(since: Timestamp(microseconds: .min), seconds: 0)
    }

    @inline(__always) private func offset_s(at time: Timestamp) -> Int64 {
        Int64(last.since <= time ? last.seconds : offsets[index(at: time)].seconds)
    }

    /// The local day of the week, from Monday's 0, and minutes since local midnight.
    @inline(__always) func weekClock(at time: Timestamp) -> (day: Int, minute: Int) {
        let local_us = time.microseconds &+ offset_s(at: time) &* 1_000_000
        let minutes = local_us / 60_000_000 &- (local_us % 60_000_000 < 0 ? 1 : 0)
        // 1970-01-01 was a Thursday.
        let rest = Int(minutes &+ 3 * 1440) % (7 * 1440)
        let minute = rest < 0 ? rest &+ 7 * 1440 : rest
        let day = minute / 1440
        return (day, minute &- day &* 1440)
    }

    /// Local days since 1970-01-01, and minutes since local midnight.
    public func clock(at time: Timestamp) -> (day: Int, minute: Int) {
        let local =
            time.microseconds / 1_000_000 - (time.microseconds % 1_000_000 < 0 ? 1 : 0) + offset_s(at: time)
        let day = local / 86_400 - (local % 86_400 < 0 ? 1 : 0)
        return (Int(day), Int(local - day * 86_400) / 60)
    }

    /// When clocks first show a local time, and when they last do. Where they go forward over it, both are that moment;
    /// where they go back, it is shown twice.
    /// - Parameters:
    ///   - day: since 1970-01-01.
    ///   - minute: since local midnight.
    func moments(day: Int, minute: Int) -> (first: Timestamp, last: Timestamp) {
        let local = Timestamp(microseconds: (Int64(day) * 86_400 + Int64(minute) * 60) * 1_000_000)
        guard !offsets.isEmpty else { return (local, local) }
        var first: Timestamp?
        var last = local
        // No clock is a whole day off, so that the offsets of three days are all that can apply.
        for index in index(at: local.advanced(bySeconds: -86_400))...index(at: local.advanced(bySeconds: 86_400)) {
            let begin = index == 0 ? nil : offsets[index].since
            let end = index + 1 < offsets.count ? offsets[index + 1].since : nil
            let shown = local.advanced(bySeconds: -Double(offsets[index].seconds))
            if first == nil, end.map({ shown < $0 }) ?? true { first = max(shown, begin ?? shown) }
            if begin.map({ $0 < shown }) ?? true { last = min(shown, end ?? shown) }
        }
        return (first ?? last, last)
    }

    /// When the offset changes.
    func changes(after start: Timestamp, upTo end: Timestamp) -> [Timestamp] {
        let (first, last) = (index(at: start) + 1, index(at: end) + 1)
        return first < last ? offsets[first..<last].map(\.since) : []
    }

    /// Of the offset that holds at a time.
    private func index(at time: Timestamp) -> Int {
        var low = 0
        var high = offsets.count
        while low < high {
            let middle = (low + high) / 2
            if offsets[middle].since > time { high = middle } else { low = middle + 1 }
        }
        return max(low - 1, 0)
    }
}

extension Timestamp {
    fileprivate static let distantFuture = Timestamp(microseconds: .max)
}

extension ActiveHours.Day {
    /// - Parameter day: since 1970-01-01, a Thursday.
    init(of day: Int) { self = Self(rawValue: Self.number(of: day)) ?? .thursday }

    /// Its raw value.
    fileprivate static func number(of day: Int) -> Int { (day % 7 + 10) % 7 }
}
