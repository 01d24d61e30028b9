internal import Engine
internal import GRDB
public import Geometry
public import Positioning

/// A set of fences as the store has it: the files that it was read from, and from when on it was in force.
public struct StoredFences: Equatable, Sendable {
    public var since: Timestamp
    /// The last fix that had come before it was brought into force; 0 where none had been decided with other fences.
    public var afterFix: Int64
    /// By name.
    public var files: [FenceFile]

    public init(since: Timestamp, afterFix: Int64 = 0, files: [FenceFile]) {
        self.since = since
        self.afterFix = afterFix
        self.files = files
    }
}

/// The tables `fence_version` and `fence_file`.
enum FenceTables {
    /// Brings a version into force, and forgets those that late fixes can no longer ask for.
    /// - Parameter fix: the last that came before it.
    static func adopt(_ version: FenceVersion, after fix: Int64, lateHorizon_s: Double, _ db: Database) throws {
        let rows = try Row.fetchAll(db, sql: "SELECT number, since_us FROM fence_version ORDER BY number")
        let numbers: [Int64] = rows.map { $0[0] }
        let staying = FenceVersion.staying(
            rows.map { Timestamp(microseconds: $0[1]) }, at: version.since, lateHorizon_s: lateHorizon_s)
        let kept = numbers[staying]
        let number = (numbers.last ?? 0) + 1
        try db.execute(
            sql: "DELETE FROM fence_version WHERE number < ? OR number > ?",
            arguments: [kept.first ?? number, kept.last ?? 0])
        try db.execute(
            sql: "INSERT INTO fence_version VALUES (?, ?, ?)",
            arguments: [number, version.since.microseconds, numbers.isEmpty ? 0 : fix])
        try replaceFiles(of: kept.first ?? number, upTo: kept.last ?? 0, by: version.catalogue.files, from: number, db)
    }

    /// - Parameters:
    ///   - first: the oldest version that stays; files that ended before it go.
    ///   - last: the newest before `number`; files of versions between the two go.
    private static func replaceFiles(
        of first: Int64, upTo last: Int64, by files: [FenceFile], from number: Int64, _ db: Database
    ) throws {
        try db.execute(
            sql: "DELETE FROM fence_file WHERE last_version < ? OR first_version > ?", arguments: [first, last])
        try db.execute(sql: "UPDATE fence_file SET last_version = NULL WHERE last_version >= ?", arguments: [last])
        var old: [String: [UInt8]] = [:]
        for file in try self.files(at: last, db) { old[file.name] = file.bytes }
        let new = Dictionary(files.map { ($0.name, $0.bytes) }, uniquingKeysWith: { first, _ in first })
        for (name, bytes) in old where new[name] != bytes {
            try db.execute(
                sql: "UPDATE fence_file SET last_version = ? WHERE name = ? AND last_version IS NULL",
                arguments: [last, name])
        }
        let insert = RowInsert(try db.cachedStatement(sql: "INSERT INTO fence_file VALUES (?, ?, NULL, ?)"))
        for (name, bytes) in new where old[name] != bytes {
            insert.bind(1, name)
            insert.bind(2, number)
            insert.bind(3, blob: bytes)
            try insert.run(db)
        }
    }

    /// The rows that have the name of a file at hand, each with that.
    static func rows(named known: [FenceFile], _ db: Database) throws -> [StoredFence] {
        guard !known.isEmpty else { return [] }
        let known = Dictionary(known.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        var found: [StoredFence] = []
        try RowScan(db, "SELECT rowid, name FROM fence_file ORDER BY rowid").forEach(db) { row in
            if let file = known[row.text(1)] { found.append(StoredFence(row: row.integer(0), file: file)) }
            return true
        }
        return found
    }

    /// - Parameter known: files at hand that are the same in the store, by row.
    private static func files(
        at version: Int64, sharing known: [Int64: FenceFile] = [:], _ db: Database
    ) throws -> [FenceFile] {
        let rows = try RowScan(
            db,
            """
            SELECT rowid, name FROM fence_file
            WHERE first_version <= ?1 AND (last_version IS NULL OR last_version >= ?1) ORDER BY name
            """, version)
        var files: [FenceFile] = []
        try rows.forEach(db) { row in
            let number = row.integer(0)
            if let file = known[number] {
                files.append(file)
            } else {
                let stored = try StoredBlob(db, table: "fence_file", column: "bytes", row: number)
                files.append(FenceFile(name: row.text(1), bytes: try stored.bytes(db)))
            }
            return true
        }
        return files
    }

    /// By ascending time; the last is in force.
    /// - Parameter known: files at hand that are the same in the store, by row.
    static func all(sharing known: [Int64: FenceFile], _ db: Database) throws -> [StoredFences] {
        try from(0, sharing: known, db)
    }

    /// Those that came into force one after the other up to now: what was in force before the first of them, or between two,
    /// is known no more where a clock was set back.
    static func unbroken(_ db: Database) throws -> [StoredFences] {
        let first = try Int64.fetchOne(
            db,
            sql: """
                SELECT max(number) FROM fence_version
                WHERE number - 1 NOT IN (SELECT number FROM fence_version)
                """)
        return try from(first ?? 0, db)
    }

    private static func from(
        _ first: Int64, sharing known: [Int64: FenceFile] = [:], _ db: Database
    ) throws -> [StoredFences] {
        try Row.fetchAll(
            db, sql: "SELECT number, since_us, after_fix FROM fence_version WHERE number >= ? ORDER BY number",
            arguments: [first]
        ).map { row in
            StoredFences(
                since: Timestamp(microseconds: try row.value(at: 1)), afterFix: try row.value(at: 2),
                files: try files(at: try row.value(at: 0), sharing: known, db))
        }
    }
}
