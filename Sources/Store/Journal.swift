internal import Anomalies
public import Engine
import GRDB
import GRDBSQLite
public import Geometry
public import Positioning

/// How long a commit lasts.
public enum Durability: String, CaseIterable, Sendable {
    /// Survives the end of the process at any instant (WAL, synchronous NORMAL).
    case process
    /// Survives a power cut too (synchronous FULL): every commit waits for the disk.
    case power
}

/// The journal's one writer.
///
/// 1. A batch is committed whole or not at all: its fixes, its events, its rejections, its snapshots. A commit that failed
///    leaves the store as it was and can be tried again. Under ``Durability/power``, it returns when the disk has it.
/// 2. Events are numbered here and nowhere else: `seq` is one more than the last there ever was, also where that one has been
///    deleted by age. The same holds of fixes, whose `id` is their order of arrival.
/// 3. A line never changes once it is committed. Of an event's row only `decided_us` does, and no fix does: one that is
///    withdrawn has a row in `withdrawal`.
/// 4. A retraction names an event that stood until then; none is retracted twice.
/// 5. A device's snapshot contains its fixes up to `recovery.snapshot_fix`, or to its own `after_fix` where that is later;
///    replaying those after it through the same core gives the state that was, and tells nothing, for what was told at them is in
///    the store.
///    The state of a device's link contains its fixes up to its row's `after_fix`, and is committed together with all that its
///    rules told and all that was heard and is no fix: those fixes after it, heard again, give the state that was.
/// 6. A device's checkpoint holds its state after all its fixes up to the checkpoint's time, late ones too; those after it that
///    a late fix has made wrong are deleted in the transaction that keeps the fix.
/// 7. The same input again changes nothing: fixes are known by device and time, rejections by the last time counted.
/// 8. What is deleted by age (``sweep(_:eventFileSeq:)``) is never needed again: of each device stay its newest checkpoint
///    before the cut and all fixes after that; of the events stay those that a consumer or the event file lacks, the enters of
///    stays that last, what a revision from the oldest checkpoint may retract, and the retraction of what stays. What lies
///    not after the device's own `forgotten_us` counts as taken, whether it stays or not; of a device of which no fix was
///    deleted, nothing does.
/// 9. A fix is in a page or in a chunk; ``compact(_:)`` moves it, and whoever reads finds it all the same.
/// 10. One writer: a lock beside the store is held as long as the journal is open. Consumers write nothing but their own rows.
///
/// Not `Sendable`: it belongs to one thread.
public final class Journal {
    public let path: String
    let queue: DatabaseQueue
    private let lock: StoreLock
    let lateHorizon_s: Double
    var deviceNumbers = DeviceNumbers()
    private var rejectionCounts: RejectionCounts
    /// The last event's number; 0 where there is none.
    public private(set) var lastSeq: Int64 = 0
    /// The last event that the event file is known to have had; kept with the next commit, or by ``keepFileSeq()``.
    public var fileSeq: Int64 = 0
    private var keptFileSeq: Int64 = 0
    /// The last fix's number; 0 where there is none.
    public private(set) var lastFix: Int64 = 0
    /// The last that all snapshots contain.
    private(set) var snapshotFix: Int64 = 0
    /// How often a large batch has taken all pages into chunks: a pass that was under way then is over.
    var pagesEmptied = 0
    /// For what is asked of the past here, which is seldom.
    var storedFixes = StoredFixes()
    private var line: [UInt8] = []

    /// Opens a store, makes it where it is missing, and brings it to the newest version.
    /// - Parameters:
    ///   - lateHorizon_s: seconds by which a fix may be late: what that takes is kept.
    ///   - deviceLimit: devices without a fix whose rejections are counted each for itself; those of further ones are
    ///     counted together, as device `*`.
    /// - Throws: ``StoreError``
    public init(
        path: String, durability: Durability = .process, lateHorizon_s: Double = Limits.lateHorizon_s,
        deviceLimit: Int = Limits.devices
    ) throws {
        self.path = path
        self.lateHorizon_s = lateHorizon_s
        rejectionCounts = RejectionCounts(limit: deviceLimit)
        lock = try StoreLock(besides: path)
        try DamageMark.check(besides: path)
        var configuration = Configuration()
        configuration.journalMode = .wal
        configuration.busyMode = .timeout(Limits.storeBusy_s)
        configuration.label = "journal"
        // A row names the number that its device was just given: to look it up once more would take a third of the insert.
        configuration.foreignKeysEnabled = false
        do {
            queue = try DatabaseQueue(path: path, configuration: configuration)
        } catch {
            throw StoreError.opening(path, error)
        }
        do {
            try queue.writeWithoutTransaction { db in
                try Self.checkMode(db, path: path)
                // Only now: opening it in WAL mode has set NORMAL.
                try db.execute(sql: "PRAGMA synchronous = \(durability == .power ? "FULL" : "NORMAL")")
                try db.execute(sql: "PRAGMA wal_autocheckpoint = \(Limits.walPages)")
                try db.execute(sql: "PRAGMA journal_size_limit = \(Limits.walBytesLeft)")
                try Schema.migrate(db, path: path)
                try Self.keepLogFiles(db)
            }
        } catch {
            throw StoreError.opening(path, error)
        }
        try queue.read { db in
            lastSeq = try Schema.lastSeq(db)
            lastFix = try Schema.lastFix(db)
            keptFileSeq = try Int64.fetchOne(db, sql: "SELECT file_seq FROM recovery") ?? 0
            snapshotFix = try Int64.fetchOne(db, sql: "SELECT snapshot_fix FROM recovery") ?? 0
            deviceNumbers = try DeviceNumbers(db)
            try rejectionCounts.begin(db)
        }
        fileSeq = keptFileSeq
    }

    /// A disk that fails in the moment of the change leaves the old mode, and says nothing.
    private static func checkMode(_ db: Database, path: String) throws {
        let mode = try String.fetchOne(db, sql: "PRAGMA journal_mode") ?? ""
        guard mode == "wal" else {
            throw StoreError.cannotOpen(
                path: path, why: "it stays in the journal mode \(mode) and needs WAL, which needs a local file system")
        }
    }

    /// Leaves the store's -wal and -shm files where they are when it is closed: without them, who may not write the folder
    /// could not read the store while no daemon runs.
    static func keepLogFiles(_ db: Database) throws {
        var on: Int32 = 1
        let code = unsafe sqlite3_file_control(db.sqliteConnection, "main", SQLITE_FCNTL_PERSIST_WAL, &on)
        guard code == SQLITE_OK else { throw DatabaseError(resultCode: ResultCode(rawValue: code)) }
    }

    /// Commits a batch.
    /// - Returns: the events' lines with their numbers, as they now stand in the store.
    /// - Throws: ``CommitError``; then nothing of the batch is in the store and the journal stays usable.
    public func commit(_ batch: JournalBatch) throws -> CommittedEvents {
        var committed = CommittedEvents(after: lastSeq)
        guard !batch.isEmpty else { return committed }
        var newDevices: [String] = []
        var (fixID, reached) = (lastFix, snapshotFix)
        var counts = rejectionCounts
        do {
            try queue.write { db in
                let left =
                    batch.snapshots == nil || batch.snapshotsReach < .max
                    ? batch.fixes[...]
                    : try appendChunks(batch.fixes, db, &fixID) {
                        try number(of: $0.device, at: $0.number, db, &newDevices)
                    }
                try append(left, db, &fixID, &newDevices)
                try append(batch.events, db, &committed)
                try counts.add(batch.rejections, hasFix: { deviceNumbers[$0] != nil }, db)
                for event in batch.redecided {
                    let seq = try seq(of: event, as: event.kind, db)
                    try db.cachedStatement(sql: "UPDATE event SET decided_us = ? WHERE seq = ?")
                        .execute(arguments: [event.decided.microseconds, seq])
                }
                try Withdrawals.add(batch.withdrawals, db) { try number(of: $0, db, &newDevices) }
                try keep(batch.checkpoints, db, &newDevices)
                if let fences = batch.fences {
                    try FenceTables.adopt(fences, after: fixID, lateHorizon_s: lateHorizon_s, db)
                }
                if let fleet = batch.fleet {
                    try FleetTables.keep(fleet, db) { try number(of: $0, db, &newDevices) }
                }
                if let snapshots = batch.snapshots {
                    reached = max(snapshotFix, min(batch.snapshotsReach, fixID))
                    try keep(snapshots, upTo: fixID, reaching: reached, db, &newDevices)
                }
                try keep(batch.links, upTo: fixID, db, &newDevices)
                try keep(fileSeq: fileSeq, db)
            }
        } catch {
            for device in newDevices { deviceNumbers.remove(device) }
            throw CommitError(error)
        }
        rejectionCounts = counts
        lastFix = fixID
        snapshotFix = reached
        lastSeq = committed.lastSeq
        keptFileSeq = fileSeq
        return committed
    }

    /// Takes all that is in the WAL into the store's file, and empties it, unless a reader stays in the way: after a batch that
    /// was far greater than others are, as the next start after a crash reads all of it again.
    public func emptyLog() { try? queue.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) } }

    /// Keeps ``fileSeq`` where no batch comes that would.
    /// - Throws: ``CommitError``
    public func keepFileSeq() throws {
        guard fileSeq != keptFileSeq else { return }
        do {
            try queue.write { try keep(fileSeq: fileSeq, $0) }
        } catch {
            throw CommitError(error)
        }
        keptFileSeq = fileSeq
    }

    private func keep(fileSeq: Int64, _ db: Database) throws {
        guard fileSeq != keptFileSeq else { return }
        try db.cachedStatement(sql: "UPDATE recovery SET file_seq = ?").execute(arguments: [fileSeq])
    }

    private func append(
        _ fixes: ArraySlice<JournalBatch.Entry>, _ db: Database, _ id: inout Int64, _ newDevices: inout [String]
    ) throws {
        guard !fixes.isEmpty else { return }
        var page = FixPage(from: id + 1)
        for entry in fixes {
            id += 1
            let device = try number(of: entry.device, at: entry.number, db, &newDevices)
            page.append(entry.fix, id: id, of: device, received: entry.received)
            guard page.isFull else { continue }
            try PageTable.insert(page, db)
            page = FixPage(from: id + 1)
        }
        if page.count > 0 { try PageTable.insert(page, db) }
    }

    private func append(_ events: [Event], _ db: Database, _ committed: inout CommittedEvents) throws {
        guard !events.isEmpty else { return }
        let insert = RowInsert(
            try db.cachedStatement(sql: "INSERT INTO event VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"))
        for event in events {
            line.removeAll(keepingCapacity: true)
            let seq = committed.lastSeq + 1
            let retracts = try event.retracted.flatMap { try self.seq(of: event, as: $0, db) }
            event.appendJSON(seq: seq, retracts: retracts, to: &line)
            insert.bind(1, seq)
            insert.bind(2, event.kind.rawValue)
            insert.bind(3, event.device)
            insert.bind(4, event.fence)
            insert.bind(5, event.time.microseconds)
            insert.bind(6, event.detected.microseconds)
            insert.bind(7, event.received?.microseconds)
            insert.bind(8, event.coordinate?.latitude)
            insert.bind(9, event.coordinate?.longitude)
            insert.bind(10, event.accuracy_m)
            insert.bind(11, event.anomaly == nil ? event.uncertainty_s : nil)
            insert.bind(12, event.anomaly == nil ? event.confidence : nil)
            insert.bind(13, event.isInitial ? 1 : 0)
            insert.bind(14, event.isLate ? 1 : 0)
            insert.bind(15, event.decided.microseconds)
            insert.bind(16, retracts)
            insert.bind(17, event.retracted?.rawValue)
            insert.bind(18, String(decoding: line, as: UTF8.self))
            insert.bind(19, event.anomaly?.rule.rawValue)
            insert.bind(20, event.anomaly?.state.rawValue)
            insert.bind(21, event.anomaly?.id(device: event.device, fence: event.fence))
            try insert.run(db)
            committed.append(line, seq: seq)
        }
    }

    /// The number of the standing event with this event's line, but for its type.
    private func seq(of event: Event, as kind: Event.Kind, _ db: Database) throws -> Int64? {
        try Int64.fetchOne(
            db,
            sql: """
                SELECT max(seq) FROM event e WHERE device = ? AND time_us = ? AND type = ? AND fence IS ? AND detected_us = ?
                AND anomaly IS ? AND state IS ?
                AND NOT EXISTS (SELECT 1 FROM event r WHERE r.retracts = e.seq)
                """,
            arguments: [
                event.device, event.time.microseconds, kind.rawValue, event.fence, event.detected.microseconds,
                event.anomaly?.id(device: event.device, fence: event.fence), event.anomaly?.state.rawValue,
            ])
    }

    private func keep(
        _ checkpoints: [Decisions.Checkpoint], _ db: Database, _ newDevices: inout [String]
    ) throws {
        guard !checkpoints.isEmpty else { return }
        let insert = RowInsert(try db.cachedStatement(sql: "INSERT OR REPLACE INTO checkpoint VALUES (?,?,?)"))
        for checkpoint in checkpoints {
            let device = try number(of: checkpoint.device, db, &newDevices)
            if let state = checkpoint.state {
                insert.bind(1, device)
                insert.bind(2, checkpoint.time.microseconds)
                insert.bind(3, blob: state)
                try insert.run(db)
                let horizon = checkpoint.time.advanced(bySeconds: -lateHorizon_s - 2 * Limits.checkpointEvery_s)
                try thinCheckpoints(of: device, before: horizon, db)
            } else {
                try db.cachedStatement(sql: "DELETE FROM checkpoint WHERE device = ? AND time_us > ?")
                    .execute(arguments: [device, checkpoint.time.microseconds])
            }
        }
    }

    /// Before the horizon no late fix asks for a checkpoint any more: one a day is enough to begin a verification from, and
    /// to delete fixes up to.
    private func thinCheckpoints(of device: Int64, before horizon: Timestamp, _ db: Database) throws {
        try db.cachedStatement(
            sql: """
                DELETE FROM checkpoint WHERE device = ?1 AND time_us >= ?3 AND time_us <
                (SELECT max(time_us) FROM checkpoint WHERE device = ?1 AND time_us < ?2)
                AND time_us > ifnull((SELECT forgotten_us FROM device WHERE number = ?1), time_us - 1)
                AND EXISTS (SELECT 1 FROM checkpoint first WHERE first.device = ?1
                AND first.time_us < checkpoint.time_us
                AND first.time_us >= checkpoint.time_us - (checkpoint.time_us % ?4 + ?4) % ?4)
                """
        ).execute(arguments: [
            device, horizon.microseconds,
            horizon.advanced(bySeconds: -Limits.thinningReach * lateHorizon_s).microseconds,
            Timestamp.microsecondsPerDay,
        ])
    }

    /// Asks in no transaction, since nobody else writes what is asked for: GRDB's would forbid the connection to write meanwhile, by
    /// a pragma that makes SQLite prepare every statement anew.
    func ask<Answer>(_ question: (Database) throws -> Answer) throws -> Answer { try queue.inDatabase(question) }

    /// The devices that the store had at its opening.
    public var storedDevices: Dictionary<String, Int64>.Keys { deviceNumbers.stored.keys }

    public var deviceCount: Int { deviceNumbers.count }

    /// - Parameter place: see ``JournalBatch/Entry/number``.
    func number(
        of device: String, at place: Int? = nil, _ db: Database, _ newDevices: inout [String]
    ) throws -> Int64 {
        if let number = deviceNumbers.number(of: device, at: place) { return number }
        let insert = RowInsert(try db.cachedStatement(sql: "INSERT INTO device(id) VALUES (?)"))
        insert.bind(1, device)
        try insert.run(db)
        let number = db.lastInsertedRowID
        try Forgotten.resume(device, number: number, db)
        deviceNumbers.add(number, of: device)
        newDevices.append(device)
        return number
    }

    /// The sets of fences that were in force, by ascending time; none where the store was never told.
    /// - Parameter known: files at hand, which mostly are the stored ones: those share their memory.
    public func fenceVersions(sharing known: [FenceFile] = []) throws -> [StoredFences] {
        let same = StoredFence.same(try queue.read { try FenceTables.rows(named: known, $0) }, in: path)
        return try queue.read { try FenceTables.all(sharing: same, $0) }
    }

    /// The lines of the events after `seq`, at most `limit` of them.
    public func events(after seq: Int64, limit: Int) throws -> CommittedEvents {
        var events = CommittedEvents(after: seq)
        try queue.read { db in
            let rows = try Row.fetchCursor(
                db, sql: "SELECT seq, json FROM event WHERE seq > ? ORDER BY seq LIMIT ?", arguments: [seq, limit])
            while let row = try rows.next() {
                let text: String = try row.value(at: 1)
                events.append(Array(text.utf8), seq: try row.value(at: 0))
            }
        }
        return events
    }
}

/// Lines of consecutive events.
public struct CommittedEvents: Equatable, Sendable {
    /// The number before the first of them.
    public let after: Int64
    /// The lines, each with its line end.
    public private(set) var bytes: [UInt8] = []
    public private(set) var count = 0

    /// The number of the last of them; ``after`` where there is none.
    public private(set) var lastSeq: Int64

    /// The number of the first of them, of which there must be one: higher than ``after`` by more than one where the store
    /// has those between no more.
    var first: Int64 { lastSeq - Int64(count) + 1 }

    public init(after: Int64) {
        self.after = after
        lastSeq = after
    }

    mutating func append(_ line: [UInt8], seq: Int64) {
        bytes.append(contentsOf: line)
        bytes.append(UInt8(ascii: "\n"))
        count += 1
        lastSeq = seq
    }
}
