import Anomalies
import Fencing
import Positioning
import TestSupport
import Testing

/// `p`: moves on evenly, all as before. `a`, `h`, `v`: with another accuracy, height, speed. `s`: stands. `n`: says no height.
@Suite struct TooPerfectTests {
    private func draw(_ stream: inout DrawnStream, _ drawing: String) throws {
        try stream.draw(drawing) { character, second in
            World.report(second, second * 10).with {
                $0.reportedAccuracy_m = character == "a" ? 4.1 : 4
                $0.altitude_m = character == "n" ? nil : character == "h" ? 45.1 : 45
                $0.speed_mps = character == "s" ? 0 : character == "v" ? 10.2 : 10
            }
        }
    }

    private func told(_ drawing: String) throws -> [String] {
        var stream = try DrawnStream(step_s: 5)
        try draw(&stream, drawing)
        return stream.told
    }

    private static let perfect = String(repeating: "p", count: 29)

    @Test func thirtyFixesRaiseItAndTheFirstThatDiffersClearsIt() throws {
        #expect(try told(Self.perfect) == [])
        #expect(try told(Self.perfect + "p") == ["too_perfect raised@145 of 0"])
        #expect(try told(Self.perfect + "pppv") == ["too_perfect raised@145 of 0", "too_perfect cleared@160 of 160"])
    }

    @Test(arguments: ["a", "h", "v", "s", "n", " "])
    func oneThatDiffersBeginsAnew(character: String) throws {
        #expect(try told(Self.perfect + character + Self.perfect.dropLast()) == [], "by \(character)")
        #expect(try told(Self.perfect + character + Self.perfect + "pp").count == 1)
    }

    @Test func aDifferentIntervalClearsIt() throws {
        #expect(try told(Self.perfect + "ppp pp").last == "too_perfect cleared@165 of 165")
    }

    @Test func whoDoesNotSayAllIsNotJudged() throws { #expect(try told(String(repeating: "n", count: 100)) == []) }

    @Test func whoStandsIsNotJudged() throws { #expect(try told(String(repeating: "s", count: 100)) == []) }

    @Test func itMovesFromHalfAMetreASecondOn() throws {
        for (speed_mps, count) in [(Limits.standingSpeed_mps, 1), (Limits.standingSpeed_mps.nextDown, 0)] {
            var stream = try DrawnStream(step_s: 5)
            try stream.draw(Self.perfect + "p") { _, second in
                World.report(second, second).with {
                    $0.altitude_m = 45
                    $0.speed_mps = speed_mps
                }
            }
            #expect(stream.told.count == count, "\(speed_mps)")
        }
    }

    /// It cleared at 150.
    @Test func theCooldownHasItsLength() throws {
        let again = Self.perfect + "pv" + String(repeating: "p", count: 359)
        #expect(try told(again).count == 2)
        #expect(try told(again + "p").last == "too_perfect raised@1950 of 155")
    }

    @Test func aCooldownFollows() throws {
        let again = Self.perfect + "pv" + Self.perfect + String(repeating: "p", count: 200)
        #expect(try told(again).count == 2)
        #expect(try told(again + String(repeating: "p", count: 140)).count == 3)
    }

    @Test func aRestartInTheMiddleChangesNothing() throws {
        let drawing = Self.perfect + "ppppvpp"
        for cut in [1, 28, 29, 30, 33, 34] {
            var stream = try DrawnStream(step_s: 5)
            try draw(&stream, String(drawing.prefix(cut)))
            try stream.restart()
            try draw(&stream, String(drawing.dropFirst(cut)))
            #expect(try stream.told == told(drawing), "cut at \(cut)")
        }
    }
}
