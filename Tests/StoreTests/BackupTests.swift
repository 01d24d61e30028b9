import Foundation
import GRDB
import Store
import TestSupport
import Testing

@Suite struct BackupTests {
    /// The journal commits in the middle of the copy; the copy is the store as it was when it began.
    @Test func theCopyIsOfOneMomentWhileTheStoreIsWritten() throws {
        let scratch = try Scratch()
        let journal = try Journal(path: scratch.store)
        // More pages than one step copies.
        for round in 0..<60 { _ = try journal.commit(Made.batch(round * 1000..<round * 1000 + 1000)) }
        let before = try StoreReader(path: scratch.store).summary()
        var steps = 0
        try Backup.make(of: scratch.store, to: scratch.path + "/copy") { done, total in
            #expect(done <= total)
            let second = 1_000_000 + steps * 100
            // Not Swift Testing's: a failed commit fails the test below.
            if (try? journal.commit(Made.batch(second..<second + 100))) != nil { steps += 1 }
        }
        #expect(steps > 2, "it was copied in steps, and each commit between them succeeded")
        #expect(try StoreReader(path: scratch.path + "/copy").summary() == before)
        #expect(journal.lastSeq == Int64(60_000 + steps * 100))
        // A file for itself, that a journal goes on with.
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: scratch.path).filter { $0.hasPrefix("copy.") } == [])
        #expect(try Journal(path: scratch.path + "/copy").lastSeq == 60_000)
    }

    @Test func nothingIsOverwrittenAndNothingLeftBehind() throws {
        let scratch = try Scratch()
        _ = try Journal(path: scratch.store).commit(Made.batch(0..<10))
        let file = try scratch.write("mine", to: "copy")
        #expect(throws: BackupError.exists(file)) { try Backup.make(of: scratch.store, to: file) { _, _ in } }
        #expect(try scratch.text(file) == "mine")
        // One that comes while the copy is made.
        let late = scratch.path + "/late"
        #expect(throws: BackupError.exists(late)) {
            try Backup.make(of: scratch.store, to: late) { _, _ in _ = try? scratch.write("mine", to: "late") }
        }
        #expect(try scratch.text(late) == "mine")
        let busy = try scratch.write("", to: "busy.part")
        #expect(throws: BackupError.unfinished(busy)) {
            try Backup.make(of: scratch.store, to: scratch.path + "/busy") { _, _ in }
        }
        #expect(throws: (any Error).self) {
            try Backup.make(of: scratch.store, to: scratch.path + "/no/such") { _, _ in }
        }
        #expect(throws: StoreError.self) {
            try Backup.make(of: scratch.path + "/none", to: scratch.path + "/x") { _, _ in }
        }
        let left = try FileManager.default.contentsOfDirectory(atPath: scratch.path).sorted()
        #expect(left.filter { !$0.hasPrefix("geofenced") && !$0.hasPrefix("store") } == ["busy.part", "copy", "late"])
    }

    @Test func aDamagedStoreGivesNoBackup() throws {
        let scratch = try Scratch()
        do {
            let journal = try Journal(path: scratch.store)
            for round in 0..<10 { _ = try journal.commit(Made.batch(round * 1000..<round * 1000 + 1000)) }
        }
        try DatabaseQueue(path: scratch.store).writeWithoutTransaction {
            try $0.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)")
        }
        let file = try FileHandle(forUpdating: URL(fileURLWithPath: scratch.store))
        try file.seek(toOffset: 200 * 4096)
        try file.write(contentsOf: Data(repeating: 0xAB, count: 8 * 4096))
        try file.close()
        #expect(throws: BackupError.self) { try Backup.make(of: scratch.store, to: scratch.path + "/copy") { _, _ in } }
        #expect(!FileManager.default.fileExists(atPath: scratch.path + "/copy"))
    }
}
