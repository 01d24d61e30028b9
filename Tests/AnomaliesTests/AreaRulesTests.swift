import Anomalies
import Fencing
import Geometry
import Positioning
import TestSupport
import Testing

/// `idle`, `outside_allowed` and `inside_forbidden`, at a fix a minute from 01:00 UTC on: `.` stands 400 m east of f0's centre,
/// `:` 160 m further, `I` in f0, `m` on the move, a space is silence.
@Suite struct AreaRulesTests {
    private static func schedule(from: Int, to: Int, groups: [String] = []) -> Schedule {
        let hours = ActiveHours(days: Set(ActiveHours.Day.allCases), from: from, to: to, timeZone: "UTC")
        return Schedule(periods: [Schedule.Period(hours: hours, zone: LocalTime([]), groups: groups)])
    }

    private static func rules(_ hours: Schedule? = schedule(from: 0, to: 1440)) -> Rules {
        var rules = Rules.none
        rules.idle = Idle()
        rules.outsideAllowed = OutsideAllowed()
        rules.insideForbidden = InsideForbidden()
        rules.idle?.scope.hours = hours
        rules.outsideAllowed?.scope.hours = hours
        rules.insideForbidden?.scope.hours = hours
        return rules
    }

    private func stream(_ kind: String, _ rules: Rules) throws -> DrawnStream {
        try DrawnStream(
            rules: rules, step_s: 60, catalogue: try World.squares(at: [0], properties: #""kind":"\#(kind)""#))
    }

    private func draw(_ stream: inout DrawnStream, _ drawing: String) throws {
        try stream.draw(drawing) { character, second in
            let wobble = second.truncatingRemainder(dividingBy: 7)
            let places: [Character: Double] = [".": 400, ":": 560, "I": 0, "m": 400 + second]
            return World.report(second, (places[character] ?? 0) + wobble, wobble)
        }
    }

    private func told(_ drawing: String, kind: String = "site", rules: Rules = rules()) throws -> [String] {
        var stream = try stream(kind, rules)
        try draw(&stream, drawing)
        return stream.told
    }

    private static func dots(_ count: Int) -> String { String(repeating: ".", count: count) }

    // MARK: idle

    @Test func halfAnHourOfStandingRaisesIdleAndAMoveClearsIt() throws {
        #expect(try told(Self.dots(30)) == [])
        #expect(try told(Self.dots(31)) == ["idle raised@1800 of 0"])
        #expect(try told(Self.dots(40) + "mm") == ["idle raised@1800 of 0", "idle cleared@2460 of 2460"])
    }

    @Test func whatIsNotIdle() throws {
        #expect(try told(String(repeating: "m", count: 120)) == [], "on the move")
        #expect(try told(String(repeating: "I", count: 120)) == [], "at a site")
        #expect(try told(String(repeating: "I", count: 120), kind: "customer") == [], "at a customer")
        #expect(try told(String(repeating: "I", count: 120), kind: "zone").count == 1, "a zone is no work")
        #expect(try told(Self.dots(120), rules: Self.rules(nil)) == [], "no hours are given")
        #expect(try told("." + String(repeating: " ", count: 125) + ".") == [], "silence")
    }

    @Test func aSingleStrayDoesNotEndIt() throws {
        #expect(try told(Self.dots(20) + ":" + Self.dots(20)) == ["idle raised@1800 of 0"])
        #expect(try told(Self.dots(20) + "::" + Self.dots(20)) == [])
    }

    @Test func onlyTheTimeInHoursCounts() throws {
        // From 01:10 to 02:00.
        let hours = Self.rules(Self.schedule(from: 70, to: 120))
        #expect(
            try told(Self.dots(90), rules: hours) == ["idle raised@2400 of 600", "idle cleared@3600 of 3600"])
        #expect(try told(Self.dots(90), rules: Self.rules(Self.schedule(from: 70, to: 99))) == [])
    }

    // MARK: outside_allowed

    @Test func tenMinutesOutsideRaiseItThoughItNeverWasInside() throws {
        #expect(try told(Self.dots(10), kind: "allowed") == [])
        #expect(
            try told(Self.dots(11) + "mmIIIII", kind: "allowed").filter { !$0.hasPrefix("idle") } == [
                "outside_allowed raised@600 of 0", "outside_allowed cleared@840 of 840",
            ])
    }

    @Test func whatIsNotOutsideAllowed() throws {
        func outside(_ drawing: String, kind: String = "allowed", rules: Rules = Self.rules()) throws -> [String] {
            try told(drawing, kind: kind, rules: rules).filter { $0.hasPrefix("outside") }
        }
        #expect(try outside(String(repeating: "I", count: 60)) == [])
        #expect(try outside(Self.dots(60), kind: "site") == [], "nothing is allowed here")
        #expect(try outside("IIII" + Self.dots(9) + "IIII" + Self.dots(9)) == [], "nine minutes each")
        #expect(try outside(Self.dots(60), rules: Self.rules(Self.schedule(from: 120, to: 180))) == [], "not in hours")
        #expect(try outside("." + String(repeating: " ", count: 125) + ".") == [], "silence")
        #expect(try outside(Self.dots(20), rules: Self.rules(nil)).count == 1, "without hours: always")
    }

    // MARK: inside_forbidden

    @Test func aConfirmedStayRaisesItAndLeavingClearsIt() throws {
        let lines = try told("...IIIII......", kind: "forbidden").filter { $0.hasPrefix("inside") }
        try #require(lines.count == 2)
        #expect(lines[0].hasPrefix("inside_forbidden raised@") && lines[0].hasSuffix(" at f0"))
        #expect(lines[1].hasPrefix("inside_forbidden cleared@"))
    }

    @Test func whoIsThereWhenTheHoursBeginIsToldOf() throws {
        let night = Self.rules(Self.schedule(from: 80, to: 90))
        #expect(
            try told(String(repeating: "I", count: 60), kind: "forbidden", rules: night)
                .filter { $0.hasPrefix("inside") } == [
                    "inside_forbidden raised@1200 of 1200 at f0", "inside_forbidden cleared@1800 of 1800 at f0",
                ])
    }

    @Test func whatIsNotInsideForbidden() throws {
        #expect(try told("mmmImmmmm", kind: "forbidden") == [], "one fix inside is no stay")
        #expect(try told("IIIIIIII", kind: "site") == [])
        var other = Self.rules()
        other.insideForbidden?.scope.fences = ["f9"]
        #expect(try told("IIIIIIII", kind: "forbidden", rules: other) == [])
    }

    @Test func aRestartInTheMiddleChangesNothing() throws {
        let drawing = Self.dots(35) + "mmIIIIIImm" + Self.dots(35)
        for kind in ["allowed", "forbidden", "site"] {
            var whole = try stream(kind, Self.rules())
            try draw(&whole, drawing)
            for cut in [1, 10, 11, 30, 31, 36, 40, 43, 60] {
                var stream = try stream(kind, Self.rules())
                try draw(&stream, String(drawing.prefix(cut)))
                try stream.restart()
                try draw(&stream, String(drawing.dropFirst(cut)))
                #expect(stream.lines == whole.lines && !whole.lines.isEmpty, "\(kind), cut at \(cut)")
            }
        }
    }
}
