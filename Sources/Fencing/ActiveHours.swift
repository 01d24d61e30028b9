/// A time of the week at which a fence counts, in a time zone of its own.
public struct ActiveHours: Equatable, Hashable, Sendable {
    /// The days on which it begins.
    public var days: Set<Day>
    /// Minutes since local midnight, 0…1439.
    public var from: Int
    /// Minutes since local midnight, 0…1440; where it is not after `from`, it is on the next day.
    public var to: Int
    /// A name of the IANA time zone database, as `Asia/Shanghai`; not checked here.
    public var timeZone: String

    public init(days: Set<Day>, from: Int, to: Int, timeZone: String) {
        self.days = days
        self.from = from
        self.to = to
        self.timeZone = timeZone
    }

    public enum Day: Int, CaseIterable, Sendable {
        case monday, tuesday, wednesday, thursday, friday, saturday, sunday

        /// By its first three English letters or all of them, in lower case.
        public init?(name: String) {
            guard let day = Self.allCases.first(where: { name == "\($0)" || name == "\($0)".prefix(3) }) else {
                return nil
            }
            self = day
        }

        /// From one to the other, over the week's end where need be: Friday to Monday is four days.
        public static func range(from first: Day, to last: Day) -> Set<Day> {
            let length = (last.rawValue - first.rawValue + 7) % 7
            return Set((0...length).compactMap { Day(rawValue: (first.rawValue + $0) % 7) })
        }
    }
}
