import Anomalies
import Engine
import Positioning
import TestSupport
import Testing

/// `.`: a fix. `r`: one whose date is 1,024 weeks behind; `q`: 2,048. `w`: 1,023. `v`: none, 1,024 weeks behind.
@Suite struct WeekRolloverTests {
    private static let cycle_s = 619_315_200.0

    private static func report(_ character: Character, _ second: Double) -> Report {
        let behind_s =
            switch character {
            case "r", "v": cycle_s
            case "q": 2 * cycle_s
            case "w": cycle_s - 604_800
            default: 0.0
            }
        var report = World.report(second - behind_s, second / 10)
        if character == "v" { report.rejection = .void }
        return report
    }

    private func stream(
        _ drawing: String, delay_s: Double? = 0.5, _ change: (inout Rules) -> Void = { _ in }
    ) throws -> HeardStream {
        var rules = Rules()
        change(&rules)
        var stream = try HeardStream(rules: rules, delay_s: delay_s)
        try stream.draw(drawing, Self.report)
        return stream
    }

    private func told(_ drawing: String, _ change: (inout Rules) -> Void = { _ in }) throws -> [String] {
        try stream(drawing, delay_s: 0.5, change).told
    }

    @Test func itIsCorrectedFlaggedAndOverAfterThreeRightOnes() throws {
        let stream = try stream(".rrr....")
        #expect(stream.told == ["week_rollover raised@30 of 30", "week_rollover cleared@180 of 180"])
        let fixes = stream.outcomes.compactMap { try? $0.get() }
        #expect(fixes.map { DrawnStream.second($0.time) } == Array(stride(from: 0, through: 210, by: 30)))
        #expect(fixes.map(\.weeksAdded) == [0, 1024, 1024, 1024, 0, 0, 0, 0])
        #expect(stream.lines[0].contains(#""evidence":{"weeks_added":1024,"device_time":"2006-07-17T01:00:30.0Z""#))
    }

    @Test func twiceIsCorrectedToo() throws {
        let stream = try stream("q")
        #expect(stream.outcomes.compactMap { try? $0.get() }.map(\.weeksAdded) == [2048])
        #expect(stream.told == ["week_rollover raised@0 of 0"])
    }

    /// Late by as much as the horizon takes, and ahead by as much as a clock may be.
    @Test(arguments: [(72 * 3600.0, true), (72 * 3600.0 + 1, false), (-120.0, true), (-121.0, false)])
    func boundaries(late_s: Double, isCorrected: Bool) throws {
        var stream = try HeardStream()
        try stream.take(World.report(-late_s - Self.cycle_s, 0), at: 0)
        let weeks = stream.outcomes.map { (try? $0.get())?.weeksAdded ?? 0 }
        #expect(weeks == [isCorrected ? 1024 : 0])
        #expect(stream.told.isEmpty != isCorrected)
    }

    @Test func aLateOneIsPutIntoItsPlace() throws {
        var stream = try HeardStream()
        for second in [0.0, 30, 90, 120] { try stream.take(Self.report(".", second), at: second) }
        try stream.take(Self.report("r", 60), at: 125)
        #expect(stream.outcomes.allSatisfy { (try? $0.get()) != nil })
        #expect(stream.told == ["week_rollover raised@125 of 125"], "flagged when it was heard")
        try stream.take(Self.report("r", 60), at: 130)
        #expect(stream.outcomes.last == .failure(.duplicate))
    }

    @Test func whatMustNotRaiseIt() throws {
        #expect(try told("........") == [])
        #expect(try told("wwww").filter { $0.hasPrefix("week") } == [])
        #expect(try told(".v.v.v.") == [], "a receiver without a fix may name any date")
        let recorded = try stream("rrrr", delay_s: nil)
        #expect(recorded.told == [] && recorded.outcomes.compactMap { try? $0.get() }.allSatisfy { $0.weeksAdded == 0 })
        #expect(try told("rrrr") { $0.weekRollover = nil }.filter { $0.hasPrefix("week") } == [])
        #expect(try told("rrrr") { $0.weekRollover?.scope.groups = ["others"] }.filter { $0.hasPrefix("week") } == [])
    }

    @Test func silenceClearsNothingAndTwoAreTooFew() throws {
        #expect(try told("r" + String(repeating: " ", count: 5000) + "..r..").count == 1)
    }

    @Test func aCooldownFollows() throws {
        #expect(try told("r...r...").count == 2)
        #expect(try told("r..." + String(repeating: "r", count: 62)).count == 3)
    }

    /// It cleared at 90.
    @Test func theCooldownHasItsLength() throws {
        #expect(try told("r..." + String(repeating: "r", count: 59)).count == 2)
        #expect(try told("r..." + String(repeating: "r", count: 60)).last == "week_rollover raised@1890 of 1890")
    }

    @Test func itsClockIsNoSkew() throws {
        #expect(try told(String(repeating: "r", count: 100)) == ["week_rollover raised@0 of 0"])
    }

    /// What is in the journal was decided: it is not decided otherwise when it is gone through again, whatever the rule is then.
    @Test func aFixThatWasTakenIsNotCorrectedAgain() throws {
        for weeks in [0, 1024] {
            var stream = try HeardStream()
            let time = World.start.advanced(bySeconds: -Self.cycle_s)
            try stream.take(Report(again: Fix(time: time, coordinate: World.origin, weeksAdded: weeks)), at: 0)
            #expect(try stream.outcomes.first?.get().time == time && stream.outcomes.first?.get().weeksAdded == weeks)
        }
    }

    @Test func aRestartChangesNothing() throws {
        try HeardStream.expectRestartsChangeNothing("..rr..r...r" + String(repeating: "r", count: 62), Self.report)
    }
}
