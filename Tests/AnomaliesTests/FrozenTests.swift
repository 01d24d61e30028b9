import Anomalies
import Positioning
import TestSupport
import Testing

/// `f`: the same place, another number of satellites each time. `F`: the same place, and all else the same too.
/// Any other character: elsewhere.
@Suite struct FrozenTests {
    private func draw(_ stream: inout DrawnStream, _ drawing: String, times: Int = 1) throws {
        try stream.draw(drawing, times: times) { character, second in
            let isSame = character == "f" || character == "F"
            let jitter = isSame ? 0 : 1 + second.truncatingRemainder(dividingBy: 7)
            return World.report(second, 0, jitter).with {
                $0.satellites = character == "F" ? 7 : 5 + Int(second / 30) % 4
            }
        }
    }

    private func told(_ drawing: String, times: Int = 1, step_s: Double = 30) throws -> [String] {
        var stream = try DrawnStream(step_s: step_s)
        try draw(&stream, drawing, times: times)
        return stream.told
    }

    @Test func itIsRaisedAfterTwentyFixesAndTenMinutesAndClearedByTheNextMove() throws {
        #expect(
            try told("ab" + String(repeating: "f", count: 40) + "ab") == [
                "frozen raised@660 of 60", "frozen cleared@1260 of 1260",
            ])
    }

    @Test func boundaries() throws {
        // Ten minutes, and one step less.
        #expect(try told("f", times: 21) == ["frozen raised@600 of 0"])
        #expect(try told("f", times: 20) == [])
        // Twenty fixes, and one less, at a minute.
        #expect(try told("f", times: 20, step_s: 60) == ["frozen raised@1140 of 0"])
        #expect(try told("f", times: 19, step_s: 60) == [])
        // Many, in too short a time.
        #expect(try told("f", times: 599, step_s: 1) == [])
    }

    @Test func whatMustNotRaiseIt() throws {
        #expect(try told("F", times: 200) == [], "nothing moves but the time")
        #expect(try told("f" + String(repeating: "F", count: 200)) == [], "at the very place where it is pinned")
        #expect(try told("fffffffffffffffffffa", times: 20) == [], "it jitters now and then")
        #expect(try told("f" + String(repeating: " ", count: 500) + "f") == [], "silence is no fix")
    }

    @Test func aCooldownFollows() throws {
        let twice = String(repeating: "f", count: 30) + "a" + String(repeating: "f", count: 50)
        #expect(try told(twice) == ["frozen raised@600 of 0", "frozen cleared@900 of 900"])
        // Half an hour after it cleared, what still stands is raised: a new anomaly.
        #expect(try told(twice + String(repeating: "f", count: 20)).last == "frozen raised@2700 of 930")
    }

    @Test func silenceClearsNothing() throws {
        let held = String(repeating: "f", count: 30) + String(repeating: " ", count: 500)
        #expect(try told(held + "ff") == ["frozen raised@600 of 0"])
        #expect(try told(held + "a") == ["frozen raised@600 of 0", "frozen cleared@15900 of 15900"])
    }

    @Test func aRestartInTheMiddleChangesNothing() throws {
        for cut in [1, 19, 20, 21, 30, 41] {
            let drawing = String(repeating: "f", count: 40) + "abab"
            var stream = try DrawnStream()
            try draw(&stream, String(drawing.prefix(cut)))
            try stream.restart()
            try draw(&stream, String(drawing.dropFirst(cut)))
            #expect(try stream.told == told(drawing), "cut at \(cut)")
        }
    }

    @Test func theLineNamesTheAnomalyAndItsEvidence() throws {
        var stream = try DrawnStream()
        try draw(&stream, String(repeating: "f", count: 30) + "ab")
        let id = #""id":"van-1/frozen/2026-03-02T01:10:00.0Z""#
        try #require(stream.lines.count == 2)
        #expect(
            stream.lines[0].contains(
                #""type":"anomaly","device":"van-1","rule":"frozen","state":"raised",\#(id),"says":"suspected "#))
        #expect(
            stream.lines[0].contains(
                #""evidence":{"fixes":21,"from":"2026-03-02T01:00:00.0Z","to":"2026-03-02T01:10:00.0Z","duration_s":600}"#
            ))
        #expect(stream.lines[1].contains(#""state":"cleared",\#(id)"#))
        #expect(!stream.lines[0].contains("confidence") && !stream.lines[0].contains("fence"))
    }
}
