import Anomalies
import Geometry
import Positioning
import TestSupport
import Testing

/// `.`: 80 km/h. `=`: exactly 3 % over 120. `>`: more than that. `~`: 118 km/h. `<`: less than 97 % of 120.
@Suite struct SpeedingTests {
    private static let rules = {
        var rules = Rules()
        rules.speeding = Speeding()
        return rules
    }()

    private func draw(_ stream: inout DrawnStream, _ drawing: String, inside: Bool = false) throws {
        let speeds: [Character: Double] = [".": 80, "=": 123.6, ">": 124, "~": 118, "<": 116, "l": 35, "h": 52]
        var east = 0.0
        try stream.draw(drawing) { character, second in
            let speed = speeds[character] ?? 0
            east += inside ? 0 : speed / 3.6 * 2
            return World.report(second, east, inside ? second / 10 : 500).with { $0.speed_mps = speed / 3.6 }
        }
    }

    private func told(_ drawing: String, rules: Rules = rules) throws -> [String] {
        var stream = try DrawnStream(rules: rules, step_s: 2)
        try draw(&stream, drawing)
        return stream.told
    }

    @Test func itIsOffByDefault() throws { #expect(try told("....>>>>>>>>>>>>>>>>>", rules: Rules()) == []) }

    @Test func tenSecondsRaiseItAndThreePercentLessClearIt() throws {
        #expect(try told("..>>>>>>~~~~<<") == ["speeding raised@14 of 4", "speeding cleared@24 of 24"])
    }

    @Test func boundaries() throws {
        #expect(try told("..>>>>>......") == [], "eight seconds")
        #expect(try told("..==========") == [], "three percent")
        #expect(try told("..>>>~>>>~>>>~>>>") == [], "in between it is within three percent")
    }

    @Test func silenceIsNotSpeeding() throws {
        #expect(try told(".>" + String(repeating: " ", count: 90) + ">>") == [])
        #expect(try told(".>     >").count == 1, "twelve seconds")
    }

    @Test func aCooldownFollows() throws {
        #expect(try told("..>>>>>><<>>>>>>>>>>>").count == 2)
    }

    /// It cleared at 16.
    @Test func theCooldownHasItsLength() throws {
        let again = "..>>>>>><" + String(repeating: ">", count: 149)
        #expect(try told(again) == ["speeding raised@14 of 4", "speeding cleared@16 of 16"])
        #expect(try told(again + ">").last == "speeding raised@316 of 18")
    }

    @Test func silenceClearsNothing() throws {
        let over = "..>>>>>>" + String(repeating: " ", count: 900)
        #expect(try told(over + ">~") == ["speeding raised@14 of 4"])
        #expect(try told(over + "<") == ["speeding raised@14 of 4", "speeding cleared@1816 of 1816"])
    }

    @Test func aFenceHasALimitOfItsOwn() throws {
        let catalogue = try World.squares(at: [0], properties: #""speed_limit_kmh":40"#)
        func told(_ rules: Rules, _ drawing: String) throws -> [String] {
            var stream = try DrawnStream(rules: rules, step_s: 2, catalogue: catalogue)
            try draw(&stream, drawing, inside: true)
            return stream.told
        }
        let drawing = String(repeating: "l", count: 20) + "hhhhhhhhl"
        #expect(try told(Self.rules, drawing) == ["speeding raised@50 of 40 at f0", "speeding cleared@56 of 56 at f0"])
        var elsewhere = Self.rules
        elsewhere.speeding?.scope.fences = ["f7"]
        #expect(try told(elsewhere, drawing) == [])
    }

    @Test func groupsThatItIsNotFor() throws {
        var rules = Self.rules
        rules.speeding?.scope.groups = ["drivers"]
        for (group, count) in [("drivers", 1), ("walkers", 0), (nil, 0)] as [(String?, Int)] {
            var stream = try DrawnStream(rules: rules, step_s: 2, group: group)
            try draw(&stream, "..>>>>>>>>>>")
            #expect(stream.told.count == count, "\(group ?? "none")")
        }
    }

    @Test func aRestartInTheMiddleChangesNothing() throws {
        let drawing = "..>>>>>>>><<..>>"
        for cut in 1..<drawing.count {
            // One step of both has a place of its own, whichever stream draws it.
            var stream = try DrawnStream(rules: Self.rules, step_s: 2)
            var whole = stream
            try draw(&whole, drawing, inside: true)
            stream = try DrawnStream(rules: Self.rules, step_s: 2)
            try draw(&stream, String(drawing.prefix(cut)), inside: true)
            try stream.restart()
            try draw(&stream, String(drawing.dropFirst(cut)), inside: true)
            #expect(stream.lines == whole.lines && !whole.lines.isEmpty, "cut at \(cut)")
        }
    }
}
