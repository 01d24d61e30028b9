import Positioning
import Testing

@Suite struct TimestampTests {
    @Test(arguments: [
        (0, "1970-01-01T00:00:00.0Z"), (1_772_413_121_000_000, "2026-03-02T00:58:41.0Z"),
        (-1, "1969-12-31T23:59:59.999999Z"),
        (951_782_400_120_000, "2000-02-29T00:00:00.12Z"),
    ])
    func printsAndReadsRFC3339(microseconds: Int64, text: String) {
        #expect(Timestamp(microseconds: microseconds).description == text)
        #expect(Timestamp(text) == Timestamp(microseconds: microseconds))
    }

    @Test func readsOffsetsAndBareDates() {
        #expect(Timestamp("2026-03-02T08:58:41+08:00") == Timestamp("2026-03-02T00:58:41Z"))
        #expect(Timestamp("2026-03-02") == Timestamp("2026-03-02T00:00:00Z"))
        #expect(Timestamp("2016-12-31T23:59:60Z") == Timestamp("2017-01-01T00:00:00Z"))
    }

    @Test(arguments: [
        "", "2026", "2026-02-29", "2026-13-01T00:00:00Z", "2026-03-02T24:00:00Z", "2026-03-02T00:00:00",
        "2026-03-02T00:00:00.Z",
        "2026-03-02T00:00:00Zjunk", "2026-03-02T00:61:00Z", "２０２６-03-02T00:00:00Z",
    ])
    func refusesWhatIsNoTime(text: String) {
        #expect(Timestamp(text) == nil)
    }

    @Test func everyDayOfFourCenturiesCountsOn() {
        var days = CivilDate(year: 1900, month: 1, day: 1)!.daysSinceEpoch
        for year in 1900..<2300 {
            for month in 1...12 {
                for day in 1...31 {
                    guard let date = CivilDate(year: year, month: month, day: day) else { continue }
                    #expect(date.daysSinceEpoch == days)
                    #expect(date.yearMonthDay == (year, month, day))
                    days += 1
                }
            }
        }
        #expect(days == CivilDate(year: 2300, month: 1, day: 1)!.daysSinceEpoch)
    }

    @Test func farStepsHoldAtTheEndsInsteadOfTrapping() {
        let now = Timestamp("2026-03-02")!
        #expect(now.advanced(bySeconds: 1e300).microseconds == .max)
        #expect(now.advanced(bySeconds: -.infinity).microseconds == .min)
        #expect(now.advanced(bySeconds: 1.5) == Timestamp("2026-03-02T00:00:01.5Z"))
    }
}
