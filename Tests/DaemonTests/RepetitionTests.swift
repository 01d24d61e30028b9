import Daemon
import GRDB
import Geometry
import Positioning
import Store
import TestSupport
import Testing

/// Guarantee 5: the same input given again to the same store changes nothing.
@Suite struct RepetitionTests {
    private typealias Given = (device: String, report: Report)

    /// Six days of four devices: in order, late, far too late, void, zero, spikes, clocks that are ahead, without time.
    /// - Parameters:
    ///   - every_s: from one report of a device to its next.
    ///   - ahead_s: how far clocks are ahead.
    private static func input(seed: UInt64, every_s: Double = 2074, ahead_s: Double = 2_000_000) -> [Given] {
        var random = SeededGenerator(seed: seed)
        var input: [Given] = []
        for step in 0..<Int(518_500 / every_s) {
            for device in ["a", "b", "c", "d"] where Int.random(in: 0..<4, using: &random) > 0 {
                // Device d falls silent on the second day.
                if device == "d", Double(step) * every_s > 103_700 { continue }
                let second = Double(step) * every_s
                var report = World.report(
                    second, Double.random(in: -300...300, using: &random), Double.random(in: -20...20, using: &random))
                switch Int.random(in: 0..<40, using: &random) {
                case 0...2:
                    report.time = report.time?.advanced(bySeconds: -Double.random(in: 0...200_000, using: &random))
                case 3:
                    report.time = report.time?.advanced(
                        bySeconds: -Double.random(in: 300_000...400_000, using: &random))
                case 4: report.rejection = .void
                case 5: report.coordinate = Coordinate(latitude: 0, longitude: 0)
                case 6: report.coordinate = World.place(9_000_000, 0)
                case 7: report.time = report.time?.advanced(bySeconds: ahead_s)
                case 8: report.time = nil
                default: break
                }
                input.append((device, report))
                if Int.random(in: 0..<30, using: &random) == 0 { input.append((device, report)) }
            }
        }
        return input
    }

    /// - Parameter split: of the input into runs, each with a snapshot at its end.
    private static func give(_ input: [Given], to store: String, split: Int) throws {
        for start in stride(from: 0, to: input.count, by: split) {
            let replay = try Replay(
                try World.squares(at: [-200, 200]), journal: try Journal(path: store))
            for given in input[start..<min(start + split, input.count)] {
                try replay.take([given.report], device: given.device) { _ in }
            }
            try replay.finish { _ in }
        }
    }

    /// All that the store holds.
    private static func rows(_ store: String) throws -> [String] {
        try DatabaseQueue(path: store).read { db in
            try [
                "device", "fix_page", "fix_chunk", "withdrawal", "event", "rejected", "snapshot", "checkpoint",
                "recovery",
                "fleet", "fleet_member",
                "pattern",
            ].flatMap { table in
                try Row.fetchAll(db, sql: "SELECT * FROM \(table)").map { "\(table) \($0)" }
            }
        }
    }

    private static func difference(_ before: [String], _ after: [String]) -> [String] {
        after.difference(from: before).prefix(8).map { change in
            switch change {
            case .insert(_, let row, _): "+ \(row)"
            case .remove(_, let row, _): "- \(row)"
            }
        }
    }

    @Test(arguments: 1...3 as ClosedRange<UInt64>)
    func theSameInputAgainChangesNothing(seed: UInt64) throws {
        let scratch = try Scratch()
        let input = Self.input(seed: seed)
        try Self.give(input, to: scratch.store, split: input.count)
        let first = try Self.rows(scratch.store)
        let summary = try StoreReader(path: scratch.store).summary()
        #expect(summary.events > 10 && (summary.rejected["past"] ?? 0) > 0, "seed \(seed)")
        for split in [input.count, 333] {
            try Self.give(input, to: scratch.store, split: split)
            let again = Self.difference(first, try Self.rows(scratch.store))
            #expect(again == [], "seed \(seed), runs of \(split)")
        }
    }

    /// Clocks that are ahead by less than the stream lasts: it comes to their times, and past them, or ends just before one.
    @Test(arguments: 1...6 as ClosedRange<UInt64>)
    func norWhereTheStreamReachesWhatWasAhead(seed: UInt64) throws {
        let scratch = try Scratch()
        let input = Self.input(seed: seed, every_s: 1037, ahead_s: 72_000)
        try Self.give(input, to: scratch.store, split: input.count)
        let first = try Self.rows(scratch.store)
        #expect(first.contains { $0.hasPrefix("withdrawal") && $0.contains("\"future\"") }, "seed \(seed)")
        for split in [input.count, 450] {
            try Self.give(input, to: scratch.store, split: split)
            #expect(Self.difference(first, try Self.rows(scratch.store)) == [], "seed \(seed), runs of \(split)")
        }
    }

    /// Streams of a few fixes, of which the last is mostly in doubt: far away, or hours after the one before.
    @Test(arguments: 1...3 as ClosedRange<UInt64>)
    func norWhereStreamsEndInDoubt(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var input: [Given] = []
        for device in 0..<400 {
            var second = 0.0
            var sent: [Report] = []
            for _ in 0..<Int.random(in: 2...7, using: &random) {
                second += [60, 60, 600, 30_000, 50_000].randomElement(using: &random) ?? 60
                let isFar = Int.random(in: 0..<3, using: &random) == 0
                let east = isFar ? 400_000 : Double.random(in: -300...300, using: &random)
                sent.append(World.report(second, east, 0))
                if let again = sent.randomElement(using: &random), Int.random(in: 0..<6, using: &random) == 0 {
                    sent.append(again)
                }
            }
            input += sent.map { ("\(device)", $0) }
        }
        let scratch = try Scratch()
        try Self.give(input, to: scratch.store, split: input.count)
        let first = try Self.rows(scratch.store)
        #expect(first.contains { $0.hasPrefix("withdrawal") }, "seed \(seed)")
        for split in [input.count, 450] {
            try Self.give(input, to: scratch.store, split: split)
            #expect(Self.difference(first, try Self.rows(scratch.store)) == [], "seed \(seed), runs of \(split)")
        }
    }

    /// And when retention has taken some of it, and a device was forgotten.
    @Test(arguments: 1...3 as ClosedRange<UInt64>)
    func norDoesItAcrossRetention(seed: UInt64) throws {
        let scratch = try Scratch()
        let input = Self.input(seed: seed)
        try Self.give(input, to: scratch.store, split: input.count)
        let held = try StoreReader(path: scratch.store).summary()
        do {
            let journal = try Journal(path: scratch.store)
            let cut = World.start.advanced(bySeconds: 200_000)
            var sweep = journal.beginSweep(fixesBefore: cut, eventsBefore: World.start.advanced(bySeconds: 150_000))
            while !sweep.isDone { try journal.sweep(&sweep, eventFileSeq: .max) }
            try journal.recover(forgetting: cut, device: { _ in }, fix: { _, _, _, _ in })
        }
        let kept = try StoreReader(path: scratch.store).summary()
        #expect(kept.fixes < held.fixes && kept.events < held.events, "seed \(seed)")
        let first = try Self.rows(scratch.store)
        try Self.give(input, to: scratch.store, split: 450)
        #expect(Self.difference(first, try Self.rows(scratch.store)) == [], "seed \(seed)")
    }
}
