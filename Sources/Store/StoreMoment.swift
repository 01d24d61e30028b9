public import Engine
import GRDB
public import Positioning

/// A store as it is at one moment, for verification: all that is read comes from the same snapshot, while the daemon goes on.
public final class StoreMoment {
    let db: Database
    /// The last event there ever was.
    public let lastSeq: Int64
    /// Events up to this one may have been deleted by age.
    public let keptSeq: Int64
    /// The last event that the event file is known to have had.
    public let fileSeq: Int64
    /// Fixes before it may have been deleted by age; `nil`: none was.
    public let forgotten: Timestamp?

    fileprivate init(_ db: Database) throws {
        self.db = db
        lastSeq = try Schema.lastSeq(db)
        let recovery = try Row.fetchOne(db, sql: "SELECT kept_seq, file_seq, forgotten_us FROM recovery")
        keptSeq = recovery?["kept_seq"] ?? 0
        fileSeq = recovery?["file_seq"] ?? 0
        forgotten = (recovery?["forgotten_us"] as Int64?).map(Timestamp.init(microseconds:))
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

    /// The fence files in force, and since when; `nil` where the store has none.
    public func fences() throws -> (since: Timestamp, files: [(name: String, bytes: [UInt8])])? {
        guard let since = try Int64.fetchOne(db, sql: "SELECT since_us FROM fence_version ORDER BY number DESC LIMIT 1")
        else { return nil }
        let files = try Row.fetchAll(
            db, sql: "SELECT name, bytes FROM fence_file WHERE last_version IS NULL ORDER BY name"
        )
        .map { row in (row[0] as String, try row.withUnsafeData(atIndex: 1) { $0.map(Array.init) ?? [] }) }
        return (Timestamp(microseconds: since), files)
    }

    /// What the store has of one device to decide its past from once more.
    public struct DevicePast {
        /// Where to begin; `nil`: from nothing.
        public var base: Decisions.Checkpoint?
        /// The fixes after it, in the order of arrival.
        public var fixes: [JournalBatch.Entry] = []
        /// The standing events that were decided at them.
        public var events: [(seq: Int64, event: Event)] = []
    }

    /// - Parameter since: of when the state to begin with must be, where something else held before.
    /// - Returns: `nil` where there is no such state.
    public func past(of device: String, since: Timestamp?) throws -> DevicePast? {
        guard
            let number = try Int64.fetchOne(
                db.cachedStatement(sql: "SELECT number FROM device WHERE id = ?"), arguments: [device])
        else { return nil }
        var past = DevicePast()
        past.base = try base(of: number, device, since: since)
        if since != nil, past.base == nil { return nil }
        let begin = past.base?.time.microseconds ?? .min
        let fixes = try Row.fetchCursor(
            db.cachedStatement(sql: "SELECT * FROM fix WHERE device = ? AND time_us > ? ORDER BY id"),
            arguments: [number, begin])
        while let row = try fixes.next() {
            let received: Int64? = row["received_us"]
            past.fixes.append(
                JournalBatch.Entry(
                    device: device, fix: Fix(row), received: received.map(Timestamp.init(microseconds:))))
        }
        let events = try Row.fetchCursor(
            db.cachedStatement(
                sql: """
                    SELECT * FROM event e WHERE device = ? AND decided_us > ? AND type <> 'retract'
                    AND \(StandingEvents.stands("e")) ORDER BY seq
                    """), arguments: [device, begin])
        while let row = try events.next() {
            if let event = Event(row) { past.events.append((row["seq"], event)) }
        }
        return past
    }

    /// After this checkpoint all fixes are there, whatever retention took.
    private func base(of number: Int64, _ device: String, since: Timestamp?) throws -> Decisions.Checkpoint? {
        let condition =
            since != nil
            ? "time_us >= ?2 ORDER BY time_us" : "time_us < ?2 ORDER BY time_us DESC"
        guard let edge = since.map({ max($0, forgotten ?? $0) }) ?? forgotten else { return nil }
        let row = try Row.fetchOne(
            db.cachedStatement(sql: "SELECT time_us, state FROM checkpoint WHERE device = ?1 AND \(condition) LIMIT 1"),
            arguments: [number, edge.microseconds])
        guard let row else { return nil }
        return Decisions.Checkpoint(
            device: device, time: Timestamp(microseconds: row[0]),
            state: try row.withUnsafeData(atIndex: 1) { $0.map(Array.init) })
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
