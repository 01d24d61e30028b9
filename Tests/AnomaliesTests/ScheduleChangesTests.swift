import Fencing
import Positioning
import TestSupport
import Testing

@testable import Anomalies

@Suite struct ScheduleChangesTests {
    /// Berlin around both changes of clocks in 2026.
    private static let berlin = LocalTime([
        LocalTime.Offset(since: Timestamp("2025-10-26T01:00:00Z")!, seconds: 3600),
        LocalTime.Offset(since: Timestamp("2026-03-29T01:00:00Z")!, seconds: 7200),
        LocalTime.Offset(since: Timestamp("2026-10-25T01:00:00Z")!, seconds: 3600),
    ])

    private static func schedule(_ from: Int, _ to: Int, _ days: Set<ActiveHours.Day>) -> Schedule {
        let hours = ActiveHours(days: days, from: from, to: to, timeZone: "Europe/Berlin")
        return Schedule(periods: [Schedule.Period(hours: hours, zone: berlin)])
    }

    /// Against a look at every minute of ten days around a change of clocks.
    @Test(arguments: UInt64(1)...12) func theNextChangeIsTheFirstThereIs(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let begin = try #require(Timestamp(seed % 2 == 0 ? "2026-03-24T00:00:00Z" : "2026-10-20T00:00:00Z"))
        let periods = (0...Int.random(in: 0...1, using: &random)).flatMap { _ in
            let days = Set(ActiveHours.Day.allCases.filter { _ in Bool.random(using: &random) })
            // Often in the hours in which the clocks change.
            let most = Bool.random(using: &random) ? 240 : 1440
            return Self.schedule(
                Int.random(in: 0..<most, using: &random), Int.random(in: 0...most, using: &random), days
            ).periods
        }
        let schedule = Schedule(periods: periods)
        let minutes = (0..<10 * 1440).map { begin.advanced(bySeconds: Double($0) * 60) }
        let held = minutes.map { schedule.holds(at: $0, for: nil) }
        var expected: Timestamp?
        for index in minutes.indices.reversed() {
            if index + 1 < minutes.count, held[index] != held[index + 1] { expected = minutes[index + 1] }
            if index % 97 == 0, index < 2 * 1440 {
                let found = schedule.nextChange(after: minutes[index], for: nil)
                #expect(found == expected, "seed \(seed), after \(minutes[index])")
            }
        }
    }

    @Test func secondsOfHoursAreCountedOverTheirGaps() throws {
        let office = Self.schedule(8 * 60, 18 * 60, ActiveHours.Day.range(from: .monday, to: .friday))
        func time(_ since: String, _ seconds: Double) throws -> String? {
            office.time(after: seconds, inHoursSince: try #require(Timestamp(since)), for: nil).map { "\($0)" }
        }
        // 2 March 2026 is a Monday; eight o'clock is 07:00 UTC.
        #expect(try time("2026-03-02T09:00:00Z", 600) == "2026-03-02T09:10:00.0Z")
        #expect(try time("2026-03-02T05:00:00Z", 600) == "2026-03-02T07:10:00.0Z", "before they begin")
        #expect(try time("2026-03-02T16:55:00Z", 600) == "2026-03-03T07:05:00.0Z", "over the night")
        #expect(try time("2026-03-02T16:50:00Z", 600) == "2026-03-02T17:00:00.0Z", "to the last second")
        #expect(try time("2026-03-06T16:55:00Z", 600) == "2026-03-09T07:05:00.0Z", "over the weekend")
        #expect(try time("2026-03-27T16:55:00Z", 600) == "2026-03-30T06:05:00.0Z", "over a change of clocks")
        #expect(try time("2026-03-02T05:00:00Z", 0) == "2026-03-02T07:00:00.0Z")
        #expect(Self.schedule(0, 1440, []).time(after: 1, inHoursSince: World.start, for: nil) == nil)
        let always = Self.schedule(0, 1440, Set(ActiveHours.Day.allCases))
        #expect(always.nextChange(after: World.start, for: nil) == nil)
        #expect(
            always.time(after: 864_000, inHoursSince: World.start, for: nil)
                == World.start.advanced(bySeconds: 864_000))
    }
}
