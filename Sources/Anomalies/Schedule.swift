public import Fencing
public import Positioning

/// Weekly hours in local time, for rules that hold in hours only.
public struct Schedule: Equatable, Sendable {
    public var periods: [Period]

    public init(periods: [Period]) { self.periods = periods }

    /// A time of the week, of some groups or of all.
    public struct Period: Equatable, Sendable {
        public var hours: ActiveHours
        /// That of `hours`.
        public var zone: LocalTime
        /// Device groups; empty: all.
        public var groups: [String]

        public init(hours: ActiveHours, zone: LocalTime, groups: [String] = []) {
            self.hours = hours
            self.zone = zone
            self.groups = groups
        }

        func holds(at time: Timestamp) -> Bool {
            let (day, minute) = zone.clock(at: time)
            if hours.from < hours.to {
                return minute >= hours.from && minute < hours.to && hours.days.contains(ActiveHours.Day(of: day))
            }
            // Over midnight: it began today, or yesterday.
            return (minute >= hours.from && hours.days.contains(ActiveHours.Day(of: day)))
                || (minute < hours.to && hours.days.contains(ActiveHours.Day(of: day - 1)))
        }
    }

    func holds(at time: Timestamp, for group: String?) -> Bool {
        periods.contains { period in
            (period.groups.isEmpty || group.map(period.groups.contains) ?? false) && period.holds(at: time)
        }
    }
}

/// A time zone as a list of its offsets from UTC: whoever makes it knows the time zone database.
public struct LocalTime: Equatable, Sendable {
    /// Ascending; the first holds for all time before the second, too.
    private let offsets: [Offset]

    public struct Offset: Equatable, Sendable {
        public var since: Timestamp
        /// East of Greenwich.
        public var seconds: Int

        public init(since: Timestamp, seconds: Int) {
            self.since = since
            self.seconds = seconds
        }
    }

    /// - Parameter offsets: ascending by their time; none is UTC.
    public init(_ offsets: [Offset]) { self.offsets = offsets }

    /// Local days since 1970-01-01, and minutes since local midnight.
    public func clock(at time: Timestamp) -> (day: Int, minute: Int) {
        var low = 0
        var high = offsets.count
        while low < high {
            let middle = (low + high) / 2
            if offsets[middle].since > time { high = middle } else { low = middle + 1 }
        }
        let offset = offsets.isEmpty ? 0 : offsets[max(low - 1, 0)].seconds
        let local = time.microseconds / 1_000_000 - (time.microseconds % 1_000_000 < 0 ? 1 : 0) + Int64(offset)
        let day = local / 86_400 - (local % 86_400 < 0 ? 1 : 0)
        return (Int(day), Int(local - day * 86_400) / 60)
    }
}

extension ActiveHours.Day {
    /// - Parameter day: since 1970-01-01, a Thursday.
    init(of day: Int) {
        let number = (day % 7 + 10) % 7
        self = Self.allCases[number]
    }
}
