import Anomalies
import Positioning
import TestSupport
import Testing

@Suite struct NoPositionTests {
    private static func rules(_ hours: Schedule? = DrawnLink.hours()) -> Rules {
        var rules = Rules.none
        var rule = NoPosition()
        rule.scope.hours = hours
        rules.noPosition = rule
        return rules
    }

    private func told(_ drawing: String, rules: Rules = rules(), isLive: Bool = true) throws -> [String] {
        var link = try DrawnLink(rules, isLive: isLive)
        try link.draw(drawing)
        return link.told
    }

    private static func times(_ count: Int, _ drawing: String) -> String { String(repeating: drawing, count: count) }
    private static let ten = times(10, "f")

    @Test(arguments: [true, false]) func itIsRaisedToldOfAgainTwiceAndClearedByAFix(isLive: Bool) throws {
        #expect(
            try told(Self.ten + Self.times(70, "v") + "f", isLive: isLive) == [
                "no_position raised@1140 of 540, level 1", "no_position raised@2340 of 540, level 2",
                "no_position raised@4140 of 540, level 3", "no_position cleared@4800 of 4800, level 3",
            ])
    }

    @Test(arguments: [true, false]) func boundaries(isLive: Bool) throws {
        #expect(try told(Self.ten + Self.times(9, "v"), isLive: isLive) == [])
        #expect(try told(Self.ten + Self.times(10, "v"), isLive: isLive).count == 1)
        #expect(try told(Self.ten + Self.times(29, "v"), isLive: isLive).count == 1)
        #expect(try told(Self.ten + Self.times(30, "v"), isLive: isLive).count == 2)
    }

    @Test(arguments: [true, false]) func whatMustNotRaiseIt(isLive: Bool) throws {
        #expect(try told(Self.ten + Self.times(100, "v"), rules: Self.rules(nil), isLive: isLive) == [], "no hours")
        #expect(try told(Self.times(100, "fvvvvvvvvv"), isLive: isLive) == [], "a fix each ten minutes")
        #expect(try told(Self.ten + Self.times(100, " "), isLive: isLive) == [], "that is silence's matter")
        #expect(try told(Self.ten + Self.times(50, "v" + Self.times(10, " ")), isLive: isLive) == [])
        let later = Self.rules(DrawnLink.hours(from: 5, to: 6))
        #expect(try told(Self.ten + Self.times(200, "v"), rules: later, isLive: isLive) == [])
    }

    @Test func silenceInBetweenIsNotCounted() throws {
        let drawing = Self.ten + Self.times(5, "v") + Self.times(60, " ")
        #expect(try told(drawing + Self.times(10, "v")) == [])
        #expect(try told(drawing + Self.times(11, "v")).count == 1)
        // A few minutes of it are.
        #expect(try told(Self.ten + "vvv     vv").count == 1)
    }

    /// A fix may wait in the device behind a report that waits there, too.
    @Test(arguments: [(1130.0, 0), (1139, 0), (1141, 1)]) func aReportThatHadToWaitIsOfItsOwnTime(
        newest: Double, count: Int
    ) throws {
        var stream = try HeardStream(rules: Self.rules())
        for second in stride(from: 0.0, through: 540, by: 60) {
            try stream.take(World.report(second, second / 10), at: second + 0.5)
        }
        for second in [600.0, 700, 800, 900, 1000, 1100] {
            let void = Report(time: World.report(second, 0).time, coordinate: nil, rejection: .void)
            try stream.take(void, at: second + 0.5)
        }
        let void = Report(time: World.report(newest, 0).time, coordinate: nil, rejection: .void)
        try stream.take(void, at: 1200)
        #expect(stream.told.count == count, "\(stream.told)")
        // One whose clock is anywhere is of its arrival.
        let lost = Report(time: World.report(-1e8, 0).time, coordinate: nil, rejection: .void)
        try stream.take(lost, at: 1210)
        #expect(stream.told.count == 1, "\(stream.told)")
    }

    @Test(arguments: [true, false]) func aCooldownFollows(isLive: Bool) throws {
        let twice = Self.ten + Self.times(11, "v") + "f" + Self.times(20, "v")
        #expect(try told(twice, isLive: isLive).count == 2)
        #expect(
            try told(twice + Self.times(10, "v"), isLive: isLive).dropFirst(2) == [
                "no_position raised@3060 of 1260, level 2"
            ])
    }

    @Test(arguments: [0, 5, 10, 12]) func aRestartInTheMiddleTellsNothingTwice(minute: Int) throws {
        var link = try DrawnLink(Self.rules(), isLive: false)
        try link.draw(Self.ten + Self.times(minute, "v"))
        try link.restart()
        try link.draw(Self.times(20 - minute, "v") + "f")
        #expect(try link.told == told(Self.ten + Self.times(20, "v") + "f", isLive: false))
    }

    @Test func downtimeIsHeldAgainstNobody() throws {
        var link = try DrawnLink(Self.rules())
        try link.draw(Self.ten + "vvvv")
        try link.restart(after: 300)
        try link.draw(Self.times(10, "v"))
        #expect(link.told == [], "it counts from the first report on")
        try link.draw("v")
        #expect(link.told.count == 1)
    }
}
