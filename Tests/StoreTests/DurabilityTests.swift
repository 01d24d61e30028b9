import GRDB
import TestSupport
import Testing

@testable import Store

@Suite struct DurabilityTests {
    /// SQLite syncs the WAL at every commit under FULL (2), and only before it is written back under NORMAL (1).
    @Test(arguments: [(Durability.process, 1), (.power, 2)])
    func aCommitWaitsForTheDiskWhereItIsAskedTo(durability: Durability, synchronous: Int) throws {
        let scratch = try Scratch()
        for _ in 0..<2 {
            let journal = try Journal(path: scratch.store, durability: durability)
            _ = try journal.commit(Made.batch(0..<1))
            #expect(try journal.queue.read { try Int.fetchOne($0, sql: "PRAGMA synchronous") } == synchronous)
            #expect(try journal.queue.read { try String.fetchOne($0, sql: "PRAGMA journal_mode") } == "wal")
        }
    }
}
