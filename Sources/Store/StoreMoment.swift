public import Engine
import GRDB
internal import Positioning

/// A store as it is at one moment, for verification: all that is read comes from the same snapshot, while the daemon goes on.
public final class StoreMoment {
    let db: Database
    /// The last event there ever was.
    public let lastSeq: Int64
    /// Events up to this one may have been deleted by age.
    public let keptSeq: Int64
    /// The last event that the event file is known to have had.
    public let fileSeq: Int64
    private var fixes = StoredFixes()

    fileprivate init(_ db: Database) throws {
        self.db = db
        lastSeq = try Schema.lastSeq(db)
        let recovery = try Row.fetchOne(db, sql: "SELECT kept_seq, file_seq FROM recovery")
        keptSeq = try recovery?.value("kept_seq") ?? 0
        fileSeq = try recovery?.value("file_seq") ?? 0
    }

    /// The line of an event; `nil` where there is none.
    public func line(of seq: Int64) throws -> String? {
        try String.fetchOne(db.cachedStatement(sql: "SELECT json FROM event WHERE seq = ?"), arguments: [seq])
    }

    /// Whether the store has an event between the two, neither of them counted.
    public func hasEvents(after first: Int64, before last: Int64) throws -> Bool {
        try Bool.fetchOne(
            db, sql: "SELECT EXISTS (SELECT 1 FROM event WHERE seq > ? AND seq < ?)", arguments: [first, last]) ?? false
    }

    /// The devices, in the order in which they were first seen.
    public func devices() throws -> [String] { try String.fetchAll(db, sql: "SELECT id FROM device ORDER BY number") }

    /// The sets of fences that came into force one after the other up to now, the last of them in force; none where the store
    /// was never told.
    public func fences() throws -> [StoredFences] { try FenceTables.unbroken(db) }

    /// What the store has of one device to decide its past from once more.
    public struct DevicePast {
        /// Where to begin; `nil`: from nothing.
        public var base: Decisions.Checkpoint?
        /// The fixes after it, in the order of arrival, with their numbers in the journal.
        public var fixes: [(id: Int64, entry: JournalBatch.Entry)] = []
        /// The standing events that were decided at them.
        public var events: [(seq: Int64, event: Event)] = []
    }

    /// - Parameter first: the oldest fences that it can be decided with.
    /// - Returns: `nil` where other fences held before, and no state since then is kept.
    public func past(of device: String, with first: StoredFences?) throws -> DevicePast? {
        guard
            let number = try Int64.fetchOne(
                db.cachedStatement(sql: "SELECT number FROM device WHERE id = ?"), arguments: [device])
        else { return nil }
        var past = DevicePast()
        let forgotten = try Forgotten.time(of: device, db)
        if let first, first.afterFix > 0 {
            past.base = try base(of: device, number, since: max(first.since.microseconds, forgotten ?? .min)) {
                try fixes.all(of: number, from: $0, before: $0 &+ 1, db).contains { $0.id > first.afterFix }
            }
            if past.base == nil { return nil }
        } else if forgotten != nil {
            // After the oldest checkpoint all fixes are there, whatever retention took.
            past.base = try base(of: device, number, since: .min) { _ in true }
        }
        let begin = past.base?.time.microseconds ?? .min
        let from = past.base.map { $0.time.microseconds &+ 1 } ?? .min
        for stored in try fixes.all(of: number, from: from, db).sorted(by: { $0.id < $1.id }) {
            let entry = JournalBatch.Entry(device: device, fix: stored.fix, received: stored.received)
            past.fixes.append((stored.id, entry))
        }
        let events = try Row.fetchCursor(
            db.cachedStatement(
                sql: """
                    SELECT * FROM event e WHERE device = ? AND decided_us > ? AND type <> 'retract'
                    AND \(StandingEvents.stands("e")) ORDER BY seq
                    """), arguments: [device, begin])
        while let row = try events.next() {
            if let event = try Event(row) { past.events.append((try row.value("seq"), event)) }
        }
        return past
    }

    /// The first checkpoint from a time on that meets a condition, which is given its time.
    private func base(
        of device: String, _ number: Int64, since time_us: Int64, where isMet: (Int64) throws -> Bool
    ) throws -> Decisions.Checkpoint? {
        let rows = try Row.fetchCursor(
            db.cachedStatement(
                sql: "SELECT time_us, state FROM checkpoint WHERE device = ? AND time_us >= ? ORDER BY time_us"),
            arguments: [number, time_us])
        while let row = try rows.next() {
            let time: Int64 = try row.value(at: 0)
            guard try isMet(time) else { continue }
            return Decisions.Checkpoint(
                device: device, time: Timestamp(microseconds: time),
                state: try row.withUnsafeData(atIndex: 1) { $0.map(Array.init) })
        }
        return nil
    }
}

extension StoreReader {
    /// - Parameter body: a long one lets the store's WAL grow, but holds no writer up.
    /// - Throws: ``StoreError/older(path:version:known:)``, what `body` throws, SQLite's error
    public func atOneMoment<Value>(_ body: (StoreMoment) throws -> Value) throws -> Value {
        try read { db in
            let version = try Schema.checkedVersion(db, path: path)
            guard version == Schema.migrations.count else {
                throw StoreError.older(path: path, version: version, known: Schema.migrations.count)
            }
            return try body(StoreMoment(db))
        }
    }
}
