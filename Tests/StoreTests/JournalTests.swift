import Engine
import Foundation
import GRDB
import Positioning
import Store
import TestSupport
import Testing

@Suite struct JournalTests {
    @Test func numbersEventsWithoutHolesAcrossReopening() throws {
        let scratch = try Scratch()
        for round in 0..<3 {
            let journal = try Journal(path: scratch.store)
            let committed = try journal.commit(Made.batch(round * 10..<round * 10 + 10))
            #expect(committed.after == Int64(round * 10) && committed.lastSeq == Int64(round * 10 + 10))
        }
        var seqs: [Int64] = []
        _ = try StoreReader(path: scratch.store).events(matching: .init(), limit: 1000) { seqs.append($0.seq) }
        #expect(seqs == Array(1...30))
    }

    @Test func theLineInTheStoreIsTheLineThatWasGiven() throws {
        let scratch = try Scratch()
        let committed = try Journal(path: scratch.store).commit(Made.batch(0..<5))
        var lines = ""
        _ = try StoreReader(path: scratch.store).events(matching: .init(), limit: 10) { lines += $0.json + "\n" }
        #expect(Array(lines.utf8) == committed.bytes && !lines.isEmpty)
    }

    /// What comes back from the store must be what the core saw, to the last bit: decisions are made from it again.
    @Test func fixesComeBackBitForBit() throws {
        let scratch = try Scratch()
        var random = SeededGenerator(seed: 1)
        var batch = JournalBatch()
        for second in 0..<500 {
            var fix = Made.fix(
                Double(second), Double.random(in: -90...90, using: &random),
                Double.random(in: -180...180, using: &random))
            if Bool.random(using: &random) { fix.measurements = Measurements() }
            if Bool.random(using: &random) { fix.measurements.speed_mps = Double.random(in: 0...1, using: &random) }
            if Bool.random(using: &random) { fix.measurements.reportedAccuracy_m = 0.1 + 0.2 }
            batch.fixes.append(
                JournalBatch.Entry(
                    device: "d\(second % 7)", fix: fix, received: second % 2 == 0 ? fix.time : nil))
        }
        let journal = try Journal(path: scratch.store)
        _ = try journal.commit(batch)
        var back: [(String, Fix, Timestamp?)] = []
        try journal.recover(device: { _ in }, fix: { back.append(($1, $2, $3)) })
        #expect(back.count == 500)
        for (entry, read) in zip(batch.fixes, back) {
            #expect(entry.device == read.0 && entry.fix == read.1 && entry.received == read.2)
        }
    }

    /// Numbers spare the journal a look for the device's name, and mean nothing: here they are drawn.
    @Test(arguments: UInt64(1)...3) func theDevicesNumbersMakeNoDifference(seed: UInt64) throws {
        let scratches = try (Scratch(), Scratch())
        var random = SeededGenerator(seed: seed)
        let journals = (try Journal(path: scratches.0.store), try Journal(path: scratches.1.store))
        for round in 0..<10 {
            var batch = JournalBatch()
            for second in 0..<Int.random(in: 1...100, using: &random) {
                batch.fixes.append(
                    JournalBatch.Entry(
                        device: "d\(Int.random(in: 0..<30, using: &random))",
                        fix: Made.fix(Double(100 * round + second)), received: nil))
            }
            _ = try journals.0.commit(batch)
            for index in batch.fixes.indices where Int.random(in: 0..<9, using: &random) > 0 {
                batch.fixes[index].number = .random(in: 0..<20, using: &random)
            }
            _ = try journals.1.commit(batch)
        }
        let kept = try (Made.arrived(in: scratches.0.store), Made.arrived(in: scratches.1.store))
        #expect(kept.0 == kept.1 && !kept.0.isEmpty, "seed \(seed)")
    }

    @Test func recoveryGivesSnapshotsAndOnlyTheFixesAfterThem() throws {
        let scratch = try Scratch()
        do {
            let journal = try Journal(path: scratch.store)
            _ = try journal.commit(Made.batch(0..<10))
            var second = Made.batch(10..<20, device: "van-2")
            second.snapshots = [("van-1", [1, 2, 3]), ("van-2", [4]), ("quiet", [])]
            _ = try journal.commit(second)
            _ = try journal.commit(Made.batch(20..<23))
        }
        let journal = try Journal(path: scratch.store)
        var snapshots: [String: [UInt8]] = [:]
        var seconds: [Int64] = []
        try journal.recover(
            device: { snapshots[$0.id] = $0.snapshot },
            fix: { _, device, fix, _ in
                seconds.append(fix.time.microseconds / 1_000_000 + (device == "van-1" ? 0 : 1000))
            })
        #expect(snapshots == ["van-1": [1, 2, 3], "van-2": [4], "quiet": []])
        #expect(seconds == [20, 21, 22])
    }

    @Test func aFailedCommitLeavesNothingAndTheNextOneSucceeds() throws {
        let scratch = try Scratch()
        let journal = try Journal(path: scratch.store)
        _ = try journal.commit(Made.batch(0..<3))
        let other = try DatabaseQueue(path: scratch.store)
        // A trigger stands in for a disk that fails in the middle of a batch: after fixes and one event went in.
        try other.write {
            try $0.execute(
                sql: """
                    CREATE TRIGGER full BEFORE INSERT ON event WHEN NEW.seq = 5 BEGIN SELECT RAISE(ABORT, 'no room'); END
                    """)
        }
        #expect(throws: (any Error).self) { try journal.commit(Made.batch(3..<9, device: "new")) }
        #expect(journal.lastSeq == 3)
        #expect(try StoreReader(path: scratch.store).counts() == [1, 3, 3])
        try other.write { try $0.execute(sql: "DROP TRIGGER full") }
        #expect(try journal.commit(Made.batch(3..<9, device: "new")).lastSeq == 9)
        #expect(try StoreReader(path: scratch.store).counts() == [2, 9, 9])
    }

    @Test func rejectionsAddUpByDeviceAndReasonAndRepetitionsDoNot() throws {
        let scratch = try Scratch()
        let journal = try Journal(path: scratch.store)
        func rejected() throws -> [String: Int] { try StoreReader(path: scratch.store).summary().rejected }
        for _ in 0..<2 {
            for round in Int64(1)...3 {
                var batch = JournalBatch()
                batch.reject(.void, device: "a", time: Timestamp(microseconds: round))
                batch.reject(.zero, device: "b", time: Timestamp(microseconds: round))
                batch.reject(.duplicate, device: "a", time: Timestamp(microseconds: round))
                _ = try journal.commit(batch)
            }
            #expect(try rejected() == ["void": 3, "zero": 3])
        }
        var batch = JournalBatch()
        batch.reject(.undated, device: "a", time: nil)
        _ = try journal.commit(batch)
        #expect(try rejected() == ["void": 3, "zero": 3, "undated": 1])
    }

    @Test func idsThatDifferInWhatSwiftHoldsEqualOrCUnseenAreKept() throws {
        let scratch = try Scratch()
        let journal = try Journal(path: scratch.store)
        for device in ["a", "a\u{0}b", "e\u{301}", "\u{e9}", "\"quoted\"", "line\nend"] {
            _ = try journal.commit(Made.batch(0..<1, device: device))
        }
        #expect(try StoreReader(path: scratch.store).summary().events == 6)
    }

    @Test func aSecondWriterIsRefusedAndTheFirstGoesOn() throws {
        let scratch = try Scratch()
        let files = FileManager.default
        try files.createSymbolicLink(atPath: scratch.path + "/link.sqlite3", withDestinationPath: scratch.store)
        try files.createSymbolicLink(atPath: scratch.path + "/folder", withDestinationPath: scratch.path)
        // It is made here: its folder already has two names.
        let first = try Journal(path: scratch.path + "/folder/" + (scratch.store as NSString).lastPathComponent)
        for name in [scratch.store, scratch.path + "/link.sqlite3"] {
            do {
                _ = try Journal(path: name)
                Issue.record("two writers")
            } catch let error as StoreError {
                guard case .inUse = error else { throw error }
            }
        }
        _ = try first.commit(Made.batch(0..<1))
    }

    @Test func whatIsNoStoreIsRefusedUntouched() throws {
        let scratch = try Scratch()
        let other = try DatabaseQueue(path: scratch.store)
        try other.write { try $0.execute(sql: "CREATE TABLE theirs(x); INSERT INTO theirs VALUES (1)") }
        #expect(throws: StoreError.self) { try Journal(path: scratch.store) }
        #expect(throws: StoreError.self) { try StoreReader(path: scratch.store) }
        #expect(try other.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM sqlite_master") } == 1)
        try Data("plainly no database, but a text of some length that SQLite won't read".utf8)
            .write(to: URL(fileURLWithPath: scratch.path + "/text"))
        #expect(throws: (any Error).self) { try Journal(path: scratch.path + "/text") }
        #expect(throws: StoreError.self) { try StoreReader(path: scratch.path + "/missing") }
        #expect(throws: StoreError.self) { try Journal(path: scratch.path + "/no/such/folder/s.sqlite3") }
    }

    @Test func aNewerStoreIsRefused() throws {
        let scratch = try Scratch()
        _ = try Journal(path: scratch.store)
        try DatabaseQueue(path: scratch.store).writeWithoutTransaction {
            try $0.execute(sql: "PRAGMA user_version = 99")
        }
        do {
            _ = try Journal(path: scratch.store)
            Issue.record("opened")
        } catch let error as StoreError {
            guard case .newer(_, version: 99, _) = error else { throw error }
        }
    }

    @Test func readersReadWhileTheJournalWrites() throws {
        let scratch = try Scratch()
        let journal = try Journal(path: scratch.store)
        let reader = try StoreReader(path: scratch.store)
        for round in 0..<20 {
            _ = try journal.commit(Made.batch(round..<round + 1))
            var count = 0
            _ = try reader.events(matching: .init(), limit: 100) { _ in count += 1 }
            #expect(count == round + 1)
        }
    }

    @Test func filtersAndPages() throws {
        let scratch = try Scratch()
        let journal = try Journal(path: scratch.store)
        var batch = JournalBatch()
        for index in 0..<60 {
            batch.events.append(
                Made.event(
                    Double(index), device: index % 2 == 0 ? "even" : "odd", fence: index % 3 == 0 ? "a" : "b",
                    kind: index % 5 == 0 ? .exit : .enter))
        }
        _ = try journal.commit(batch)
        let reader = try StoreReader(path: scratch.store)
        func seqs(_ filter: StoreReader.EventFilter, page: Int) throws -> [Int64] {
            var seqs: [Int64] = []
            var filter = filter
            while true {
                let last = try reader.events(matching: filter, limit: page) { seqs.append($0.seq) }
                if last == filter.since { return seqs }
                filter.since = last
            }
        }
        let expected = (1...60).filter { ($0 - 1) % 2 == 0 && ($0 - 1) % 3 == 0 && ($0 - 1) % 5 == 0 && $0 > 2 }.map(
            Int64.init)
        for page in [1, 2, 7, 100] {
            #expect(
                try seqs(.init(since: 2, device: "even", fence: "a", type: "exit"), page: page) == expected)
        }
    }
}

extension StoreReader {
    fileprivate func counts() throws -> [Int] {
        let summary = try summary()
        return [summary.devices, summary.fixes, summary.events]
    }
}
