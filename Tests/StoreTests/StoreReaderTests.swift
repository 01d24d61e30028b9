import Foundation
import GRDB
import Glibc
import Positioning
import Store
import TestSupport
import Testing

@Suite struct StoreReaderTests {
    /// A reader that takes its time over a row keeps nobody from writing the WAL back.
    @Test func rowsAreHandedOverAfterTheRead() throws {
        let scratch = try Scratch()
        let journal = try Journal(path: scratch.store)
        _ = try journal.commit(Made.batch(0..<4))
        let reader = try StoreReader(path: scratch.store)
        let other = try DatabaseQueue(path: scratch.store)
        var checked = 0
        func check() throws {
            _ = try journal.commit(Made.batch((10 * checked + 10)..<(10 * checked + 11)))
            let busy = try other.writeWithoutTransaction {
                try Int.fetchOne($0, sql: "PRAGMA wal_checkpoint(TRUNCATE)")
            }
            #expect(busy == 0)
            checked += 1
        }
        _ = try reader.events(matching: .init(), limit: 4) { event in if event.seq == 2 { try check() } }
        var fixes = 0
        _ = try reader.track(device: "van-1", from: nil, to: nil) { _ in
            if fixes == 1 { try check() }
            fixes += 1
        }
        #expect(checked == 2 && fixes == 5)
    }

    /// Whoever reads a track sees which dates were corrected, and recovery gives them as they were taken.
    @Test func correctedDatesAreMarked() throws {
        let scratch = try Scratch()
        let journal = try Journal(path: scratch.store)
        var batch = Made.batch(0..<3)
        batch.fixes[1].fix.weeksAdded = 1024
        _ = try journal.commit(batch)
        var weeks: [Int] = []
        _ = try StoreReader(path: scratch.store).track(device: "van-1", from: nil, to: nil) {
            weeks.append($0.weeksAdded)
        }
        #expect(weeks == [0, 1024, 0])
        weeks = []
        try journal.recover(device: { _ in }, fix: { _, _, fix, _ in weeks.append(fix.weeksAdded) })
        #expect(weeks == [0, 1024, 0])
    }

    /// More than a page, and not in the order of time: each fix once, by time.
    @Test func aLongTrackIsWholeAndInOrder() throws {
        let scratch = try Scratch()
        let journal = try Journal(path: scratch.store)
        let count = 2 * Limits.trackPage + 1
        var batch = JournalBatch()
        for second in (0..<count).reversed() {
            batch.fixes.append(.init(device: "van-1", fix: Made.fix(Double(second)), received: nil))
        }
        _ = try journal.commit(batch)
        let reader = try StoreReader(path: scratch.store)
        func seconds(_ from: Double?, _ to: Double?) throws -> [Int64] {
            var seconds: [Int64] = []
            let times = [from, to].map { $0.map { Timestamp(microseconds: Int64($0 * 1e6)) } }
            #expect(
                try reader.track(device: "van-1", from: times[0], to: times[1]) {
                    seconds.append($0.time.microseconds / 1_000_000)
                })
            return seconds
        }
        #expect(try seconds(nil, nil) == (0..<count).map(Int64.init))
        #expect(try seconds(5, Double(Limits.trackPage + 5)) == (5..<Limits.trackPage + 5).map(Int64.init))
        #expect(try seconds(8, 8).isEmpty)
        #expect(try !reader.track(device: "nobody", from: nil, to: nil) { _ in })
    }

    /// A backup was put back: who waits for the event after one that is not there any more would wait, and then miss some.
    @Test func whoHasReadMoreThanThereIsIsToldSo() throws {
        let scratch = try Scratch()
        let journal = try Journal(path: scratch.store)
        let reader = try StoreReader(path: scratch.store)
        try reader.checkReached(0)
        let error = #expect(throws: StoreError.self) { try reader.checkReached(1) }
        #expect(error?.isOfTheReader == true && error?.description.contains("--since 0") == true)
        _ = try journal.commit(Made.batch(0..<5))
        try reader.checkReached(5)
        #expect(throws: StoreError.self) { try reader.checkReached(6) }
        // Deleted by age: they were there.
        var sweep = journal.beginSweep(
            fixesBefore: Timestamp(microseconds: .max), eventsBefore: Timestamp(microseconds: .max))
        while !sweep.isDone { try journal.sweep(&sweep, eventFileSeq: .max) }
        try reader.checkReached(5)
    }

    @Test func whatIsNoStoreIsNamedAsWhatItIs() throws {
        let scratch = try Scratch()
        let text = try scratch.write(String(repeating: "no database at all\n", count: 100), to: "text")
        func words(_ path: String) -> String {
            let error = #expect(throws: StoreError.self) { try StoreReader(path: path) }
            return error?.description ?? ""
        }
        #expect(words(text).contains("not a store of geofenced"))
        #expect(words(text + "/below").contains("there is no store here"))
        #expect(words(scratch.path + "/none").contains("there is no store here"))
    }

    @Test(.enabled(if: geteuid() != 0, "root may read everything")) func aForbiddenStoreIsNotAMissingOne() throws {
        let scratch = try Scratch()
        try scratch.write("", to: "closed/s.sqlite3")
        try setMode("closed", in: scratch, 0)
        defer { try? setMode("closed", in: scratch, 0o700) }
        let error = #expect(throws: StoreError.self) { try StoreReader(path: scratch.path + "/closed/s.sqlite3") }
        #expect(error?.description.contains("group") == true)
    }

    private func setMode(_ name: String, in scratch: Scratch, _ mode: Int) throws {
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: "\(scratch.path)/\(name)")
    }
}
