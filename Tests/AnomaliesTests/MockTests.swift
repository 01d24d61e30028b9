import Anomalies
import Positioning
import TestSupport
import Testing

/// `.`: a fix. `m`: a simulated one. `e`: an estimated one. `v`: none.
@Suite struct MockTests {
    private static func report(_ character: Character, _ second: Double) -> Report {
        var report = World.report(second, second / 10).with { measured in
            switch character {
            case "m": measured.solution = .simulated
            case "e": measured.solution = .estimated
            default: measured.solution = .autonomous
            }
        }
        if character == "v" { report.rejection = .void }
        return report
    }

    private func told(_ drawing: String, _ change: (inout Mock) -> Void = { _ in }) throws -> [String] {
        var rules = Rules()
        var mock = Mock()
        change(&mock)
        rules.mock = mock
        var stream = try HeardStream(rules: rules)
        try stream.draw(drawing, Self.report)
        return stream.told
    }

    @Test func theFirstRaisesItAndThreeUsableOnesClearIt() throws {
        #expect(try told("..mmmm....") == ["mock raised@60 of 60", "mock cleared@240 of 240"])
    }

    @Test func boundaries() throws {
        #expect(try told("m..m..m..") == ["mock raised@0 of 0"], "two in a row are too few")
        #expect(try told("m...").count == 2)
        #expect(try told("m..", { $0.fixes = 2 }).count == 2)
        #expect(try told("m.", { $0.fixes = 1 }).count == 2)
    }

    @Test func whatMustNotRaiseOrClearIt() throws {
        #expect(try told("..e.v.eeee") == [], "dead reckoning is no simulator")
        #expect(try told("mvvvvvveeee") == ["mock raised@0 of 0"], "what is not usable clears nothing")
        #expect(try told("m" + String(repeating: " ", count: 5000) + "..") == ["mock raised@0 of 0"])
    }

    @Test func aCooldownFollows() throws {
        let long = "m..." + String(repeating: "m", count: 61) + "..."
        // It cleared at 90: half an hour later what goes on is raised anew.
        #expect(
            try told(long) == [
                "mock raised@0 of 0", "mock cleared@90 of 90", "mock raised@1890 of 1890", "mock cleared@2010 of 2010",
            ])
        #expect(try told("m...m...", { $0.cooldown_s = 0 }).count == 4)
    }

    @Test func itDecidesNoFence() throws {
        var stream = try HeardStream()
        try stream.draw("m", Self.report)
        #expect(stream.outcomes == [.failure(.unobserved)])
    }

    @Test func aRestartChangesNothing() throws {
        try HeardStream.expectRestartsChangeNothing("..mm.m...m...m" + String(repeating: "m", count: 70), Self.report)
    }

    @Test func theLineSaysHowManyDid() throws {
        var stream = try HeardStream()
        try stream.draw("mm...", Self.report)
        try #require(stream.lines.count == 2)
        #expect(stream.lines[0].contains(#""id":"van-1/mock/2026-03-02T01:00:00.0Z","says":"suspected mock location"#))
        #expect(
            stream.lines[1].contains(
                #""evidence":{"reports":2,"newest":"2026-03-02T01:00:30.0Z"}"#
            ))
    }
}
