import Anomalies
import Positioning
import TestSupport
import Testing

@Suite struct SilenceTests {
    private static func rules(_ hours: Schedule? = DrawnLink.hours(), _ change: (inout Silence) -> Void = { _ in })
        -> Rules
    {
        var rules = Rules.none
        var silence = Silence()
        silence.scope.hours = hours
        change(&silence)
        rules.silence = silence
        return rules
    }

    private func told(
        _ drawing: String, rules: Rules = rules(), isLive: Bool = true, step_s: Double = 60
    ) throws -> [String] {
        var link = try DrawnLink(rules, step_s: step_s, isLive: isLive)
        try link.draw(drawing)
        if !isLive { try link.end() }
        return link.told
    }

    private static func silent(_ minutes: Int) -> String { String(repeating: " ", count: minutes) }
    private static let ten = String(repeating: "f", count: 10)

    @Test(arguments: [true, false]) func itIsRaisedToldOfAgainTwiceAndClearedWhenHeard(isLive: Bool) throws {
        var link = try DrawnLink(Self.rules(), isLive: isLive)
        try link.draw(Self.ten + Self.silent(120) + Self.ten)
        #expect(
            link.told == [
                "silence raised@1140 of 540, level 1", "silence raised@2340 of 540, level 2",
                "silence raised@4140 of 540, level 3", "silence cleared@7800 of 7800, level 3",
            ])
        #expect(link.raised == [1140], "one id")
    }

    /// A recording's silent device is told of by the others' time, at its end.
    @Test func theEndOfARecordingIsTold() throws {
        #expect(try told(Self.ten + Self.silent(10), isLive: false) == ["silence raised@1140 of 540, level 1"])
        #expect(try told(Self.ten + Self.silent(9), isLive: false) == [])
    }

    @Test(arguments: [true, false]) func boundaries(isLive: Bool) throws {
        #expect(try told(Self.ten + Self.silent(9) + "f", isLive: isLive) == [], "ten minutes to the second")
        #expect(try told(Self.ten + Self.silent(10) + "f", isLive: isLive).count == 2)
        #expect(try told(Self.ten + Self.silent(29) + "f", isLive: isLive).count == 2)
        #expect(try told(Self.ten + Self.silent(30) + "f", isLive: isLive).count == 3)
        #expect(try told(Self.ten + Self.silent(59) + "f", isLive: isLive).count == 3)
        #expect(try told(Self.ten + Self.silent(60) + "f", isLive: isLive).count == 4)
    }

    @Test(arguments: [true, false]) func whatMustNotRaiseIt(isLive: Bool) throws {
        #expect(try told(Self.ten + Self.silent(600), rules: Self.rules(nil), isLive: isLive) == [], "no hours")
        #expect(try told(String(repeating: "f        ", count: 100), isLive: isLive) == [], "nine minutes each")
        let groups = Self.rules { $0.scope.groups = ["drivers"] }
        #expect(try told(Self.ten + Self.silent(600), rules: groups, isLive: isLive) == [])
        // Heartbeats are something heard.
        #expect(try told(Self.ten + String(repeating: "v    ", count: 100), isLive: isLive) == [])
    }

    /// Known from when it arrives only: in a recording nothing says that it was heard then.
    @Test func aReportWithoutTimeIsHeardWhenItArrives() throws {
        #expect(try told(Self.ten + String(repeating: "u    ", count: 100)) == [])
        #expect(
            try told(Self.ten + Self.silent(20) + "u")
                == ["silence raised@1140 of 540, level 1", "silence cleared@1800 of 1800, level 1"])
    }

    /// Three times its own interval: an hour for one that reports each twenty minutes.
    @Test(arguments: [true, false]) func whoReportsSeldomIsGivenTime(isLive: Bool) throws {
        let seldom = String(repeating: "f" + Self.silent(19), count: 8)
        let learnt = try told(seldom, isLive: isLive)
        #expect(learnt.filter { $0.contains("raised") }.count == 1, "only the first time: \(learnt)")
        let later = try told(seldom + Self.silent(42), isLive: isLive).dropFirst(learnt.count)
        #expect(later == ["silence raised@12000 of 8400, level 3"])
        #expect(try told(seldom + Self.silent(39) + "f", isLive: isLive).count == learnt.count)
        // Back at a minute, two strays among five.
        let again = try told(seldom + Self.ten + Self.silent(11) + "f", isLive: isLive).dropFirst(learnt.count)
        #expect(again.count == 2, "\(again)")
    }

    @Test(arguments: [true, false]) func onlyTimeInHoursCounts(isLive: Bool) throws {
        // It is one o'clock at the first second; they begin at two.
        let rules = Self.rules(DrawnLink.hours(from: 2, to: 3))
        #expect(try told(Self.ten + Self.silent(59), rules: rules, isLive: isLive) == [])
        #expect(
            try told(Self.ten + Self.silent(75) + "f", rules: rules, isLive: isLive) == [
                "silence raised@4200 of 540, level 1", "silence cleared@5100 of 5100, level 1",
            ])
        // Their end clears nothing, and nothing is told after it before they begin again.
        let long = try told(Self.ten + Self.silent(1400) + "ff", rules: rules, isLive: isLive)
        #expect(
            long == [
                "silence raised@4200 of 540, level 1", "silence raised@5400 of 540, level 2",
                "silence raised@7200 of 540, level 3", "silence cleared@84600 of 84600, level 3",
            ])
    }

    @Test(arguments: [true, false]) func aCooldownFollows(isLive: Bool) throws {
        let twice = Self.ten + Self.silent(12) + "f" + Self.silent(12) + "f"
        #expect(try told(twice, isLive: isLive).count == 2)
        // What is still silent half an hour after it was heard is told of then.
        let long = try told(Self.ten + Self.silent(12) + "f" + Self.silent(45) + "f", isLive: isLive)
        #expect(long.dropFirst(2) == ["silence raised@3120 of 1320, level 2", "silence cleared@4080 of 4080, level 2"])
    }

    /// A dead zone: nothing is heard for half an hour, and then all of it.
    @Test func whatWaitedInTheDeviceIsTold() throws {
        let zone = Self.ten + String(repeating: "b", count: 15) + "ffff"
        #expect(
            try told(zone) == [
                "silence raised@1140 of 540, level 1", "silence cleared@1500 of 1500, level 1, buffered",
            ])
        // A recording shows no gap.
        #expect(try told(zone, isLive: false) == [])
    }

    /// Its clock is set by an hour: it was heard all the time.
    @Test(arguments: [3600.0, -3600]) func aClockThatIsSetIsNoSilence(set_s: Double) throws {
        var link = try DrawnLink(Self.rules())
        try link.draw(Self.ten)
        link.set_s = set_s
        try link.draw(Self.ten, times: 12)
        #expect(link.told == [])
        try link.draw(Self.silent(11) + "f")
        #expect(link.told.count == 2, "and then it is silent")
    }

    @Test(arguments: [0, 5, 11, 12, 35, 65]) func aRestartTellsNothingTwice(minute: Int) throws {
        var link = try DrawnLink(Self.rules(), isLive: false)
        try link.draw(Self.ten + Self.silent(minute))
        try link.end()
        try link.restart()
        try link.draw(Self.silent(90 - minute) + "f")
        #expect(try link.told == told(Self.ten + Self.silent(90) + "f", isLive: false), "after \(minute) minutes")
    }

    /// What nobody listened to is held against nobody, however long it was: it counts from then on, and what stands stands.
    @Test(arguments: [(5, 60.0), (5, 7200), (12, 60), (12, 7200)]) func downtimeIsNoSilence(
        minute: Int, downtime_s: Double
    ) throws {
        var link = try DrawnLink(Self.rules())
        try link.draw(Self.ten + Self.silent(minute))
        let before = link.told
        #expect(before.count == (minute < 10 ? 0 : 1))
        try link.restart(after: downtime_s)
        try link.draw(Self.silent(9))
        #expect(link.told == before)
        try link.draw(Self.silent(23))
        let level = minute < 10 ? 1 : 2
        #expect(link.told.count == before.count + (minute < 10 ? 2 : 1), "\(link.told)")
        #expect(link.told[before.count].hasSuffix("level \(level)"), "\(link.told)")
        #expect(link.raised.count == 1)
        try link.draw("f")
        #expect(link.told.last?.contains("cleared") == true)
    }

    @Test func downtimeBetweenTwoFixesIsNoSilence() throws {
        var link = try DrawnLink(Self.rules())
        try link.draw(Self.ten)
        try link.restart(after: 7200)
        try link.draw(Self.ten)
        #expect(link.told == [])
    }
}
