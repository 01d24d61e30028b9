import Engine
import Foundation
import GRDB
import Geometry
import Positioning
import TestSupport
import Testing

@testable import Store

@Suite struct FenceTablesTests {
    /// Versions come, clocks are set back, horizons pass: what is read back is what a plain list of them would hold.
    @Test(arguments: UInt64(1)...10) func whatWasInForceIsReadBack(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let scratch = try Scratch()
        let horizon_s = 1000.0
        var journal: Journal? = try Journal(path: scratch.store, lateHorizon_s: horizon_s)
        var expected: [StoredFences] = []
        var second = 0.0
        for _ in 0..<60 {
            second += Double.random(in: -200...400, using: &random)
            var places: [String: Double] = [:]
            for id in ["a", "b", "c"] { places[id] = [nil, 0, 500].randomElement(using: &random) ?? nil }
            let since =
                Int.random(in: 0..<20, using: &random) == 0
                ? FenceVersion.always : World.start.advanced(bySeconds: second)
            let version = FenceVersion(try FenceCatalogue.load(World.files(places)), since: since)
            var batch = JournalBatch()
            batch.fences = version
            _ = try journal?.commit(batch)
            let staying = FenceVersion.staying(expected.map(\.since), at: since, lateHorizon_s: horizon_s)
            expected = expected[staying] + [StoredFences(since: since, files: version.catalogue.files)]
            #expect(try journal?.fenceVersions() == expected, "seed \(seed)")
            // Whatever files are at hand.
            let known = expected.randomElement(using: &random)?.files ?? []
            #expect(try journal?.fenceVersions(sharing: known) == expected, "seed \(seed)")
            if Bool.random(using: &random) {
                journal = nil
                journal = try Journal(path: scratch.store, lateHorizon_s: horizon_s)
            }
        }
        // A file that stays the same stands once, and one that no version has is gone.
        let rows = try DatabaseQueue(path: scratch.store).read {
            try Int.fetchOne($0, sql: "SELECT count(*) FROM fence_file") ?? -1
        }
        let runs = ["a", "b", "c"].map { id in
            let bytes = expected.map { version in version.files.first { $0.name == "\(id).geojson" }?.bytes }
            return bytes.indices.count { bytes[$0] != nil && ($0 == 0 || bytes[$0 - 1] != bytes[$0]) }
        }
        #expect(rows == runs.reduce(0, +), "seed \(seed)")
    }

    /// Who opens the store after a crash need not read again what a great batch has left in the WAL.
    @Test func aGreatBatchLeavesAnEmptyLog() throws {
        let scratch = try Scratch()
        let journal = try Journal(path: scratch.store)
        let padding = String(repeating: " ", count: 1 << 20)
        let files = World.files(["a": 0]).map { FenceFile(name: $0.name, bytes: $0.bytes + padding.utf8) }
        var batch = JournalBatch()
        batch.fences = FenceVersion(try FenceCatalogue.load(files))
        _ = try journal.commit(batch)
        let log = scratch.store + "-wal"
        #expect(try FileManager.default.attributesOfItem(atPath: log)[.size] as? Int ?? 0 > padding.utf8.count)
        journal.emptyLog()
        #expect(try FileManager.default.attributesOfItem(atPath: log)[.size] as? Int == 0)
        #expect(try journal.fenceVersions() == [StoredFences(since: FenceVersion.always, files: files)])
    }

    /// A stored file is known again whole, and not where a single byte is another, wherever its pieces end.
    @Test(arguments: [0, 1, Limits.blobPiece - 1, Limits.blobPiece, 2 * Limits.blobPiece + 1])
    func aFileIsComparedToItsLastByte(count: Int) throws {
        var random = SeededGenerator(seed: UInt64(count))
        let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
        try DatabaseQueue().write { db in
            try db.execute(sql: "CREATE TABLE file (bytes BLOB NOT NULL)")
            let insert = RowInsert(try db.cachedStatement(sql: "INSERT INTO file VALUES (?)"))
            insert.bind(1, blob: bytes)
            try insert.run(db)
            let stored = try StoredBlob(db, table: "file", column: "bytes", row: 1)
            let (back, isSame, isLonger) = (
                try stored.bytes(db), try stored.holds(bytes, db), try stored.holds(bytes + [0], db)
            )
            #expect(back == bytes && isSame && !isLonger)
            for place in Set([0, count / 2, Limits.blobPiece - 1, Limits.blobPiece, count - 1]) {
                guard bytes.indices.contains(place) else { continue }
                var other = bytes
                other[place] ^= 1
                let isSame = try stored.holds(other, db)
                #expect(!isSame, "byte \(place) of \(count)")
            }
        }
    }
}
