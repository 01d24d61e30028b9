import Anomalies
import Geometry
import Positioning
import TestSupport
import Testing

/// `i` 5 m inside the boundary of f0, `o` 12 m outside, `O` 400 m away.
@Suite struct FlappingTests {
    private func draw(_ stream: inout DrawnStream, _ drawing: String, times: Int = 1) throws {
        let places: [Character: Double] = ["i": 95, "o": 112, "O": 500]
        try stream.draw(drawing, times: times) { character, second in
            World.report(second, places[character] ?? 0, second.truncatingRemainder(dividingBy: 11))
        }
    }

    private func told(_ drawing: String, times: Int = 1, step_s: Double = 60, rules: Rules = Rules()) throws -> [String]
    {
        var stream = try DrawnStream(rules: rules, step_s: step_s, catalogue: try World.squares(at: [0]))
        try draw(&stream, drawing, times: times)
        return stream.told
    }

    @Test func sixChangesInHalfAnHourRaiseItAndHalfAnHourWithoutOneClearsIt() throws {
        #expect(
            try told("oioioio" + String(repeating: "o", count: 40)) == [
                "flapping raised@360 of 60 at f0", "flapping cleared@2220 of 2220 at f0",
            ])
    }

    @Test func boundaries() throws {
        #expect(try told("oioioi") == [], "five changes")
        #expect(try told("oioioio").count == 1, "six")
        // Six changes over exactly half an hour, and over a step more.
        #expect(try told("oioioi" + "o", step_s: 360).count == 1)
        #expect(try told("oioioio", step_s: 361) == [])
    }

    @Test func whatMustNotRaiseIt() throws {
        #expect(try told("i", times: 200) == [])
        #expect(try told("o", times: 200) == [])
        #expect(try told("OOOOiiiiiiiiiiOOOOOOOOOO", times: 4) == [], "visits, an hour apart")
        #expect(try told("i" + String(repeating: " ", count: 60) + "o", times: 5) == [], "silence between")
    }

    /// Changes within 15 s of each other are one passage.
    @Test func aPassageIsOneChange() throws {
        #expect(try told("oioioio", step_s: 15).count == 1)
        #expect(try told("oioioio", step_s: 14.9) == [])
        #expect(try told("oioioioioioio", step_s: 14.9).count == 1, "every other one counts")
    }

    @Test func silenceClearsNothingByItself() throws {
        let silent = "oioioio" + String(repeating: " ", count: 300)
        #expect(try told(silent) == ["flapping raised@360 of 60 at f0"])
        #expect(try told(silent + "o").last == "flapping cleared@18420 of 18420 at f0")
    }

    @Test func fixesFarOutsideCountToo() throws { #expect(try told("OiOiOiO").count == 1) }

    @Test func theEvidenceSuggestsAMargin() throws {
        var stream = try DrawnStream(step_s: 60, catalogue: try World.squares(at: [0]))
        try draw(&stream, "oioioio")
        #expect(stream.lines.first?.contains(#""fence":"f0","rule":"flapping""#) == true)
        #expect(stream.lines.first?.contains(#""changes":6"#) == true)
        #expect(stream.lines.first?.contains(#""margin_m":15}"#) == true, "\(stream.lines)")
    }

    @Test func onceADayIsEnough() throws {
        let hour = "oioioioioi" + String(repeating: "i", count: 50)
        #expect(try told(hour, times: 24).count { $0.contains("raised") } == 1)
        #expect(try told(hour, times: 30).count { $0.contains("raised") } == 2)
    }

    @Test func manyBoundariesTakeNoMoreThanTheirRoom() throws {
        // Five fences that share a boundary: some are followed, and the room is given to those that last flapped.
        let catalogue = try World.squares(at: [0, 1, 2, 3, 4])
        var stream = try DrawnStream(step_s: 60, catalogue: catalogue)
        try stream.draw("oioioioioioioio") { character, second in
            World.report(second, character == "i" ? 90 : 130)
        }
        #expect(stream.told.count <= Limits.flappingFences)
    }

    @Test func aRestartInTheMiddleChangesNothing() throws {
        let drawing = "oioioioi" + String(repeating: "i", count: 40)
        for cut in [1, 2, 5, 6, 7, 8, 20, 38, 40] {
            var stream = try DrawnStream(step_s: 60, catalogue: try World.squares(at: [0]))
            try draw(&stream, String(drawing.prefix(cut)))
            try stream.restart()
            try draw(&stream, String(drawing.dropFirst(cut)))
            #expect(try stream.told == told(drawing), "cut at \(cut)")
        }
    }
}
