import GRDB
import Glibc
internal import Platform
public import Positioning

/// Reads a store while a daemon writes it, from any process.
///
/// Rows are handed over after the read has ended, a page at a time: whoever takes their time over them holds nothing up
/// (a read that lasts keeps SQLite from writing the WAL back, and it grows).
public struct StoreReader: Sendable {
    private let queue: DatabaseQueue
    public let path: String

    /// - Throws: ``StoreError``
    public init(path: String) throws {
        try Self.look(path)
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(Limits.storeBusy_s)
        configuration.label = "reader"
        do {
            queue = try DatabaseQueue(path: path, configuration: configuration)
            let version = try queue.read { try Schema.checkedVersion($0, path: path) }
            guard version > 0 else { throw StoreError.notAStore(path: path) }
        } catch let error as DatabaseError where [.SQLITE_READONLY, .SQLITE_CANTOPEN].contains(error.resultCode) {
            // The file itself may be read, so it is about its WAL and the index of that (https://sqlite.org/wal.html, section 5).
            throw StoreError.asleep(path: path)
        } catch {
            throw StoreError.opening(path, error)
        }
        self.path = path
    }

    /// All that `body` reads is of one moment.
    func read<Value>(_ body: (Database) throws -> Value) throws -> Value { try queue.read(body) }

    /// Not by open(2): closing it again would drop the locks that SQLite holds in this process.
    private static func look(_ path: String) throws {
        guard unsafe access(path, R_OK) != 0 else { return }
        switch errno {
        case ENOENT, ENOTDIR: throw StoreError.missing(path: path)
        case EACCES, EPERM: throw StoreError.notPermitted(path: path)
        case let code: throw SystemError(call: "access", errno: code, what: "cannot read the store \(path)")
        }
    }

    /// Which events to read; a `nil` matches all.
    public struct EventFilter: Sendable {
        public var since: Int64
        public var device: String?
        public var fence: String?
        public var type: String?
        /// Of anomalies, and of retractions of them.
        public var rule: String?

        public init(
            since: Int64 = 0, device: String? = nil, fence: String? = nil, type: String? = nil, rule: String? = nil
        ) {
            self.since = since
            self.device = device
            self.fence = fence
            self.type = type
            self.rule = rule
        }
    }

    /// Hands over events in the order of `seq`.
    /// - Parameter limit: at most so many, all of which are in memory meanwhile.
    /// - Returns: the last `seq` that was looked at: where to go on.
    public func events(
        matching filter: EventFilter, limit: Int, _ body: (StoredEvent) throws -> Void
    ) throws -> Int64 {
        let (events, next) = try page(matching: filter, limit: limit)
        for event in events { try body(event) }
        return next
    }

    /// Whether there was an event with this number, deleted or not, or none is asked for.
    /// - Throws: ``StoreError/readerAhead(path:since:storeSeq:)``
    public func checkReached(_ seq: Int64) throws {
        let last = try queue.read { db in
            // Version 1 deleted none.
            try Schema.checkedVersion(db, path: path) > 1
                ? Schema.lastSeq(db) : Int64.fetchOne(db, sql: "SELECT max(seq) FROM event") ?? 0
        }
        guard seq <= last else { throw StoreError.readerAhead(path: path, since: seq, storeSeq: last) }
    }

    private func page(matching filter: EventFilter, limit: Int) throws -> (events: [StoredEvent], next: Int64) {
        try queue.read { db in
            var conditions = ["seq > ?"]
            var arguments: StatementArguments = [filter.since]
            for (column, value) in [
                ("device", filter.device), ("fence", filter.fence), ("type", filter.type), ("rule", filter.rule),
            ] {
                guard let value else { continue }
                conditions.append("\(column) = ?")
                arguments += [value]
            }
            let newest = try Int64.fetchOne(db, sql: "SELECT max(seq) FROM event") ?? filter.since
            let rows = try Row.fetchCursor(
                db,
                sql: "SELECT * FROM event WHERE \(conditions.joined(separator: " AND ")) ORDER BY seq LIMIT \(limit)",
                arguments: arguments)
            var events: [StoredEvent] = []
            while let row = try rows.next() { events.append(try StoredEvent(row)) }
            let last = events.last?.seq ?? filter.since
            return (events, events.count < limit ? max(newest, last) : last)
        }
    }

    /// Hands over a device's fixes by time, without those that were withdrawn.
    /// - Returns: `false` where the store knows no such device.
    public func track(
        device: String, from: Timestamp?, to: Timestamp?, _ body: (Fix) throws -> Void
    ) throws -> Bool {
        let (number, version) = try queue.read { db in
            (
                try Int64.fetchOne(db, sql: "SELECT number FROM device WHERE id = ?", arguments: [device]),
                try Schema.checkedVersion(db, path: path)
            )
        }
        guard let number else { return false }
        var fixes = StoredFixes()
        var from: Int64? = from?.microseconds ?? .min
        while let first = from {
            let page = try queue.read { db in
                version == 1
                    ? try StoredFixes.ofVersion1(number, from: first, db)
                    : try fixes.page(of: number, from: first, before: .max, limit: Limits.trackPage, db)
            }
            from = page.next
            for stored in page.fixes where stored.withdrawn == nil {
                if let to, stored.fix.time >= to { return true }
                try body(stored.fix)
            }
        }
        return true
    }

    /// The last event in it; 0 where there is none.
    public func newestSeq() throws -> Int64 {
        try queue.read { try Int64.fetchOne($0, sql: "SELECT max(seq) FROM event") ?? 0 }
    }

    /// How much a store holds.
    public struct Summary: Equatable, Sendable {
        public var devices = 0
        public var fixes = 0
        public var events = 0
        public var rejected: [String: Int] = [:]
    }

    public func summary() throws -> Summary {
        try queue.read { db in
            var summary = Summary()
            summary.devices = try Int.fetchOne(db, sql: "SELECT count(*) FROM device") ?? 0
            summary.fixes = try StoredFixes.count(db, version: Schema.checkedVersion(db, path: path))
            summary.events = try Int.fetchOne(db, sql: "SELECT count(*) FROM event") ?? 0
            let rows = try Row.fetchCursor(db, sql: "SELECT reason, sum(count) FROM rejected GROUP BY reason")
            while let row = try rows.next() { summary.rejected[try row.value(at: 0)] = try row.value(at: 1) }
            return summary
        }
    }
}

/// A row of the table `event`.
public struct StoredEvent: Sendable {
    public var seq: Int64
    public var type: String
    public var device: String
    public var fence: String?
    public var time: Timestamp
    public var detected: Timestamp
    public var received: Timestamp?
    public var coordinate: Coordinate?
    public var accuracy_m: Double?
    public var uncertainty_s: Double?
    public var confidence: Double?
    /// Of an anomaly.
    public var rule: String?
    public var state: String?
    public var anomaly: String?
    /// The event's line, without line end.
    public var json: String

    init(_ row: Row) throws(DatabaseError) {
        seq = try row.value("seq")
        type = try row.value("type")
        device = try row.value("device")
        fence = try row.value("fence")
        time = Timestamp(microseconds: try row.value("time_us"))
        detected = Timestamp(microseconds: try row.value("detected_us"))
        received = (try row.value("received_us") as Int64?).map(Timestamp.init(microseconds:))
        let latitude: Double? = try row.value("lat")
        let longitude: Double? = try row.value("lon")
        if let latitude, let longitude { coordinate = Coordinate(latitude: latitude, longitude: longitude) }
        accuracy_m = try row.value("accuracy_m")
        uncertainty_s = try row.value("uncertainty_s")
        confidence = try row.value("confidence")
        // Version 1 had no anomalies.
        rule = try row.value("rule")
        state = try row.value("state")
        anomaly = try row.value("anomaly")
        json = try row.value("json")
    }
}
