import Anomalies
import Geometry
import Positioning
import TestSupport
import Testing

/// At a fix each 30 s: `a` at home, `b` 5 km east, `c` 5 km north, `X` 50 km away, which screening holds back; each wanders a
/// little. `?` is a stray, a space is silence.
@Suite struct SharedIdentityTests {
    private static func rules(_ change: (inout SharedIdentity) -> Void = { _ in }) -> Rules {
        var rules = Rules.none
        var rule = SharedIdentity()
        change(&rule)
        rules.sharedIdentity = rule
        return rules
    }

    private func draw(_ stream: inout DrawnStream, _ drawing: String, speed_mps: Double? = nil) throws {
        try stream.draw(drawing) { character, second in
            let places: [Character: (Double, Double)] = ["b": (5000, 0), "c": (0, 5000), "X": (50_000, 0)]
            let (east, north) = places[character] ?? (0, 0)
            let wobble = (second / 30 * 1.7).truncatingRemainder(dividingBy: 4)
            return World.report(second, east + wobble, north - wobble).with { $0.speed_mps = speed_mps }
        }
    }

    private func told(
        _ drawing: String, rules: Rules = rules(), step_s: Double = 30, speed_mps: Double? = nil
    ) throws -> [String] {
        var stream = try DrawnStream(rules: rules, step_s: step_s)
        try draw(&stream, drawing, speed_mps: speed_mps)
        return stream.told
    }

    @Test func fourReturnsRaiseIt() throws {
        #expect(try told("ababab") == ["shared_identity raised@150 of 60"])
        #expect(try told("ababa") == [])
        #expect(try told("aaabbbaaabbbaaabbb") == ["shared_identity raised@450 of 180"])
        #expect(try told("abababab", rules: Self.rules { $0.changes = 6 }) == ["shared_identity raised@210 of 60"])
    }

    @Test func whatScreeningWithdrewCountsTheSame() throws {
        #expect(try told("aXaXaXa") == ["shared_identity raised@180 of 60"])
        #expect(try told("aaXXaaXXaaXX").count == 1)
    }

    @Test func threeCarriersAreTooMany() throws {
        #expect(try told("abcabcabc") == ["shared_identity raised@210 of 90"])
    }

    @Test func bothMayMove() throws {
        var stream = try DrawnStream(rules: Self.rules(), step_s: 30)
        for step in 0..<40 {
            let second = Double(step) * 30
            let isOther = step % 3 == 1
            try stream.take(
                World.report(second, isOther ? 8000 - second * 9 : second * 12, isOther ? 3000 : second * 3))
        }
        #expect(stream.told.count == 1)
    }

    @Test func anHourWithoutClearsIt() throws {
        let quiet = String(repeating: "a", count: 130)
        #expect(
            try told("ababab" + quiet) == ["shared_identity raised@150 of 60", "shared_identity cleared@3810 of 3810"])
        // The last return, to a, is at second 180.
        #expect(try told("ababab" + String(repeating: "a", count: 121)).count == 1)
        #expect(try told("ababab" + quiet + "abababab").count == 2, "the cooldown")
        #expect(try told("ababab" + quiet + quiet + "abababab").count == 3)
    }

    @Test func theWindowHasTwoSides() throws {
        // A return at each of these steps; with fixes at 30 s between.
        func drawing(_ gap: Int) -> String {
            String(repeating: String(repeating: "a", count: gap) + "b", count: 3)
        }
        let narrow = Self.rules { $0.window_s = 600 }
        #expect(try told(drawing(19), rules: narrow).contains { $0.contains("raised") })
        #expect(try told(drawing(24), rules: narrow) == [])
    }

    @Test func whatIsNoPlaceOfAnother() throws {
        #expect(try told("aaaabbbbcccc") == [], "jumps that stay")
        #expect(
            try told("ab" + String(repeating: "a", count: 30) + "ba", rules: Self.rules { $0.window_s = 600 }) == [])
        #expect(try told("ababababab", step_s: 120) == [], "150 km/h")
        #expect(try told("ababababab", speed_mps: 170) == [], "as fast as it says")
        #expect(try told("a" + String(repeating: " ", count: 200) + "b") == [], "silence")
    }

    /// A return counts where the sides are at least a kilometre apart.
    @Test func nearbyReflectionsAreNoCarriers() throws {
        for (metres, count) in [(980.0, 0), (1020.0, 1)] {
            var stream = try DrawnStream(rules: Self.rules(), step_s: 10)
            for step in 0..<40 {
                try stream.take(World.report(Double(step) * 10, step % 2 == 0 ? 0 : metres, Double(step % 3)))
            }
            #expect(stream.told.count == count, "\(metres)")
        }
    }

    /// Six hundred strays each, within 3 or 20 km: a receiver of which one fix in ten is wrong.
    @Test(arguments: UInt64(1)...6) func straysRaiseNothing(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var stream = try DrawnStream(rules: Self.rules(), step_s: 30)
        let reach = seed % 2 == 0 ? 3000.0 : 20_000
        for step in 0..<6000 {
            let isStray = Int.random(in: 0..<10, using: &random) == 0
            let range = isStray ? -reach...reach : -8...8
            try stream.take(
                World.report(
                    Double(step) * 30, .random(in: range, using: &random), .random(in: range, using: &random)))
        }
        #expect(stream.told == [], "seed \(seed)")
    }

    @Test func theEvidenceNamesBothPlaces() throws {
        var stream = try DrawnStream(rules: Self.rules())
        try draw(&stream, "ababab")
        let line = try #require(stream.lines.first)
        for part in [
            #""evidence":{"changes":4,"from":"2026-03-02T01:01:00.0Z","to":"2026-03-02T01:02:30.0Z","duration_s":90,"#,
            #""one":"2026-03-02T01:02:00.0Z","one_lat":39.9086"#,
            #""other":"2026-03-02T01:02:30.0Z","other_lat":39.908"#,
        ] { #expect(line.contains(part), "\(line)") }
    }

    @Test func aRestartInTheMiddleChangesNothing() throws {
        let drawing = "ababcababaXaXabab" + String(repeating: "a", count: 125) + "ab"
        for cut in 1..<20 {
            var stream = try DrawnStream(rules: Self.rules())
            try draw(&stream, String(drawing.prefix(cut)))
            try stream.restart()
            try draw(&stream, String(drawing.dropFirst(cut)))
            var whole = try DrawnStream(rules: Self.rules())
            try draw(&whole, drawing)
            #expect(stream.lines == whole.lines && whole.lines.count == 2, "cut at \(cut)")
        }
    }

    /// One of both uploads late: what stands is what order would have given.
    @Test(arguments: ["b", "X"] as [Character]) func oneOfThemComesLate(late: Character) throws {
        let drawing = "aaa" + String(repeating: "a\(late)", count: 20) + String(repeating: "a", count: 140)
        var whole = try DrawnStream(rules: Self.rules())
        try draw(&whole, drawing)
        let held = try DrawnStream(rules: Self.rules(), step_s: 30)
        var stream = held
        var reports: [Report] = []
        try stream.draw(drawing) { character, second in
            let wobble = (second / 30 * 1.7).truncatingRemainder(dividingBy: 4)
            let east = character == "a" ? 0.0 : character == "b" ? 5000 : 50_000
            let report = World.report(second, east + wobble, -wobble)
            if character != "a" { reports.append(report) }
            return character == "a" ? report : World.report(second, 0).with { $0.reportedAccuracy_m = 900 }
        }
        #expect(stream.told == [])
        for report in reports { try stream.take(report) }
        try stream.finish()
        #expect(stream.standing == whole.standing && whole.standing.count == 2)
    }
}
