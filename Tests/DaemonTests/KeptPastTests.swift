import Daemon
import Foundation
import GRDB
import Geometry
import Positioning
import Store
import TestSupport
import Testing

/// What retention or an older version has left of the past: nothing that was told is taken back for lack of what led to it.
@Suite struct KeptPastTests {
    /// Three hours at 30 s: in and out of the fence, every 40 minutes.
    private static func reports(without gap: Range<Double> = 0..<0) -> [Report] {
        stride(from: 0.0, to: 10_800, by: 30).filter { !gap.contains($0) }.map { second in
            World.report(second, Int(second / 1200) % 2 == 0 ? -600 : 0)
        }
    }

    private static func give(_ reports: [Report], _ device: String = "van-1", to store: String) throws {
        let replay = try Replay(try World.squares(at: [0]), journal: try Journal(path: store))
        for report in reports { try replay.take([report], device: device) { _ in } }
        try replay.finish { _ in }
    }

    private static func sweep(_ store: String, before second: Double) throws {
        let journal = try Journal(path: store)
        var sweep = journal.beginSweep(fixesBefore: World.start.advanced(bySeconds: second), eventsBefore: nil)
        while !sweep.isDone { try journal.sweep(&sweep, eventFileSeq: .max) }
    }

    private static func events(_ store: String) throws -> [String] {
        try DatabaseQueue(path: store).read { try String.fetchAll($0, sql: "SELECT json FROM event ORDER BY seq") }
    }

    @Test func aNewDeviceWithAClockMonthsBehindIsHeard() throws {
        let scratch = try Scratch()
        try Self.give(Self.reports(), to: scratch.store)
        try Self.sweep(scratch.store, before: 8000)
        let before = try StoreReader(path: scratch.store).summary()
        let behind = Self.reports().map { report in
            var report = report
            report.time = report.time?.advanced(bySeconds: -90 * 86_400)
            return report
        }
        try Self.give(behind, "behind", to: scratch.store)
        let after = try StoreReader(path: scratch.store).summary()
        #expect(after.fixes - before.fixes == behind.count && after.events - before.events == before.events)
        #expect(after.rejected == [:])
    }

    /// - Parameter broken: SQL, which of the checkpoints cannot be read.
    @Test(arguments: [("true", true), ("time_us = (SELECT max(time_us) FROM checkpoint)", false)])
    func checkpointsThatCannotBeReadRetractNothing(broken: String, rejects: Bool) throws {
        let scratch = try Scratch()
        let gap = 10_020.0..<10_140
        try Self.give(Self.reports(without: gap), to: scratch.store)
        try Self.sweep(scratch.store, before: 5000)
        let told = try Self.events(scratch.store)
        #expect(told.count > 6)
        try DatabaseQueue(path: scratch.store).write {
            try $0.execute(sql: "UPDATE checkpoint SET state = x'0909' WHERE \(broken)")
        }
        try Self.give(
            Self.reports().filter { gap.contains($0.time?.seconds(since: World.start) ?? 0) }, to: scratch.store)
        #expect(try Self.events(scratch.store) == told)
        let rejected = try StoreReader(path: scratch.store).summary().rejected
        #expect(rejected == (rejects ? ["past": 4] : [:]))
    }

    /// A store of version 1 never knew its fences: who was inside of one that has gone meanwhile leaves it, once.
    @Test func anUpgradeTellsOfFencesThatHaveGone() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let scratch = try Scratch()
        try FileManager.default.copyItem(
            atPath: root.appendingPathComponent("Tests/StoreTests/Released/v1.sqlite3").path, toPath: scratch.store)
        let files = try ["customers", "logistics", "offices"].map { name in
            let url = root.appendingPathComponent("Fences/\(name).geojson")
            return FenceFile(name: url.lastPathComponent, bytes: [UInt8](try Data(contentsOf: url)))
        }
        let before = try Self.events(scratch.store)
        for _ in 0..<2 {
            let pipeline = try EditedFencesTests.pipeline(scratch, try FenceCatalogue.load(files))
            #expect(pipeline.stop())
            let new = try Self.events(scratch.store).dropFirst(before.count)
            #expect(new.allSatisfy { $0.contains(#""type":"exit""#) && $0.contains(#""reason":"fence_removed""#) })
            let exits = try DatabaseQueue(path: scratch.store).read {
                try String.fetchAll(
                    $0, sql: "SELECT device || ' ' || fence FROM event WHERE seq > ? ORDER BY 1",
                    arguments: [before.count])
            }
            #expect(
                exits == [
                    "sim-1 service-area", "sim-1 zone-centre", "sim-2 service-area", "sim-2 zone-centre",
                    "sim-3 service-area", "sim-3 zone-centre", "sim-4 service-area",
                ])
            let told = try DatabaseQueue(path: scratch.store).read {
                try Row.fetchAll($0, sql: "SELECT device, time_us FROM event WHERE seq > ?", arguments: [before.count])
            }
            for event in told {
                var newest: Timestamp?
                _ = try StoreReader(path: scratch.store).track(device: event["device"], from: nil, to: nil) {
                    newest = $0.time
                }
                #expect(newest?.microseconds == event["time_us"])
            }
            let lines = try String(contentsOfFile: scratch.events, encoding: .utf8).split(separator: "\n").map(
                String.init)
            #expect(lines == before + new)
        }
    }
}
