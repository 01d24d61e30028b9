import GRDB
import Positioning
import TestSupport
import Testing

@testable import Engine
@testable import Store

/// A store that is compacted at every opportunity against one that never is: whoever reads must see the same.
@Suite struct CompactionTests {
    private static let devices = ["van-1", "van-2", "van-3", "rare"]

    private static func time(_ second: Int) -> Timestamp { Timestamp(microseconds: Int64(second) * 1_000_000) }

    /// Devices that report in order, late, and wrongly.
    private struct Stream {
        var random: SeededGenerator
        var second = 100_000
        private var taken: [String: Set<Int>] = [:]

        init(seed: UInt64) { random = SeededGenerator(seed: seed) }

        mutating func batch() -> JournalBatch {
            var batch = JournalBatch()
            for _ in 0..<Int.random(in: 1...40, using: &random) {
                second += .random(in: 0...9, using: &random)
                let device =
                    Int.random(in: 0..<40, using: &random) == 0
                    ? devices[3] : devices[Int.random(in: 0..<3, using: &random)]
                var at = second
                if Int.random(in: 0..<8, using: &random) == 0 { at -= .random(in: 0...900, using: &random) }
                guard taken[device, default: []].insert(at).inserted else { continue }
                batch.fixes.append(JournalBatch.Entry(device: device, fix: fix(at), received: received(at)))
                if Int.random(in: 0..<60, using: &random) == 0 {
                    batch.checkpoints.append(Decisions.Checkpoint(device: device, time: time(at), state: [1]))
                }
            }
            withdraw(&batch)
            if Int.random(in: 0..<3, using: &random) > 0 { batch.snapshots = [(devices[0], [7])] }
            return batch
        }

        private mutating func fix(_ second: Int) -> Fix {
            var fix = Made.fix(
                Double(second), Double(Int.random(in: 2_394_000...2_396_000, using: &random)) / 60_000,
                116.4 + Double.random(in: 0...0.01, using: &random))
            if Bool.random(using: &random) { fix.measurements.hdop = nil }
            if Int.random(in: 0..<50, using: &random) == 0 { fix.weeksAdded = 1024 }
            return fix
        }

        private mutating func received(_ second: Int) -> Timestamp? {
            Int.random(in: 0..<3, using: &random) == 0
                ? nil : Timestamp(microseconds: Int64(second) * 1_000_000 + .random(in: 0...9_000_000, using: &random))
        }

        private mutating func withdraw(_ batch: inout JournalBatch) {
            guard Bool.random(using: &random) else { return }
            // In an order that is the same in each run.
            for device in devices {
                guard let at = taken[device, default: []].sorted().randomElement(using: &random) else { continue }
                let reason: Rejection = Bool.random(using: &random) ? .impossible_speed : .future
                batch.withdrawals.append(Decisions.Withdrawal(device: device, time: time(at), reason: reason))
            }
        }

        mutating func moment() -> Timestamp { time(.random(in: 99_990...second + 10, using: &random)) }
    }

    /// All that can be read of a store's fixes.
    private struct Seen: Equatable {
        var tracks: [[Fix]] = []
        var pasts: [[StoredFix]] = []
        var history: [[Fix]] = []
        var holds: [Bool] = []
        var recovered: [Int64] = []
        var count = 0
        var lastFix: Int64 = 0
    }

    private static func look(_ journal: Journal, _ history: StoreHistory, _ moments: [Timestamp]) throws -> Seen {
        var seen = Seen()
        let reader = try StoreReader(path: journal.path)
        for device in devices {
            var bounds: [(from: Timestamp?, to: Timestamp?)] = [(nil, nil), (moments[0], nil), (nil, moments[0])]
            bounds.append((min(moments[0], moments[1]), max(moments[0], moments[1])))
            for bound in bounds {
                var track: [Fix] = []
                _ = try reader.track(device: device, from: bound.from, to: bound.to) { track.append($0) }
                seen.tracks.append(track)
            }
            let past = try reader.atOneMoment { try $0.past(of: device, with: nil) }
            seen.pasts.append(
                (past?.fixes ?? []).map { StoredFix(id: $0.id, fix: $0.entry.fix, received: $0.entry.received) })
            history.newestFix = .max
            seen.history.append(try history.fixes(of: device, after: nil))
            for moment in moments {
                history.newestFix = journal.lastFix - (moment.microseconds % 50)
                seen.history.append(try history.fixes(of: device, after: moment))
                seen.history.append(try history.spikes(of: device, after: moment))
                seen.holds.append(try history.holdsFix(of: device, at: moment))
            }
        }
        try journal.recover(device: { _ in }, fix: { id, _, _, _ in seen.recovered.append(id) })
        seen.count = try reader.summary().fixes
        seen.lastFix = journal.lastFix
        return seen
    }

    /// A pass, or some steps of one that a crash then cuts.
    private static func compact(_ journal: Journal, steps: Int) throws {
        var left = steps
        while left > 0, var pass = try journal.beginCompaction(all: true, sparing: 3) {
            while !pass.isDone, left > 0 {
                try journal.compact(&pass, fixes: 30)
                left -= 1
            }
        }
    }

    private static func sweep(_ journal: Journal, _ cut: Timestamp) throws {
        var sweep = journal.beginSweep(fixesBefore: cut, eventsBefore: nil)
        while !sweep.isDone { try journal.sweep(&sweep, eventFileSeq: .max) }
    }

    @Test(arguments: 1...4) func readersSeeTheSame(seed: UInt64) throws {
        let (one, other) = (try Scratch(), try Scratch())
        var (plain, compacted) = (try Journal(path: one.store), try Journal(path: other.store))
        let histories = (StoreHistory(path: one.store), StoreHistory(path: other.store))
        var stream = Stream(seed: seed)
        for round in 0..<30 {
            let batch = stream.batch()
            _ = try plain.commit(batch)
            _ = try compacted.commit(batch)
            let isCut = Int.random(in: 0..<4, using: &stream.random) == 0
            try Self.compact(compacted, steps: isCut ? .random(in: 0...6, using: &stream.random) : .max)
            if isCut {
                try Journal.reopen(&compacted, other)
                try Journal.reopen(&plain, one)
            } else if round % 10 == 9 {
                let cut = Self.time(stream.second - .random(in: 1000...2000, using: &stream.random))
                try Self.sweep(plain, cut)
                try Self.sweep(compacted, cut)
            }
            guard round % 7 == 0 || round == 29 else { continue }
            let moments = (0..<2).map { _ in stream.moment() }
            let expected = try Self.look(plain, histories.0, moments)
            let seen = try Self.look(compacted, histories.1, moments)
            try #require(seen == expected, "seed \(seed), round \(round)")
        }
        var last = stream.batch()
        last.snapshots = [(Self.devices[0], [7])]
        _ = try compacted.commit(last)
        try Self.compact(compacted, steps: .max)
        let (rows, chunks) = try DatabaseQueue(path: other.store).read { db in
            (try Int.fetchOne(db, sql: "SELECT sum(fixes) FROM fix_page") ?? 0, try Self.chunks(db))
        }
        #expect((3..<3 + Limits.pageBytes / 10).contains(rows) && chunks.count > 4, "seed \(seed)")
        #expect(try StoreReader(path: other.store).atOneMoment { $0.checkIntegrity().count } == 0)
    }

    private static func chunks(_ db: Database) throws -> [Row] {
        let chunks = try Row.fetchAll(db, sql: "SELECT * FROM fix_chunk ORDER BY device, first_us")
        for (a, b) in zip(chunks, chunks.dropFirst()) where (a["device"] as Int64) == b["device"] {
            #expect((a["last_us"] as Int64) < b["first_us"])
        }
        for chunk in chunks { #expect((1..<2 * Limits.chunkFixes).contains(chunk["fixes"] as Int)) }
        return chunks
    }

    /// A recording's batch, that no row is made of but for the newest: late fixes among it, and rows and chunks before.
    @Test func aLargeBatchGoesIntoChunksAtOnce() throws {
        let scratch = try Scratch()
        let journal = try Journal(path: scratch.store)
        var random = SeededGenerator(seed: 5)
        var expected: [String: [Fix]] = [:]
        var seconds = Array(0..<Int(Limits.tailFixes.lowerBound) + 300)
        for place in stride(from: 0, to: seconds.count - 60, by: 50) { seconds.swapAt(place, place + 55) }
        var pass: Compaction?
        for some in [seconds[..<200], seconds[200...]] {
            var batch = JournalBatch()
            for second in some {
                let device = Self.devices[.random(in: 0..<4, using: &random)]
                let entry = JournalBatch.Entry(device: device, fix: Made.fix(Double(second)), received: nil)
                batch.fixes.append(entry)
                expected[device, default: []].append(entry.fix)
            }
            batch.snapshots = []
            _ = try journal.commit(batch)
            if some.startIndex == 0, var begun = try journal.beginCompaction(all: true, sparing: 0) {
                try journal.compact(&begun)
                pass = begun
            }
        }
        #expect(try Made.arrived(in: scratch.store).count == Limits.witnessFixes)
        // A pass that had gathered the first rows writes them no more.
        var begun = try #require(pass)
        while !begun.isDone { try journal.compact(&begun) }
        for (device, fixes) in expected {
            let history = try StoreHistory(path: scratch.store).fixes(of: device, after: nil)
            #expect(history == fixes.sorted { $0.time < $1.time })
        }
        #expect(try Journal.lastFix(in: scratch) == Int64(seconds.count))
    }

    /// What recovery replays stays in rows, and a pass waits until there is enough to make chunks of.
    @Test func onlyWhatASnapshotContainsIsCompacted() throws {
        let scratch = try Scratch()
        let journal = try Journal(path: scratch.store)
        _ = try journal.commit(Made.batch(0..<1500))
        #expect(try journal.beginCompaction(all: true) == nil)
        var batch = Made.batch(1500..<1600)
        batch.snapshots = [("van-1", [1])]
        _ = try journal.commit(batch)
        #expect(try journal.beginCompaction() == nil)
        try journal.compact(all: true)
        // Whole pages of them.
        let left = try Made.arrived(in: scratch.store).map(\.stored.id)
        let first = try #require(left.first)
        #expect((2...601).contains(first) && left == Array(first...1600))
        #expect(try journal.ageReference(now: Self.time(10_000)) == Self.time(1599))
    }

    @Test func aChunkThatCannotBeReadIsDamage() throws {
        let scratch = try Scratch()
        let journal = try Journal(path: scratch.store)
        var batch = Made.batch(0..<1000)
        batch.snapshots = [("van-1", [1])]
        _ = try journal.commit(batch)
        try Self.compact(journal, steps: .max)
        try DatabaseQueue(path: scratch.store).write { try $0.execute(sql: "UPDATE fix_chunk SET bytes = x'0102'") }
        let error = #expect(throws: DatabaseError.self) {
            _ = try StoreReader(path: scratch.store).track(device: "van-1", from: nil, to: nil) { _ in }
        }
        #expect(error.flatMap { StoreError.damage($0, in: scratch.store) } != nil)
    }
}

extension Journal {
    fileprivate static func lastFix(in scratch: Scratch) throws -> Int64 {
        try DatabaseQueue(path: scratch.store).read { try Schema.lastFix($0) }
    }

    /// As after a crash.
    fileprivate static func reopen(_ journal: inout Journal, _ scratch: Scratch) throws {
        // The lock goes with the last reference.
        journal = try Journal(path: scratch.path + "/other.sqlite3")
        journal = try Journal(path: scratch.store)
    }
}
