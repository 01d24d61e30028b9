import Anomalies
import Fencing
import Geometry
import Positioning
import TestSupport
import Testing

/// Where `idle`, `outside_allowed` and `inside_forbidden` begin and end, to the step. At a fix a minute: `.` stands 400 m east of
/// f0's centre, `I` in it, `m` is on the move, `n` stands as far from the centre as a test says, a space is silence.
@Suite struct AreaRuleBoundaryTests {
    private static func hours(from: Int = 0, to: Int = 1440) -> Schedule {
        let hours = ActiveHours(days: Set(ActiveHours.Day.allCases), from: from, to: to, timeZone: "UTC")
        return Schedule(periods: [Schedule.Period(hours: hours, zone: LocalTime([]))])
    }

    private static func idle(cooldown_s: Double = 1800) -> Rules {
        var rules = Rules.none
        rules.idle = Idle()
        rules.idle?.scope.hours = hours()
        rules.idle?.cooldown_s = cooldown_s
        return rules
    }

    private static func outside(hours: Schedule? = nil) -> Rules {
        var rules = Rules.none
        rules.outsideAllowed = OutsideAllowed()
        rules.outsideAllowed?.scope.hours = hours
        return rules
    }

    private static func forbidden(cooldown_s: Double = 300) -> Rules {
        var rules = Rules.none
        rules.insideForbidden = InsideForbidden()
        rules.insideForbidden?.cooldown_s = cooldown_s
        return rules
    }

    private func told(
        _ drawing: String, _ rules: Rules, kind: String = "site", step_s: Double = 60, near_m: Double = 0
    ) throws -> [String] {
        let catalogue = try World.squares(at: [0], properties: #""kind":"\#(kind)""#)
        var stream = try DrawnStream(rules: rules, step_s: step_s, catalogue: catalogue)
        try stream.draw(drawing) { character, second in
            let places: [Character: Double] = [".": 400, "I": 0, "m": 2000 + second, "n": near_m]
            return World.report(second, places[character] ?? 0, second.truncatingRemainder(dividingBy: 7) / 7)
        }
        return stream.told
    }

    /// The seconds at which things were told.
    private func seconds(_ told: [String]) -> [Int] {
        told.compactMap { line in
            guard let sign = line.firstIndex(of: "@") else { return nil }
            return Int(line[line.index(after: sign)...].prefix { $0.isNumber })
        }
    }

    private static func dots(_ count: Int) -> String { String(repeating: ".", count: count) }
    private static func silent(_ count: Int) -> String { String(repeating: " ", count: count) }

    // MARK: idle

    /// It cleared at 2460; an hour later is the step 101.
    @Test func idleCools() throws {
        let again = Self.dots(40) + "mm" + Self.dots(59)
        #expect(try told(again, Self.idle(cooldown_s: 3600)).count == 2)
        #expect(try told(again + ".", Self.idle(cooldown_s: 3600)).last == "idle raised@6060 of 2520")
    }

    @Test func idleIsWithinItsRadiusOfTheFirstFix() throws {
        let drawing = "." + String(repeating: "n", count: 30)
        #expect(try told(drawing, Self.idle(), near_m: 498) == ["idle raised@1800 of 0"])
        #expect(try told(drawing, Self.idle(), near_m: 502) == [])
        #expect(
            try told(drawing + "n", Self.idle(), near_m: 502) == ["idle raised@1860 of 60"], "that is another stand")
    }

    /// Twice the accuracy of 4 m; and the radius where two fixes are over two minutes apart.
    @Test func whoMayBeAtWorkIsNotIdle() throws {
        let stands = String(repeating: "n", count: 40)
        #expect(try told(stands, Self.idle(), near_m: 107) == [])
        #expect(try told(stands, Self.idle(), near_m: 109) == ["idle raised@1800 of 0"])
        #expect(try told(stands, Self.idle(), step_s: 120, near_m: 190) == ["idle raised@1800 of 0"])
        #expect(try told(stands, Self.idle(), step_s: 121, near_m: 190) == [])
        #expect(try told(stands, Self.idle(), step_s: 121, near_m: 210).count == 1)
    }

    @Test func idleLastsOverASilenceOfTwoHours() throws {
        let stands = Self.dots(31)
        #expect(try told(stands + Self.silent(119) + "...", Self.idle()) == ["idle raised@1800 of 0"])
        #expect(
            try told(stands + Self.silent(120) + ".", Self.idle()) == [
                "idle raised@1800 of 0", "idle cleared@9060 of 9060",
            ])
    }

    // MARK: outside_allowed

    @Test func outsideCools() throws {
        let told = try told(
            Self.dots(20) + String(repeating: "I", count: 10) + Self.dots(100), Self.outside(), kind: "allowed")
        let times = seconds(told)
        try #require(times.count == 3)
        #expect(times[0] == 600 && times[2] == times[1] + 1800 && told[2].contains("raised"))
    }

    @Test func theEndOfTheHoursClearsOutside() throws {
        let rules = Self.outside(hours: Self.hours(to: 120))
        #expect(
            try told(Self.dots(90), rules, kind: "allowed") == [
                "outside_allowed raised@600 of 0", "outside_allowed cleared@3600 of 3600",
            ])
    }

    @Test func silenceIsNotOutsideAndClearsNothing() throws {
        #expect(try told("." + Self.silent(119) + ".", Self.outside(), kind: "allowed").count == 1, "two hours")
        #expect(try told("." + Self.silent(120) + ".", Self.outside(), kind: "allowed") == [], "and a minute")
        #expect(try told(Self.dots(11) + Self.silent(500) + "..", Self.outside(), kind: "allowed").count == 1)
    }

    // MARK: inside_forbidden

    @Test func insideIsWhatAnEnterTakes() throws {
        let stands = String(repeating: "n", count: 60)
        #expect(try told(stands, Self.forbidden(), kind: "forbidden", near_m: 80).count == 1)
        #expect(try told(stands, Self.forbidden(), kind: "forbidden", near_m: 120) == [])
    }

    @Test func insideCools() throws {
        let drawing = "...IIIII......" + String(repeating: "I", count: 100)
        let told = try told(drawing, Self.forbidden(cooldown_s: 3600), kind: "forbidden")
        let times = seconds(told)
        try #require(times.count == 3)
        #expect(times[2] == times[1] + 3600 && told[1].contains("cleared") && told[2].contains("raised"))
    }

    @Test func silenceIsNotLeaving() throws {
        let inside = "...IIIII" + Self.silent(500)
        #expect(try told(inside + "II", Self.forbidden(), kind: "forbidden").count == 1)
        #expect(try told(inside + Self.dots(10), Self.forbidden(), kind: "forbidden").count == 2)
        #expect(try told("...I" + Self.silent(500) + "...", Self.forbidden(), kind: "forbidden") == [])
    }
}
