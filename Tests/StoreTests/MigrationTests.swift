import Engine
import Foundation
import GRDB
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
}
