/// A moment in UTC, to the microsecond. A leap second :60 is the second after :59, as in POSIX time.
public struct Timestamp: Hashable, Comparable, Sendable {
    /// Microseconds since 1970-01-01T00:00:00Z.
    public var microseconds: Int64

    public init(microseconds: Int64) { self.microseconds = microseconds }

    /// A civil date and time of day.
    /// - Parameters:
    ///   - date: of the proleptic Gregorian calendar.
    ///   - microsecondOfDay: 0…86 400 999 999 (a leap second included).
    public init(date: CivilDate, microsecondOfDay: Int64) {
        microseconds = Int64(date.daysSinceEpoch) * Self.microsecondsPerDay + microsecondOfDay
    }

    public static let microsecondsPerDay: Int64 = 86_400_000_000

    public static func < (a: Self, b: Self) -> Bool { a.microseconds < b.microseconds }

    /// Seconds from `earlier` to this moment; negative where this is the earlier one.
    public func seconds(since earlier: Timestamp) -> Double {
        Double(microseconds &- earlier.microseconds) / 1e6
    }

    /// Rounded to the microsecond; held at the ends of what an `Int64` of microseconds can say (± 292 000 years).
    public func advanced(bySeconds seconds: Double) -> Timestamp {
        guard let step = Int64(exactly: (seconds * 1e6).rounded()) else {
            return Timestamp(microseconds: seconds < 0 ? .min : .max)
        }
        let (sum, overflow) = microseconds.addingReportingOverflow(step)
        return Timestamp(microseconds: overflow ? (step < 0 ? .min : .max) : sum)
    }
}

/// A day of the proleptic Gregorian calendar.
public struct CivilDate: Hashable, Comparable, Sendable {
    /// Days since 1970-01-01.
    public var daysSinceEpoch: Int

    public init(daysSinceEpoch: Int) { self.daysSinceEpoch = daysSinceEpoch }

    /// - Returns: `nil` where there is no such day (as 31 April).
    public init?(year: Int, month: Int, day: Int) {
        guard (1...12).contains(month), (0...9999).contains(year),
            day >= 1, day <= Self.days(inMonth: month, of: year)
        else { return nil }
        // Days from civil: H. Hinnant, "chrono-Compatible Low-Level Date Algorithms" (public domain), years that begin in March.
        let y = month <= 2 ? year - 1 : year
        let era = (y >= 0 ? y : y - 399) / 400
        let yearOfEra = y - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        daysSinceEpoch = era * 146_097 + dayOfEra - 719_468
    }

    public var yearMonthDay: (year: Int, month: Int, day: Int) {
        let z = daysSinceEpoch + 719_468
        let era = (z >= 0 ? z : z - 146_096) / 146_097
        let dayOfEra = z - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let mp = (5 * dayOfYear + 2) / 153
        let month = mp < 10 ? mp + 3 : mp - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * mp + 2) / 5 + 1)
    }

    static func days(inMonth month: Int, of year: Int) -> Int {
        switch month {
        case 4, 6, 9, 11: 30
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        default: 31
        }
    }

    public static func < (a: Self, b: Self) -> Bool { a.daysSinceEpoch < b.daysSinceEpoch }
}
