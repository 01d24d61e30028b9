import Anomalies
import Positioning
import TestSupport
import Testing

/// `.`: at home. `1`…`9`: so many kilometres away. `X`: 50 km away, which screening holds back.
@Suite struct ImpossibleSpeedTests {
    private func draw(_ stream: inout DrawnStream, _ drawing: String, speed_mps: Double? = nil) throws {
        try stream.draw(drawing) { character, second in
            let kilometres = character == "." ? 0 : character == "X" ? 50 : Double(String(character)) ?? 0
            return World.report(second, kilometres * 1000).with { $0.speed_mps = speed_mps }
        }
    }

    private func told(_ drawing: String, speed_mps: Double? = nil) throws -> [String] {
        var stream = try DrawnStream()
        try draw(&stream, drawing, speed_mps: speed_mps)
        return stream.told
            + stream.lines.compactMap { line in
                ["spike", "jump"].first { line.contains(#""kind":"\#($0)""#) }
            }
    }

    @Test func aSpikeReturns() throws {
        #expect(try told("....3....") == ["impossible_speed raised@150 of 120", "spike"])
    }

    @Test func aJumpStays() throws {
        #expect(try told("....33333") == ["impossible_speed raised@150 of 120", "jump"])
    }

    @Test func aSpikeThatScreeningTookOutIsToldTheSame() throws {
        #expect(try told("....X....") == ["impossible_speed raised@150 of 120", "spike"])
        #expect(try told("....XXXXX") == ["impossible_speed raised@150 of 120", "jump"])
    }

    /// 200 km/h is 1,666.7 m in 30 s, and twice the accuracies of 4 m each are 16 m. The plane of the tests is a few tenths of a percent off.
    @Test func boundaries() throws {
        func told(_ metres: Double) throws -> Int {
            var stream = try DrawnStream()
            for (step, east) in [0, 0, metres, metres, metres].enumerated() {
                try stream.take(World.report(Double(step) * 30, east))
            }
            return stream.told.count
        }
        #expect(try told(1670) == 0)
        #expect(try told(1695) == 1)
    }

    @Test func whatTheReceiversOwnSpeedBearsOutIsATrain() throws {
        #expect(try told("12345678", speed_mps: 33) == [], "120 km/h")
        #expect(try told("13579753", speed_mps: 66) == [], "240 km/h")
        #expect(try !told("13579753", speed_mps: 20).isEmpty, "it says 72 km/h")
    }

    @Test func itIsOneAnomalyUntilTenMinutesWithoutAnother() throws {
        #expect(
            try told("..3..5..8.." + String(repeating: ".", count: 30)) == [
                "impossible_speed raised@90 of 60", "impossible_speed cleared@840 of 840", "spike",
            ])
    }

    @Test func aCooldownFollows() throws {
        let quiet = String(repeating: ".", count: 25)
        #expect(try told("..3.." + quiet + "..3.." + quiet).count { $0.contains("raised") } == 1)
        #expect(try told("..3.." + quiet + quiet + quiet + quiet + "3..").count { $0.contains("raised") } == 2)
    }

    /// It clears at 660; a spike is told of when the next fix is back.
    @Test func theCooldownHasItsLength() throws {
        func told(_ step: Int) throws -> [String] {
            try self.told("..3" + String(repeating: ".", count: step - 3) + "3...").filter { $0.contains("@") }
        }
        #expect(try told(80) == ["impossible_speed raised@90 of 60", "impossible_speed cleared@660 of 660"])
        #expect(try told(81).dropFirst(2) == ["impossible_speed raised@2460 of 2430"])
    }

    @Test func silenceIsTimeToGetThere() throws {
        #expect(try told("....333").count == 2, "3 km in half a minute")
        #expect(try told(".... 333") == [], "in a minute")
        #expect(try told("...." + String(repeating: " ", count: 120) + "999") == [])
        let told = try told("....3..." + String(repeating: " ", count: 500) + ".")
        #expect(told.prefix(2) == ["impossible_speed raised@150 of 120", "impossible_speed cleared@15240 of 15240"])
    }

    @Test func aRestartInTheMiddleChangesNothing() throws {
        let drawing = "....3....X.....33333" + String(repeating: "3", count: 20)
        for cut in 1..<drawing.count {
            var stream = try DrawnStream()
            try draw(&stream, String(drawing.prefix(cut)))
            try stream.restart()
            try draw(&stream, String(drawing.dropFirst(cut)))
            var whole = try DrawnStream()
            try draw(&whole, drawing)
            #expect(stream.lines == whole.lines, "cut at \(cut)")
        }
    }
}
