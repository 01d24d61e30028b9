import Foundation
import Store
import TestSupport
import Testing

@Suite struct EventFileTests {
    /// Whatever byte a crash stopped at, the next start makes the file what the store says.
    @Test func anyTornEndIsRepaired() throws {
        let scratch = try Scratch()
        let journal = try Journal(path: scratch.store)
        _ = try journal.commit(Made.batch(0..<4))
        try EventFile(path: scratch.events).follow(journal)
        let whole = try Data(contentsOf: URL(fileURLWithPath: scratch.events))
        #expect(whole.split(separator: UInt8(ascii: "\n")).count == 4)
        for length in 0...whole.count {
            try whole.prefix(length).write(to: URL(fileURLWithPath: scratch.events))
            let file = try EventFile(path: scratch.events)
            try file.follow(journal)
            #expect(try Data(contentsOf: URL(fileURLWithPath: scratch.events)) == whole, "cut at \(length)")
            #expect(file.lastSeq == 4)
        }
    }

    @Test func followsCommitByCommitAndCatchesUpOnWhatItMissed() throws {
        let scratch = try Scratch()
        let journal = try Journal(path: scratch.store)
        let file = try EventFile(path: scratch.events)
        try file.follow(journal, newest: try journal.commit(Made.batch(0..<2)))
        _ = try journal.commit(Made.batch(2..<4))
        try file.follow(journal, newest: try journal.commit(Made.batch(4..<6)))
        let seqs = try scratch.text(scratch.events).split(separator: "\n").map { $0.prefix { $0 != "," } }
        #expect(seqs == (1...6).map { "{\"seq\":\($0)" })
    }

    @Test func aFileOfAnotherStoreIsRefusedUntouched() throws {
        let scratch = try Scratch()
        let journal = try Journal(path: scratch.store)
        let foreign = "{\"seq\":7,\"type\":\"enter\"}\n"
        try foreign.write(toFile: scratch.events, atomically: false, encoding: .utf8)
        #expect(throws: StoreError.self) { try EventFile(path: scratch.events).follow(journal) }
        #expect(try scratch.text(scratch.events) == foreign)
        try "some log line\nand another\n".write(toFile: scratch.events, atomically: false, encoding: .utf8)
        #expect(throws: StoreError.self) { try EventFile(path: scratch.events) }
        #expect(try scratch.text(scratch.events) == "some log line\nand another\n")
        #expect(throws: (any Error).self) { try EventFile(path: scratch.path) }
    }
}
