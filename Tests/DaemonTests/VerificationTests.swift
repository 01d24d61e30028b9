import Anomalies
import Daemon
import Foundation
import GRDB
import Geometry
import Platform
import Positioning
import Store
import TestSupport
import Testing

/// Each thing that verification looks at is broken on purpose, and found; what is not broken is not told of.
@Suite struct VerificationTests {
    /// A store and its event file, made once; each test has copies.
    private static let kept = Result {
        let scratch = try Scratch()
        try make(scratch, seed: 7)
        return try [scratch.store, scratch.events].map { try Data(contentsOf: URL(fileURLWithPath: $0)) }
    }

    private static func keep(_ scratch: Scratch) throws {
        for (file, bytes) in zip([scratch.store, scratch.events], try kept.get()) {
            try bytes.write(to: URL(fileURLWithPath: file))
        }
    }

    /// Devices that come and go among three fences; some of their fixes are late by minutes.
    private static func make(_ scratch: Scratch, seed: UInt64) throws {
        let journal = try Journal(path: scratch.store)
        let replay = try Replay(
            Self.catalogue(), rules: .none, journal: journal, eventFile: try EventFile(path: scratch.events))
        var random = SeededGenerator(seed: seed)
        for device in 0..<6 {
            var east = Double.random(in: -900...900, using: &random)
            for step in 0..<300 {
                east = east > 900 ? -900 : east + Double.random(in: 0...60, using: &random)
                var report = World.report(Double(step * 10), east, Double.random(in: -90...90, using: &random))
                // The first three devices' fixes come in order.
                if device > 2, step > 60, step < 250, step % 40 == 0 {
                    report.time = report.time?.advanced(bySeconds: -505)
                }
                try replay.take([report], device: "dev-\(device)") { _ in }
            }
        }
        try replay.finish { _ in }
    }

    private static let someRow = "(SELECT id FROM fix_page ORDER BY id LIMIT 1 OFFSET 2)"

    private static func catalogue() throws -> FenceCatalogue {
        try World.squares(at: [-400, 0, 420], properties: "\"dwell_s\":60")
    }

    private static func verify(_ scratch: Scratch, events: [String]? = nil) throws -> [String: Findings] {
        var verification = Verification(store: scratch.store)
        verification.catalogue = try catalogue()
        verification.eventFiles = events ?? [scratch.events]
        var all: [String: Findings] = [:]
        try verification.run { all[$0.check] = $0 }
        return all
    }

    /// The names of the checks that found something.
    private static func failed(_ scratch: Scratch, events: [String]? = nil) throws -> [String] {
        try verify(scratch, events: events).values.filter { $0.count > 0 }.map(\.check).sorted()
    }

    private static func change(_ scratch: Scratch, _ sql: String) throws {
        try DatabaseQueue(path: scratch.store).write { db in
            try db.execute(sql: sql)
            #expect(db.totalChangesCount > 0, "\(sql)")
        }
    }

    @Test(arguments: [7, 8, 9] as [UInt64]) func aGoodStoreHasNoFindings(seed: UInt64) throws {
        let scratch = try Scratch()
        try Self.make(scratch, seed: seed)
        let findings = try Self.verify(scratch)
        #expect(Set(findings.keys) == ["integrity", "seq", "lines", "retract", "alternation", "events", "replay"])
        for check in findings.values { #expect(check.count == 0, "seed \(seed): \(check)") }
        let summary = try StoreReader(path: scratch.store).summary()
        #expect(summary.events > 100 && summary.fixes > 1700)
    }

    @Test(arguments: [
        ("DELETE FROM event WHERE seq = 20", ["events", "replay", "seq"]),
        ("DELETE FROM event WHERE seq = (SELECT max(seq) FROM event)", ["events", "replay"]),
        ("UPDATE recovery SET last_seq = 100000", ["events", "seq"]),
        ("DROP TRIGGER consumer_begins_in_store; INSERT INTO consumer VALUES ('ahead', 1000000, 0)", ["seq"]),
        ("UPDATE event SET json = json || ' ' WHERE seq = 5", ["events"]),
        ("UPDATE event SET json = 'x' WHERE seq = 5", ["events", "lines"]),
        ("UPDATE event SET lat = lat + 0.0000002 WHERE seq = 1", ["lines", "replay"]),
        ("UPDATE event SET received_us = 5 WHERE seq = 1", ["lines"]),
        ("UPDATE event SET late = 1 - late WHERE seq = 3", ["lines"]),
        ("UPDATE event SET confidence = confidence - 0.001 WHERE seq = 2", ["lines", "replay"]),
        (
            """
            UPDATE event SET type = 'enter', json = replace(json, '"exit"', '"enter"')
            WHERE seq = (SELECT min(seq) FROM event WHERE type = 'exit' AND device = 'dev-1')
            """, ["alternation", "events", "replay"]
        ),
        (
            "UPDATE event SET retracts = retracts + 1 WHERE seq = (SELECT min(seq) FROM event WHERE type = 'retract')",
            ["lines", "replay", "retract"]
        ),
        ("UPDATE fix_page SET bytes = (SELECT bytes FROM fix_page LIMIT 1)", ["replay"]),
        ("UPDATE fix_page SET bytes = substr(bytes, 1, 30) WHERE id = \(someRow)", ["integrity", "replay"]),
        ("UPDATE fix_chunk SET bytes = substr(bytes, 1, 30) WHERE number = 1", ["integrity", "replay"]),
        ("UPDATE fix_chunk SET last_us = last_us + 1000000000000 WHERE number = 1", ["integrity"]),
        ("DELETE FROM fix_chunk WHERE number = 1", ["replay"]),
        ("DELETE FROM fix_page WHERE id = \(someRow)", ["replay"]),
        ("PRAGMA foreign_keys = OFF; DELETE FROM device WHERE id = 'dev-4'", ["integrity"]),
    ]) func whatIsBrokenIsFound(sql: String, checks: [String]) throws {
        let scratch = try Scratch()
        try Self.keep(scratch)
        if sql.hasPrefix("PRAGMA") {
            try DatabaseQueue(path: scratch.store).writeWithoutTransaction { try $0.execute(sql: sql) }
        } else {
            try Self.change(scratch, sql)
        }
        let failed = try Self.failed(scratch)
        // An event that is missing or changed may break the alternation as well.
        #expect(Set(failed).isSuperset(of: checks), "\(sql): \(failed)")
        #expect(Set(failed).subtracting(checks).isSubset(of: ["alternation", "retract"]), "\(sql): \(failed)")
    }

    @Test func aDamagedPageIsFound() throws {
        let scratch = try Scratch()
        try Self.keep(scratch)
        try DatabaseQueue(path: scratch.store).writeWithoutTransaction {
            try $0.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)")
        }
        let pages = try DatabaseQueue(path: scratch.store).read {
            try Int.fetchAll($0, sql: "SELECT pageno FROM dbstat WHERE name = 'fix_page'")
        }
        let file = try FileHandle(forUpdating: URL(fileURLWithPath: scratch.store))
        try file.seek(toOffset: UInt64(((pages.last ?? 20) - 1) * 4096))
        try file.write(contentsOf: Data(repeating: 0xFF, count: 4096))
        try file.close()
        #expect(try Self.failed(scratch).contains("integrity"))
    }

    @Test func theEventFileIsHeldAgainstTheStore() throws {
        let scratch = try Scratch()
        try Self.keep(scratch)
        let whole = try scratch.text(scratch.events)
        let lines = whole.split(separator: "\n").map { $0 + "\n" }
        func found(_ text: String) throws -> Bool {
            try scratch.write(text, to: "events.ndjson")
            return try Self.failed(scratch) == ["events"]
        }
        #expect(try !found(whole))
        // What a rotation took, a torn last line of the next event.
        #expect(try !found(lines.dropFirst(30).joined()))
        #expect(try !found(whole + "{\"seq\":9"))
        var wrong = lines
        wrong[10] = wrong[10].replacing("\"lat\":", with: "\"lat\":1")
        #expect(try found(wrong.joined()))
        wrong = lines
        wrong.remove(at: 40)
        #expect(try found(wrong.joined()))
        #expect(try found((lines[..<9] + lines[5...]).joined()))
        #expect(try found(lines.joined() + "hello\n"))
        // Behind the store; the daemon would have written it by now.
        #expect(try found(lines.dropLast(2).joined()))
        // Pieces, the oldest first.
        let pieces = try [lines[..<50], lines[50..<80], lines[80...]].enumerated().map {
            try scratch.write($0.element.joined(), to: "piece.\($0.offset)")
        }
        #expect(try Self.failed(scratch, events: pieces) == [])
        #expect(try Self.failed(scratch, events: [pieces[0], pieces[2]]) == ["events"])
        #expect(try Self.failed(scratch, events: pieces.reversed()) == ["events"])
    }

    /// After retention: what is left is whole, and the replay begins at the checkpoint before.
    @Test func whatRetentionLeftIsVerified() throws {
        let scratch = try Scratch()
        try Self.keep(scratch)
        let journal = try Journal(path: scratch.store)
        let cut = World.start.advanced(bySeconds: 2000)
        var sweep = journal.beginSweep(fixesBefore: cut, eventsBefore: World.start.advanced(bySeconds: 1500))
        while !sweep.isDone { try journal.sweep(&sweep, eventFileSeq: .max) }
        let summary = try StoreReader(path: scratch.store).summary()
        #expect(summary.fixes < 1000 && summary.fixes > 600)
        #expect(try Self.failed(scratch) == [])
        try Self.change(scratch, "DELETE FROM fix_page WHERE id = \(Self.someRow)")
        #expect(try Self.failed(scratch) == ["replay"])
    }

    @Test func withoutFencesItSaysWhatItDidNotDo() throws {
        let scratch = try Scratch()
        try Self.keep(scratch)
        // As in a store of version 1.
        try Self.change(scratch, "DELETE FROM fence_version")
        var verification = Verification(store: scratch.store)
        verification.eventFiles = []
        var notes: [String] = []
        try verification.run {
            #expect($0.count == 0)
            notes += $0.notes
        }
        #expect(notes.count == 1 && notes[0].contains("--fences"))
    }
}
