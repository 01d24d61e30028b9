internal import Anomalies
public import Engine
import GRDB
public import Positioning

/// The history that the journal keeps, read by a connection of its own.
///
/// Not `Sendable`: it belongs to one thread. It is opened at the first question, for most devices never have a late fix.
public final class StoreHistory: History {
    public let path: String
    private var queue: DatabaseQueue?
    private var fixes = StoredFixes()
    /// `nil`: not asked yet.
    private var forgetsAny: Bool?
    /// Only fixes up to this row are seen: what came later must not be known yet while the journal's tail is replayed.
    public var newestFix = Int64.max

    public init(path: String) { self.path = path }

    private func read<Value>(_ body: (Database) throws -> Value) throws -> Value {
        let queue = try queue ?? open()
        self.queue = queue
        return try queue.read(body)
    }

    private func open() throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(Limits.storeBusy_s)
        configuration.label = "history"
        return try DatabaseQueue(path: path, configuration: configuration)
    }

    private static func number(of device: String, _ db: Database) throws -> Int64? {
        try Int64.fetchOne(
            db.cachedStatement(sql: "SELECT number FROM device WHERE id = ?"), arguments: [device])
    }

    public func holdsFix(of device: String, at time: Timestamp) throws -> Bool {
        try read { db in
            // Not where the journal's tail is replayed: what it has was taken.
            if newestFix == .max, let forgotten = try Forgotten.time(of: device, db), time.microseconds <= forgotten {
                return true
            }
            guard let number = try Self.number(of: device, db) else { return false }
            return try fixes.hasFix(of: number, at: time.microseconds, upTo: newestFix, db)
        }
    }

    public func hasForgotten(_ device: String, at time: Timestamp) throws -> Bool {
        // Not where the journal's tail is replayed: what it has was taken.
        guard newestFix == .max else { return false }
        let forgetsAny = try forgetsAny ?? read { try Forgotten.isAny($0) }
        self.forgetsAny = forgetsAny
        guard forgetsAny else { return false }
        return try read { try Forgotten.time(of: device, $0).map { time.microseconds <= $0 } ?? false }
    }

    public func checkpoint(of device: String, before time: Timestamp) throws -> (time: Timestamp, state: [UInt8])? {
        try read { db in
            guard let number = try Self.number(of: device, db) else {
                return try Forgotten.checkpoint(of: device, db).flatMap { $0.time < time ? $0 : nil }
            }
            let row = try Row.fetchOne(
                db.cachedStatement(
                    sql: """
                        SELECT time_us, state FROM checkpoint WHERE device = ? AND time_us < ?
                        ORDER BY time_us DESC LIMIT 1
                        """),
                arguments: [number, time.microseconds])
            return try row.map { row in
                (
                    Timestamp(microseconds: try row.value(at: 0)),
                    try row.withUnsafeData(atIndex: 1) { $0.map(Array.init) ?? [] }
                )
            }
        }
    }

    public func hasForgottenFixes(of device: String) throws -> Bool {
        try read { try Forgotten.time(of: device, $0) != nil }
    }

    public func cannotRead(checkpointOf device: String, at time: Timestamp) {}

    public func fixes(of device: String, after time: Timestamp?) throws -> [Fix] {
        try stored(of: device, after: time) { $0.withdrawn == nil }
    }

    public func spikes(of device: String, after time: Timestamp?) throws -> [Fix] {
        try stored(of: device, after: time) { $0.withdrawn == Rejection.impossible_speed.rawValue }
    }

    private func stored(
        of device: String, after time: Timestamp?, where isAskedFor: (StoredFix) -> Bool
    ) throws -> [Fix] {
        try read { db in
            guard let number = try Self.number(of: device, db) else { return [] }
            let from = time.map { $0.microseconds &+ 1 } ?? .min
            return try fixes.all(of: number, from: from, db).filter { $0.id <= newestFix && isAskedFor($0) }.map(\.fix)
        }
    }

    public func standingEvents(of device: String, decidedAfter time: Timestamp?) throws -> [Event] {
        try read { db in
            let rows = try Row.fetchCursor(
                db.cachedStatement(
                    sql: """
                        SELECT * FROM event e WHERE device = ? AND decided_us > ? AND type <> 'retract'
                        AND NOT EXISTS (SELECT 1 FROM event r WHERE r.retracts = e.seq) ORDER BY seq
                        """),
                arguments: [device, time?.microseconds ?? .min])
            var events: [Event] = []
            while let row = try rows.next() { if let event = try Event(row) { events.append(event) } }
            return events
        }
    }
}

extension Event {
    /// From a row of the table `event`; `nil` where the type, or an anomaly's rule, is of a later version.
    init?(_ row: Row) throws(DatabaseError) {
        guard let kind = Kind(rawValue: try row.value("type")) else { return nil }
        let (latitude, longitude): (Double?, Double?) = (try row.value("lat"), try row.value("lon"))
        let received: Int64? = try row.value("received_us")
        self.init(
            kind: kind, device: try row.value("device"), fence: try row.value("fence"),
            time: Timestamp(microseconds: try row.value("time_us")),
            uncertainty_s: try row.value("uncertainty_s") ?? 0,
            detected: Timestamp(microseconds: try row.value("detected_us")),
            received: received.map(Timestamp.init(microseconds:)),
            coordinate: latitude.flatMap { latitude in
                longitude.map { Coordinate(latitude: latitude, longitude: $0) }
            },
            accuracy_m: try row.value("accuracy_m"), confidence: try row.value("confidence") ?? 0,
            isInitial: try row.value("initial"), isLate: try row.value("late"))
        decided = Timestamp(microseconds: try row.value("decided_us"))
        // The evidence and the reason have no columns of their own. Within a value the quotes would be escaped.
        let line: String = try row.value("json")
        let retracted: String? = try row.value("retracted")
        if kind == .anomaly || retracted == Kind.anomaly.rawValue {
            guard let anomaly = Anomaly(line: line) else { return nil }
            self.anomaly = anomaly
        }
        if line.contains(#","reason":"\#(Reason.fence_removed.rawValue)""#) { reason = .fence_removed }
    }
}
