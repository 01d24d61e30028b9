import Anomalies
import Positioning
import TestSupport
import Testing

/// A digit: a fix with so many satellites; `a`: with twelve. `0`: no fix, and no satellite. `x`: six, with a dilution of 10.1;
/// `y`: of 10. `v`: no fix, and no word of satellites. `.`: a fix without a word of them. 20 seconds a step.
@Suite struct JammingTests {
    private static func report(_ character: Character, _ second: Double) -> Report {
        var report = World.report(second, second / 10).with { measured in
            measured.satellites = character == "a" ? 12 : character.wholeNumberValue
            if character == "x" || character == "y" {
                measured.satellites = 6
                measured.hdop = character == "x" ? 10.1 : 10
            }
        }
        if character == "0" || character == "v" { report.rejection = .void }
        return report
    }

    private func told(
        _ drawing: String, step_s: Double = 20, _ change: (inout Jamming) -> Void = { _ in }
    ) throws -> [String] {
        var rules = Rules()
        var rule = Jamming()
        change(&rule)
        rules.jamming = rule
        var stream = try HeardStream(rules: rules, step_s: step_s)
        try stream.draw(drawing, Self.report)
        return Self.words(stream.signals)
    }

    private static func words(_ signals: [FleetSignal]) -> [String] {
        signals.compactMap { signal in
            switch signal.kind {
            case .jammed(let since, _): "jammed@\(DrawnStream.second(signal.time)) since \(DrawnStream.second(since))"
            case .unjammed: "unjammed@\(DrawnStream.second(signal.time))"
            case .pattern, .present: nil
            }
        }
    }

    @Test func manyThenNoneForAMinuteThenSomeAgain() throws {
        #expect(try told("aaa00000044aa") == ["jammed@120 since 60", "unjammed@180"])
        #expect(try told("aaaxxxxxxxyya") == ["jammed@120 since 60", "unjammed@200"])
        #expect(try told("a.a0.00.0v00a").count == 2, "what says nothing of satellites changes nothing")
    }

    @Test func boundaries() throws {
        #expect(try told("66000") == [] && told("660000") == ["jammed@100 since 40"])
        #expect(try told("550000000") == [], "it never had six")
        #expect(try told("6540000").count == 1, "gone within a minute")
        #expect(try told("65430000") == [], "and in more than one")
        #expect(try told("60000", step_s: 60) == ["jammed@120 since 60"])
        #expect(try told("60000", step_s: 61) == [], "reports that are rarer than that say nothing of at once")
        #expect(try told("aa00003210") == ["jammed@100 since 40"])
        #expect(try told("aa0000324") == ["jammed@100 since 40", "unjammed@160"])
        #expect(try told("550000") { $0.satellites = 5 }.count == 1)
        #expect(try told("6600000") { $0.duration_s = 100 }.count == 0)
        #expect(try told("66000000") { $0.duration_s = 100 }.count == 1)
    }

    private static func doing(_ character: Character, _ second: Double) -> Report {
        var report = World.report(second, second / 10).with { measured in
            measured.satellites = character == "0" ? 0 : character == "h" ? 7 : 10
            measured.hdop = character == "0" ? nil : 1.1
            measured.speed_mps = ["s": 0, "h": 0, "w": 1.4, "d": 12][character]
        }
        if character == "0" { report.rejection = .void }
        return report
    }

    /// How much a loss says: `s` stands with a plain view of the sky, `w` walks, `d` drives, `h` stands among houses, `?` does not
    /// say its speed. Each is followed by nothing for long.
    private func weights(_ drawing: String, step_s: Double) throws -> [String] {
        var stream = try HeardStream(rules: Rules(), step_s: step_s)
        try stream.draw(drawing, Self.doing)
        return stream.signals.compactMap { signal in
            guard case .jammed(let since, let weight) = signal.kind else { return nil }
            return "\(weight) after \(Int(signal.time.seconds(since: since)))"
        }
    }

    @Test func whatItDidBeforeTellsHowMuchALossSays() throws {
        let gone = String(repeating: "0", count: 60)
        func stood(_ character: Character, _ count: Int) -> String { String(repeating: character, count: count) + gone }
        #expect(try weights(stood("s", 31), step_s: 10).first == "full after 60")
        #expect(try weights(stood("s", 30), step_s: 10).first == "none after 60", "290 seconds")
        #expect(try weights(String(repeating: "s", count: 40) + "w" + gone, step_s: 10).first == "none after 60")
        #expect(try weights(stood("h", 60), step_s: 10).first == "none after 60", "no plain view")
        #expect(try weights(stood("w", 60), step_s: 10).first == "none after 60")
        #expect(try weights(stood("?", 60), step_s: 10).first == "none after 60")
        #expect(try weights(stood("s", 31), step_s: 15).first == "full after 60")
        #expect(try weights(stood("s", 31), step_s: 16).first == "some after 64", "who knows what it did meanwhile")
        #expect(try weights(stood("d", 3), step_s: 5).first == nil, "295 seconds: a tunnel")
        #expect(try weights(stood("d", 3) + "0", step_s: 5).first == "full after 300")
        #expect(try weights(stood("d", 3), step_s: 6).first == "some after 300")
    }

    @Test func whatMustNotRaiseIt() throws {
        #expect(try told("000000000000") == [], "it never saw any")
        #expect(try told("a9988776655443322110000000") == [], "a slow loss, as behind a door")
        #expect(try told("aa00a00a00a00") == [], "it comes back at once")
        #expect(try told("aa    0000000") == [], "the link was silent as it happened")
        #expect(try told("aa0    0    0    0") == [], "and while it lasted")
        #expect(try told("aayyyyyyyyyy") == [])
        #expect(try told(String(repeating: "a", count: 500)) == [])
    }

    @Test func aSilentLinkEndsNothing() throws {
        #expect(
            try told("aa0000" + String(repeating: " ", count: 500) + "0") == [
                "jammed@100 since 40", "jammed@10120 since 40",
            ])
        #expect(try told("aa0000" + String(repeating: " ", count: 500) + "a").count == 2)
    }

    @Test func whatLastsIsSaidAgainEachTenMinutes() throws {
        let told = try told("aa" + String(repeating: "0", count: 90) + "aa")
        #expect(
            told == [
                "jammed@100 since 40", "jammed@600 since 40", "jammed@1200 since 40", "jammed@1800 since 40",
                "unjammed@1840",
            ])
    }

    @Test func onceMoreAfterwards() throws {
        #expect(try told("aa00000aa00000aa").count == 4)
        #expect(try told("aa0000044440000aa").count == 2, "some are not many")
    }

    @Test func aRestartChangesNothing() throws {
        for drawing in ["aaa00000044aa00000", "a9988776655443322110000000", "aa0    00000"] {
            try HeardStream.expectRestartsChangeNothing(drawing, step_s: 20, Self.report)
        }
        let gone = String(repeating: "0", count: 40)
        for before in [String(repeating: "s", count: 40), "sdd", "wwww"] {
            try HeardStream.expectRestartsChangeNothing(before + gone, step_s: 10, Self.doing)
        }
    }
}
