import Anomalies
import Fencing
import Geometry
import Positioning
import TestSupport
import Testing

/// `not_arrived` at f0, in hours from 02:00 to 10:00 UTC, at a fix a minute from 01:00 on: `.` is outside of f0, `I` in it, a space
/// is silence. Second 3600 is when the hours begin, 4200 when it is late, 32,400 when they end.
@Suite struct NotArrivedTests {
    private static func rules(_ change: (inout NotArrived) -> Void = { _ in }) -> Rules {
        let hours = ActiveHours(
            days: ActiveHours.Day.range(from: .monday, to: .friday), from: 120, to: 600, timeZone: "UTC")
        var rule = NotArrived()
        rule.scope.fences = ["f0"]
        rule.scope.hours = Schedule(periods: [Schedule.Period(hours: hours, zone: LocalTime([]))])
        change(&rule)
        var rules = Rules.none
        rules.notArrived = rule
        return rules
    }

    private func stream(_ rules: Rules = rules(), step_s: Double = 60) throws -> DrawnStream {
        try DrawnStream(rules: rules, step_s: step_s, catalogue: try World.squares(at: [0, 2000]))
    }

    private func draw(_ stream: inout DrawnStream, _ drawing: String) throws {
        try stream.draw(drawing) { character, second in
            let wobble = second.truncatingRemainder(dividingBy: 7)
            return World.report(second, (character == "I" ? 0 : character == "J" ? 2000 : 600) + wobble, wobble)
        }
    }

    private func told(_ drawing: String, rules: Rules = rules(), step_s: Double = 60) throws -> [String] {
        var stream = try stream(rules, step_s: step_s)
        try draw(&stream, drawing)
        return stream.told
    }

    private static func dots(_ count: Int) -> String { String(repeating: ".", count: count) }
    private static let raised = "not_arrived raised@4200 of 4200"

    @Test func itIsRaisedAfterTheGrace() throws {
        #expect(try told(Self.dots(70)) == [])
        #expect(try told(Self.dots(71)) == [Self.raised])
        #expect(try told(Self.dots(300)) == [Self.raised], "once")
        #expect(try told(Self.dots(200), rules: Self.rules { $0.grace_s = 0 }) == ["not_arrived raised@3600 of 3600"])
    }

    @Test func arrivingClearsItAndLeavingAgainIsNoMatter() throws {
        var stream = try stream()
        try draw(&stream, Self.dots(80) + "IIIII" + Self.dots(100))
        #expect(stream.told.first == Self.raised && stream.told.count == 2)
        let cleared = try #require(stream.lines.last)
        #expect(cleared.contains(#""state":"cleared""#) && cleared.contains(#""evidence":{"arrived":"2026-03-02T02:"#))
        #expect(cleared.contains(#""late_s":11"#) || cleared.contains(#""late_s":12"#), "\(cleared)")
    }

    @Test func theEndOfTheHoursClearsItAndTheNextDayIsAnother() throws {
        let all = try told(Self.dots(4 * 145), step_s: 600)
        #expect(
            all
                == (0..<4).flatMap { day in
                    [
                        "not_arrived raised@\(4200 + day * 86_400) of \(4200 + day * 86_400)",
                        "not_arrived cleared@\(32_400 + day * 86_400) of \(32_400 + day * 86_400)",
                    ]
                })
        // Saturday and Sunday are no days.
        #expect(try told(Self.dots(7 * 144), step_s: 600).count == 10)
    }

    @Test func whatMustNotRaiseIt() throws {
        #expect(try told(Self.dots(40) + "IIIII" + Self.dots(200)) == [], "it came early, and went on")
        #expect(try told(Self.dots(62) + "IIIII" + Self.dots(200)) == [], "it came in the grace")
        #expect(try told(Self.dots(69) + "IIII" + Self.dots(200)) == [], "the evidence was still weak when time was up")
        #expect(try told(Self.dots(600), rules: Self.rules { $0.scope.fences = [] }) == [], "no fences")
        #expect(try told(Self.dots(600), rules: Self.rules { $0.scope.hours = nil }) == [], "no hours")
        #expect(try told(Self.dots(65) + String(repeating: " ", count: 600)) == [], "silent")
        #expect(try told(Self.dots(65) + String(repeating: " ", count: 480) + "...") == [], "silent until the end")
    }

    @Test func whatRaisesItAllTheSame() throws {
        #expect(
            try told("IIIII" + Self.dots(100), rules: Self.rules { $0.early_s = 600 }) == [Self.raised], "too early")
        #expect(try told("IIIII" + Self.dots(100), rules: Self.rules { $0.early_s = 3600 }) == [])
        #expect(try told(Self.dots(40) + "JJJJJ" + Self.dots(200)) == [Self.raised], "elsewhere")
        #expect(
            try told(Self.dots(65) + String(repeating: " ", count: 100) + "..") == [
                "not_arrived raised@9900 of 4200"
            ], "late by the first fix after a silence")
    }

    /// `k` is at the kerb, 8 m beside f0 with an accuracy of 10 m; `p` 60 m beside it.
    @Test func whoStaysWithinItsErrorOfTheFenceHasTheBenefitOfTheDoubt() throws {
        func told(_ drawing: String, cut: Int? = nil) throws -> [String] {
            var stream = try stream()
            func draw(_ drawing: some StringProtocol) throws {
                try stream.draw(String(drawing)) { character, second in
                    let wobble = second.truncatingRemainder(dividingBy: 7) / 7
                    let east = character == "k" ? 108.0 : character == "p" ? 160 : 600
                    var report = World.report(second, east + wobble, wobble)
                    report.measurements.reportedAccuracy_m = 10
                    return report
                }
            }
            if let cut {
                try draw(drawing.prefix(cut))
                try stream.restart()
                try draw(drawing.dropFirst(cut))
            } else {
                try draw(drawing)
            }
            return stream.told
        }
        #expect(try told(Self.dots(40) + "kkk" + Self.dots(100)) == [], "120 s at the kerb")
        #expect(try told(Self.dots(40) + "kk" + Self.dots(100)) == [Self.raised], "a light beside it")
        #expect(try told(Self.dots(40) + "kk.kk.kk" + Self.dots(100)) == [Self.raised], "it drives by")
        #expect(try told(Self.dots(40) + "pppppppp" + Self.dots(100)) == [Self.raised], "the neighbour's yard")
        #expect(try told(Self.dots(40) + "kkk" + Self.dots(100), cut: 42) == [], "a restart meanwhile")
    }

    /// By default none follows. It clears at the end of the hours, and 58,200 s later the next day's grace is over.
    @Test func aCooldownFollowsWhereThereIsOne() throws {
        func days(_ cooldown_s: Double) throws -> [String] {
            try told(Self.dots(4 * 145), rules: Self.rules { $0.cooldown_s = cooldown_s }, step_s: 600)
                .filter { $0.contains("raised") }.map { String($0.prefix { $0 != " " }) + $0.suffix(6) }
        }
        #expect(try days(58_200).count == 4)
        #expect(try days(86_400) == days(58_200).enumerated().filter { $0.offset % 2 == 0 }.map(\.element))
    }

    @Test func aRestartInTheMiddleChangesNothing() throws {
        let drawing = Self.dots(75) + "IIIII" + Self.dots(20)
        for cut in [1, 60, 69, 70, 71, 72, 76, 78, 85] {
            var stream = try stream()
            try draw(&stream, String(drawing.prefix(cut)))
            try stream.restart()
            try draw(&stream, String(drawing.dropFirst(cut)))
            #expect(try stream.told == told(drawing), "cut at \(cut)")
        }
    }

    @Test func anArrivalThatIsHeardOfLateTakesItBack() throws {
        var stream = try stream()
        for step in 0..<100 where !(50..<60).contains(step) { try stream.take(World.report(Double(step) * 60, 600)) }
        #expect(stream.told == [Self.raised])
        for step in 50..<60 { try stream.take(World.report(Double(step) * 60, 0)) }
        try stream.finish()
        #expect(stream.told == [Self.raised, "retracts \(Self.raised)"])
    }
}
