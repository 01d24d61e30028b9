import GRDB
public import Positioning

/// Who reads events and must not miss one: retention deletes none that a consumer has not acknowledged.
///
/// Writes to the store while a daemon does, from any process; SQLite lets one of them wait for the other.
public struct Consumers: Sendable {
    private let queue: DatabaseQueue
    private let path: String

    public struct Consumer: Equatable, Sendable {
        public var name: String
        /// The last event that it has acknowledged; 0 before the first.
        public var seq: Int64
        /// When that was, by the clock of who acknowledged it.
        public var changed: Timestamp
        /// Events that it has not acknowledged.
        public var behind: Int64
    }

    /// - Throws: ``StoreError``
    public init(path: String) throws {
        // It says why there is no store here, and makes none.
        _ = try StoreReader(path: path)
        var configuration = Configuration()
        configuration.busyMode = .timeout(Limits.storeBusy_s)
        configuration.label = "consumers"
        configuration.prepareDatabase { try Journal.keepLogFiles($0) }
        do {
            queue = try DatabaseQueue(path: path, configuration: configuration)
            let version = try queue.read { try Schema.checkedVersion($0, path: path) }
            guard version == Schema.migrations.count else {
                throw StoreError.older(path: path, version: version, known: Schema.migrations.count)
            }
        } catch {
            throw StoreError.opening(path, error)
        }
        self.path = path
    }

    /// All of them, by name.
    public func all() throws -> [Consumer] {
        try queue.read { db in
            let last = try Schema.lastSeq(db)
            return try Row.fetchAll(db, sql: "SELECT name, seq, changed_us FROM consumer ORDER BY name").map {
                Consumer(
                    name: $0["name"], seq: $0["seq"], changed: Timestamp(microseconds: $0["changed_us"]),
                    behind: last - $0["seq"])
            }
        }
    }

    /// Registers a consumer that has read nothing yet: from now on, no event is deleted that it has not acknowledged.
    /// - Throws: ``ConsumerError``
    public func add(_ name: String, now: Timestamp) throws {
        let isPlain = name.unicodeScalars.allSatisfy { $0.value > 0x20 && $0.value != 0x7F }
        guard !name.isEmpty, name.utf8.count <= Limits.consumerNameBytes, isPlain else {
            throw ConsumerError.badName(name)
        }
        try queue.write { db in
            guard try Self.seq(of: name, db) == nil else { throw ConsumerError.known(name, path: path) }
            try db.execute(sql: "INSERT INTO consumer VALUES (?, 0, ?)", arguments: [name, now.microseconds])
        }
    }

    /// Keeps nothing for it any longer.
    /// - Throws: ``ConsumerError``
    public func remove(_ name: String) throws {
        try queue.write { db in
            try db.execute(sql: "DELETE FROM consumer WHERE name = ?", arguments: [name])
            guard db.changesCount > 0 else { throw try unknown(name, db) }
        }
    }

    /// Says that it has read all events up to `seq`; the same again changes nothing.
    /// - Throws: ``ConsumerError``
    public func acknowledge(_ name: String, seq: Int64, now: Timestamp) throws {
        try queue.write { db in
            guard let current = try Self.seq(of: name, db) else { throw try unknown(name, db) }
            guard seq >= current else { throw ConsumerError.backwards(name, seq: seq, current: current) }
            let last = try Schema.lastSeq(db)
            guard seq <= last else { throw ConsumerError.beyond(seq: seq, last: last) }
            guard seq > current else { return }
            try db.execute(
                sql: "UPDATE consumer SET seq = ?, changed_us = ? WHERE name = ?",
                arguments: [seq, now.microseconds, name])
        }
    }

    private static func seq(of name: String, _ db: Database) throws -> Int64? {
        try Int64.fetchOne(db, sql: "SELECT seq FROM consumer WHERE name = ?", arguments: [name])
    }

    private func unknown(_ name: String, _ db: Database) throws -> ConsumerError {
        .unknown(name, path: path, known: try String.fetchAll(db, sql: "SELECT name FROM consumer ORDER BY name"))
    }
}

/// What is wrong with what was asked of ``Consumers``.
public enum ConsumerError: Error, Equatable, CustomStringConvertible {
    case badName(String)
    case known(String, path: String)
    case unknown(String, path: String, known: [String])
    case backwards(String, seq: Int64, current: Int64)
    case beyond(seq: Int64, last: Int64)

    public var description: String {
        switch self {
        case .badName(let name):
            "the consumer's name \"\(name)\" cannot be taken: give 1 to \(Limits.consumerNameBytes) bytes without spaces and control characters"
        case .known(let name, let path):
            "\(path): has a consumer \"\(name)\" already; take another name, or remove it first to begin anew"
        case .unknown(let name, let path, let known):
            known.isEmpty
                ? "\(path): has no consumer \"\(name)\", nor any other; register it with `geofenced consumers add`"
                : "\(path): has no consumer \"\(name)\"; \(Spelling.advice(for: name, among: known))"
        case .backwards(let name, let seq, let current):
            "\(name) has acknowledged up to \(current), and \(seq) is before that: a cursor only goes forwards; give a later seq"
        case .beyond(let seq, let last):
            "seq \(seq) is beyond the last event, \(last); acknowledge only what was read"
        }
    }
}
