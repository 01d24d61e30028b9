import Engine
import Foundation
import GRDB
import Positioning
import TestSupport
import Testing

@testable import Store

@Suite struct CheckpointerTests {
    /// What it has brought there is in the store's own file, without the WAL beside it.
    @Test func theFileByItselfHasWhatWasCommitted() throws {
        let scratch = try Scratch()
        let journal = try Journal(path: scratch.store)
        let checkpointer = try Checkpointer(path: scratch.store)
        for start in stride(from: 0, to: 300, by: 60) {
            _ = try journal.commit(Made.batch(start..<start + 60))
            checkpointer.step()
            let copy = "\(scratch.store)-\(start)"
            try FileManager.default.copyItem(atPath: scratch.store, toPath: copy)
            let seqs = try DatabaseQueue(path: copy).read {
                try Int64.fetchAll($0, sql: "SELECT seq FROM event ORDER BY seq")
            }
            #expect(seqs == Array(1...Int64(start + 60)))
        }
    }

    /// However often both take turns, the writer begins the WAL anew, and a store that is opened again has it all.
    @Test func theWALIsBegunAnew() throws {
        let scratch = try Scratch()
        do {
            let journal = try Journal(path: scratch.store)
            let checkpointer = try Checkpointer(path: scratch.store)
            for round in 0..<60 {
                var batch = Made.batch(round..<round + 1)
                batch.snapshots = [("van-1", [UInt8](repeating: UInt8(round), count: 200 * 4096))]
                _ = try journal.commit(batch)
                if round % 3 == 0 { checkpointer.step() }
            }
            let size = try FileManager.default.attributesOfItem(atPath: "\(scratch.store)-wal")[.size] as? Int
            #expect(try #require(size) < 2 * Limits.walPages * 4096)
        }
        let journal = try Journal(path: scratch.store)
        #expect(journal.lastSeq == 60)
        var states: [[UInt8]] = []
        try journal.recover {
            if let state = $0.snapshot { states.append(state) }
        } fix: { _, _, _, _ in
        }
        #expect(states == [[UInt8](repeating: 59, count: 200 * 4096)])
    }
}
