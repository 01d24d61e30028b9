import Fencing
import Positioning
import Testing

@testable import Anomalies

@Suite struct ScheduleTests {
    /// Berlin in 2026: UTC+1, and UTC+2 from 29 March to 25 October, 01:00 UTC.
    private static let berlin = LocalTime([
        LocalTime.Offset(since: Timestamp("2025-10-26T01:00:00Z")!, seconds: 3600),
        LocalTime.Offset(since: Timestamp("2026-03-29T01:00:00Z")!, seconds: 7200),
        LocalTime.Offset(since: Timestamp("2026-10-25T01:00:00Z")!, seconds: 3600),
    ])

    private func holds(_ text: String, days: Set<ActiveHours.Day>, _ from: Int, _ to: Int) throws -> Bool {
        let hours = ActiveHours(days: days, from: from * 60, to: to * 60, timeZone: "Europe/Berlin")
        let schedule = Schedule(periods: [Schedule.Period(hours: hours, zone: Self.berlin)])
        return schedule.holds(at: try #require(Timestamp(text)), for: nil)
    }

    private static let weekdays = ActiveHours.Day.range(from: .monday, to: .friday)

    /// 2 March 2026 is a Monday.
    @Test(arguments: [
        ("2026-03-02T06:59:59Z", false), ("2026-03-02T07:00:00Z", true), ("2026-03-02T16:59:59.999999Z", true),
        ("2026-03-02T17:00:00Z", false), ("2026-03-06T12:00:00Z", true), ("2026-03-07T12:00:00Z", false),
        ("2026-03-08T12:00:00Z", false),
        // The Monday after the clocks went forward, and after they went back.
        ("2026-03-30T05:59:59Z", false), ("2026-03-30T06:00:00Z", true), ("2026-03-30T16:00:00Z", false),
        ("2026-10-26T06:59:59Z", false), ("2026-10-26T07:00:00Z", true),
    ])
    func eightToSixOnWeekdays(time: String, expected: Bool) throws {
        #expect(try holds(time, days: Self.weekdays, 8, 18) == expected, "\(time)")
    }

    /// From ten in the evening of Friday to six on Saturday, local time.
    @Test(arguments: [
        ("2026-03-06T20:59:59Z", false), ("2026-03-06T21:00:00Z", true), ("2026-03-06T23:30:00Z", true),
        ("2026-03-07T04:59:59Z", true), ("2026-03-07T05:00:00Z", false), ("2026-03-07T21:30:00Z", false),
        ("2026-03-06T04:00:00Z", false),
    ])
    func overMidnightItBelongsToTheDayOnWhichItBegan(time: String, expected: Bool) throws {
        #expect(try holds(time, days: [.friday], 22, 6) == expected, "\(time)")
    }

    /// The night in which the clocks change, Saturday to Sunday: seven hours long, and nine.
    @Test(arguments: [
        ("2026-03-28T21:00:00Z", true), ("2026-03-29T00:59:00Z", true), ("2026-03-29T03:59:00Z", true),
        ("2026-03-29T04:00:00Z", false), ("2026-10-24T20:00:00Z", true), ("2026-10-25T04:59:00Z", true),
        ("2026-10-25T05:00:00Z", false),
    ])
    func aNightWithAChangeOfClocks(time: String, expected: Bool) throws {
        #expect(try holds(time, days: [.saturday], 22, 6) == expected, "\(time)")
    }

    private func period(_ text: String, days: Set<ActiveHours.Day>, _ from: Int, _ to: Int) throws -> String? {
        let hours = ActiveHours(days: days, from: from, to: to, timeZone: "Europe/Berlin")
        let schedule = Schedule(periods: [Schedule.Period(hours: hours, zone: Self.berlin)])
        return try schedule.period(at: #require(Timestamp(text)), for: nil).map { "\($0.lowerBound)/\($0.upperBound)" }
    }

    /// Days of 9 hours; nights of 8, 7 and 9; a beginning that the clocks pass over, and ends that they show twice.
    @Test(arguments: [
        ("2026-03-02T07:00:00Z", 480, 1080, "2026-03-02T07:00:00.0Z/2026-03-02T17:00:00.0Z"),
        ("2026-03-02T16:59:59Z", 480, 1080, "2026-03-02T07:00:00.0Z/2026-03-02T17:00:00.0Z"),
        ("2026-03-30T12:00:00Z", 480, 1080, "2026-03-30T06:00:00.0Z/2026-03-30T16:00:00.0Z"),
        ("2026-03-06T22:00:00Z", 1320, 360, "2026-03-06T21:00:00.0Z/2026-03-07T05:00:00.0Z"),
        ("2026-03-07T04:59:00Z", 1320, 360, "2026-03-06T21:00:00.0Z/2026-03-07T05:00:00.0Z"),
        ("2026-03-28T23:00:00Z", 1320, 360, "2026-03-28T21:00:00.0Z/2026-03-29T04:00:00.0Z"),
        ("2026-10-25T04:00:00Z", 1320, 360, "2026-10-24T20:00:00.0Z/2026-10-25T05:00:00.0Z"),
        ("2026-03-29T05:00:00Z", 150, 720, "2026-03-29T01:00:00.0Z/2026-03-29T10:00:00.0Z"),
        ("2026-03-28T23:30:00Z", 0, 150, "2026-03-28T23:00:00.0Z/2026-03-29T01:00:00.0Z"),
        ("2026-10-24T22:30:00Z", 0, 150, "2026-10-24T22:00:00.0Z/2026-10-25T01:30:00.0Z"),
        ("2026-10-25T05:00:00Z", 150, 720, "2026-10-25T00:30:00.0Z/2026-10-25T11:00:00.0Z"),
        ("2026-03-29T12:00:00Z", 0, 1440, "2026-03-28T23:00:00.0Z/2026-03-29T22:00:00.0Z"),
    ])
    func aPeriodBeginsAndEndsAsTheClocksStandThere(time: String, from: Int, to: Int, expected: String) throws {
        #expect(try period(time, days: Set(ActiveHours.Day.allCases), from, to) == expected, "\(time)")
    }

    /// Whatever holds lies in its period, all through the days on which the clocks change.
    @Test func aPeriodIsThereExactlyWhereItHolds() throws {
        for (from, to) in [(480, 1080), (1320, 360), (150, 720), (0, 150), (0, 1440)] {
            let hours = ActiveHours(days: [.saturday, .sunday], from: from, to: to, timeZone: "Europe/Berlin")
            let schedule = Schedule(periods: [Schedule.Period(hours: hours, zone: Self.berlin)])
            for start in ["2026-03-27T20:00:00Z", "2026-10-23T20:00:00Z"] {
                for quarter in 0..<400 {
                    let time = try #require(Timestamp(start)).advanced(bySeconds: Double(quarter) * 900)
                    let period = schedule.period(at: time, for: nil)
                    #expect((period != nil) == schedule.holds(at: time, for: nil), "\(time) \(from)")
                    #expect(period?.contains(time) ?? true, "\(time) \(from)")
                }
            }
        }
    }

    @Test func allDayIsAllDay() throws {
        for hour in 0..<24 {
            let text = "2026-03-0\(hour < 23 ? 2 : 1)T\(hour < 10 ? "0" : "")\(hour):30:00Z"
            #expect(try holds(text, days: [.monday], 0, 24), "\(text)")
        }
        #expect(try !holds("2026-03-02T23:00:00Z", days: [.monday], 0, 24))
    }

    @Test func aPeriodOfAGroupIsForThatGroup() {
        let hours = ActiveHours(days: Set(ActiveHours.Day.allCases), from: 0, to: 1440, timeZone: "UTC")
        let schedule = Schedule(periods: [Schedule.Period(hours: hours, zone: LocalTime([]), groups: ["night"])])
        let now = Timestamp(microseconds: 0)
        #expect(schedule.holds(at: now, for: "night") && !schedule.holds(at: now, for: "day"))
        #expect(!schedule.holds(at: now, for: nil))
    }

    @Test func daysBeforeTheEpochAreDaysToo() {
        #expect(ActiveHours.Day(of: 0) == .thursday && ActiveHours.Day(of: -1) == .wednesday)
        #expect(ActiveHours.Day(of: -700_001) == ActiveHours.Day(of: -1 - 7 * 100_000))
        #expect(LocalTime([]).clock(at: Timestamp(microseconds: -1)) == (-1, 1439))
    }
}
