import Engine
import Foundation
import GRDB
import Positioning
import TestSupport
import Testing

@testable import Store

/// A file of every released version is kept in `Released`; each must open, and go on where it was.
@Suite struct MigrationTests {
    private static let released = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("Released")

    @Test func everyOlderVersionHasAFile() throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: Self.released.path)
        #expect(Set(names) == Set((1..<Schema.migrations.count).map { "v\($0).sqlite3" }))
    }

    @Test(arguments: 1..<Schema.migrations.count) func anOlderStoreGoesOn(version: Int) throws {
        let scratch = try Scratch()
        let path = scratch.store
        try FileManager.default.copyItem(
            atPath: Self.released.appendingPathComponent("v\(version).sqlite3").path, toPath: path)
        let before = try DatabaseQueue(path: path).read {
            try Row.fetchAll($0, sql: "SELECT * FROM event ORDER BY seq")
        }
        #expect(!before.isEmpty)

        let journal = try Journal(path: path)
        #expect(journal.lastSeq == Int64(before.count))
        let lines = try journal.events(after: 0, limit: Int.max)
        #expect(String(decoding: lines.bytes, as: UTF8.self) == before.map { "\($0["json"] as String)\n" }.joined())
        // Every snapshot is still understood.
        var restored = 0
        try journal.recover { device in
            let bytes = try #require(device.snapshot)
            _ = try DeviceState(snapshot: bytes, fenceNumber: { _ in 0 })
            restored += 1
        } fix: { _, _, _, _ in
        }
        #expect(restored > 0)
        let reached = try DatabaseQueue(path: path).read { try Int.fetchOne($0, sql: "PRAGMA user_version") }
        #expect(reached == Schema.migrations.count)
    }

    /// Who reads a store of version 2 before any daemon brings it up finds the same fixes as after that.
    @Test func pagesOfVersion2AreWrittenAnew() throws {
        let scratch = try Scratch()
        try FileManager.default.copyItem(
            atPath: Self.released.appendingPathComponent("v2.sqlite3").path, toPath: scratch.store)
        let before = try Made.arrived(in: scratch.store)
        let rows = try Self.pages(scratch)
        _ = try Journal(path: scratch.store)
        #expect(try Made.arrived(in: scratch.store) == before)
        #expect(before.count == 240 && before.map(\.stored.id) == Array(1...240))
        // As version 2 told it.
        let fix = try #require(before.first { $0.device == 1 }).stored.fix
        #expect((fix.coordinate.latitude * 1e7).rounded() == 399_057_849)
        #expect((fix.coordinate.longitude * 1e7).rounded() == 1_163_935_170)
        #expect(fix.measurements.hdop == 0.7 && fix.measurements.satellites == 9)
        #expect(fix.measurements.altitude_m == 45.1 && fix.measurements.course_deg == 135.2)
        let anew = try Self.pages(scratch)
        #expect(anew.map(\.span) == rows.map(\.span))
        #expect(zip(anew, rows).allSatisfy { 2 * $0.bytes < $1.bytes })
    }

    private static func pages(_ scratch: Scratch) throws -> [(span: [Int64], bytes: Int)] {
        try DatabaseQueue(path: scratch.store).read {
            try Row.fetchAll($0, sql: "SELECT id, last_id, fixes, length(bytes) FROM fix_page ORDER BY id").map {
                ([$0[0], $0[1], $0[2]], $0[3])
            }
        }
    }
}
