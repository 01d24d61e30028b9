import Anomalies
import Engine
import Geometry
import Positioning
import TestSupport
import Testing

/// Anomalies in a past that is decided again with late fixes.
@Suite struct RevisionTests {
    /// An hour that has something for each rule: it stands still, leaps, flaps about f0's boundary, and speeds.
    private static func hour(seed: UInt64) -> [Report] {
        var random = SeededGenerator(seed: seed)
        return stride(from: 0.0, to: 5400, by: 10).map { second in
            var east = Double.random(in: -3...3, using: &random) - 400
            var speed = 0.0
            switch second {
            case 600..<1500: (east, speed) = (-400, 0.1)
            case 1800..<1810: east = 2500
            case 2400..<3600: east = Int(second / 100) % 2 == 0 ? -93 : -112
            case 4000..<4100: speed = 45
            default: break
            }
            return World.report(second, east, second >= 600 && second < 1500 ? 0 : .random(in: -3...3, using: &random))
                .with {
                    $0.satellites = 5 + Int(second / 10) % 5
                    $0.speed_mps = speed
                }
        }
    }

    private static let rules = {
        var rules = Rules()
        rules.speeding = Speeding()
        return rules
    }()

    private static func stream() throws -> DrawnStream {
        try DrawnStream(rules: rules, step_s: 10, catalogue: try World.squares(at: [0]))
    }

    /// - Parameter removed: the second from which on there is no fence.
    private static func standing(_ reports: [Report], removed: Double? = nil) throws -> [String] {
        var stream = try Self.stream()
        var edit = removed.map { World.start.advanced(bySeconds: $0) }
        for report in reports {
            if let removed, let due = edit, let time = report.time, time >= due {
                try stream.adopt(try World.squares(at: []), at: removed)
                edit = nil
            }
            try stream.take(report)
        }
        try stream.finish()
        return stream.standing
    }

    @Test func theHourHasSomethingForEachRule() throws {
        let rules = try Set(Self.standing(Self.hour(seed: 1)).compactMap { $0.split(separator: "/").dropFirst().first })
        #expect(rules == ["frozen", "impossible_speed", "flapping", "speeding"])
    }

    /// Whatever blocks come late: what stands in the end is what order would have given.
    @Test(arguments: UInt64(1)...12)
    func blocksThatComeLateGiveWhatOrderWouldHaveGiven(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let reports = Self.hour(seed: seed)
        var stream = try Self.stream()
        var held: [Report] = []
        var index = 0
        while index < reports.count {
            let length = Int.random(in: 1...90, using: &random)
            let block = reports[index..<min(index + length, reports.count)]
            index += length
            if Bool.random(using: &random), index < reports.count {
                held += block
            } else {
                for report in block { try stream.take(report) }
                if Bool.random(using: &random) {
                    for report in held.shuffled(using: &random) { try stream.take(report) }
                    held = []
                }
            }
        }
        for report in held { try stream.take(report) }
        try stream.finish()
        let expected = try Self.standing(reports)
        #expect(Set(stream.standing).symmetricDifference(expected) == [], "seed \(seed)")
    }

    /// A fence that goes while something about it stands: that is over in its time, is told once, and moves with a late fix.
    @Test(arguments: UInt64(1)...12)
    func norDoesItMatterThatItsFenceIsGone(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let reports =
            Self.hour(seed: seed) + stride(from: 5400.0, to: 9000, by: 10).map { World.report($0, 300, 20) }
        let removed = Double.random(in: 3000...3600, using: &random)
        var unruly = reports
        for _ in 0..<12 {
            let length = Int.random(in: 1...20, using: &random)
            let place = Int.random(in: 400..<unruly.count - 2 * length, using: &random)
            let block = Array(unruly[place..<place + length])
            unruly.removeSubrange(place..<place + length)
            let later = Int.random(in: place + 1...min(place + 200, unruly.count), using: &random)
            unruly.insert(contentsOf: block, at: later)
        }
        let expected = try Self.standing(reports, removed: removed)
        #expect(expected.contains { $0.contains("flapping/cleared") }, "seed \(seed)")
        #expect(try Self.standing(unruly, removed: removed).sorted() == expected.sorted(), "seed \(seed)")
    }

    @Test func whatALateFixBeliesIsRetracted() throws {
        var stream = try Self.stream()
        func at(_ second: Double, _ north: Double) -> Report {
            World.report(second, -400, north).with { $0.satellites = Int(second / 10) % 7 }
        }
        for second in stride(from: 0.0, through: 700, by: 10) where second != 300 { try stream.take(at(second, 0)) }
        #expect(stream.told == ["frozen raised@600 of 0"])
        try stream.take(at(300, 4))
        try stream.finish()
        #expect(stream.told.last == "retracts frozen raised@600 of 0")
        // With all that names it, so that whoever follows the events knows what is taken back.
        #expect(stream.lines.last?.contains(#""id":"van-1/frozen/2026-03-02T01:10:00.0Z""#) == true)
        #expect(stream.standing == [])
    }

    @Test func whatARuleSaidStaysWhenTheRuleIsTurnedOff() throws {
        var stream = try Self.stream()
        let reports = Self.hour(seed: 3)
        for report in reports where Int(report.time!.seconds(since: World.start)) % 1000 != 0 {
            try stream.take(report)
        }
        let count = stream.told.count
        var off = stream.rules
        off.frozen = nil
        try stream.restart(with: off)
        for report in reports where Int(report.time!.seconds(since: World.start)) % 1000 == 0 {
            try stream.take(report)
        }
        try stream.finish()
        #expect(count > 0 && !stream.told.contains { $0.contains("retracts frozen") })
    }

    @Test func anAnomalyIsReadBackFromItsLine() throws {
        var stream = try Self.stream()
        for report in Self.hour(seed: 2) { try stream.take(report) }
        let events = stream.events.filter { $0.anomaly != nil }
        #expect(events.count >= 6)
        for (event, line) in zip(events, stream.lines) { #expect(Anomaly(line: line) == event.anomaly, "\(line)") }
        // A device's name is no place to hide one in.
        var odd = try #require(events.first)
        odd.device = #"a","rule":"flapping","state":"cleared","id":"x/2026-01-01T00:00:00.0Z","evidence":{"b"#
        var bytes: [UInt8] = []
        odd.appendJSON(seq: 1, to: &bytes)
        #expect(Anomaly(line: String(decoding: bytes, as: UTF8.self)) == odd.anomaly)
        #expect(Anomaly(line: #"{"seq":1,"type":"enter","device":"v"}"#) == nil)
    }
}
