import Engine
import GRDB
import Positioning
import Store
import TestSupport
import Testing

@Suite struct RejectionCountsTests {
    private func rows(_ scratch: Scratch) throws -> [String: Int] {
        try DatabaseQueue(path: scratch.store).read { db in
            let rows = try Row.fetchAll(db, sql: "SELECT device, reason, count FROM rejected")
            return Dictionary(rows.map { ("\($0[0] as String) \($0[1] as String)", $0[2] as Int) }, uniquingKeysWith: +)
        }
    }

    private func batch(_ devices: some Sequence<String>, _ reasons: [Rejection], second: Double?) -> JournalBatch {
        var batch = JournalBatch()
        for device in devices {
            for reason in reasons {
                batch.reject(reason, device: device, time: second.map { World.start.advanced(bySeconds: $0) })
            }
        }
        return batch
    }

    /// A flood of made-up ids, over restarts: so many rows as there may be, and one for all others. Who has a fix keeps its own.
    @Test func madeUpDevicesGrowNoTable() throws {
        let scratch = try Scratch()
        for round in 0..<4 {
            let journal = try Journal(path: scratch.store, deviceLimit: 10)
            var known = Made.batch(0..<3)
            known.snapshots = nil
            if round == 0 { _ = try journal.commit(known) }
            let strangers = (0..<100).map { "made-up-\(round * 50 + $0)" }
            _ = try journal.commit(batch(strangers, [.void, .coarse], second: Double(round)))
            _ = try journal.commit(batch(["van-1"], [.void], second: Double(round)))
        }
        let rows = try rows(scratch)
        let devices = Set(rows.keys.map { $0.split(separator: " ")[0] })
        #expect(devices.filter { $0.hasPrefix("made-up") }.count == 10)
        let journal = try Journal(path: scratch.store, deviceLimit: 10)
        #expect(journal.deviceCount == 1 && rows["van-1 void"] == 4)
        #expect(rows.values.reduce(0, +) == 804, "every report is counted somewhere")
        #expect((rows["* void"] ?? 0) > 300 && rows["* void"] == rows["* coarse"])
    }

    @Test func theSameAgainChangesNothing() throws {
        let scratch = try Scratch()
        let flood = batch((0..<50).map { "made-up-\($0)" }, [.void], second: 1)
        for _ in 0..<3 { _ = try Journal(path: scratch.store, deviceLimit: 5).commit(flood) }
        #expect(try rows(scratch).values.reduce(0, +) == 50)
    }

    @Test func aBatchThatFailedCountsNothing() throws {
        let scratch = try Scratch()
        let journal = try Journal(path: scratch.store, deviceLimit: 2)
        try DatabaseQueue(path: scratch.store).write {
            try $0.execute(
                sql: """
                    CREATE TRIGGER fault BEFORE INSERT ON rejected WHEN NEW.device = 'bad'
                    BEGIN SELECT RAISE(ABORT, 'fault'); END
                    """)
        }
        for _ in 0..<3 {
            #expect(throws: CommitError.self) { _ = try journal.commit(batch(["bad"], [.void], second: nil)) }
        }
        _ = try journal.commit(batch(["a", "b", "c"], [.void], second: nil))
        #expect(try rows(scratch).keys.filter { $0.hasPrefix("*") }.count == 1)
        #expect(try rows(scratch).count == 3)
    }
}
