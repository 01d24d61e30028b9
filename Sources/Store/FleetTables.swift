public import Anomalies
internal import Engine
import GRDB
internal import Positioning

/// What the rules about several devices remember: written with the batch that changed it, so that it is never ahead of the events,
/// nor behind.
enum FleetTables {
    /// - Parameter number: of a device, which has one as soon as it has a fix; without one, there is nothing to be kept for.
    static func keep(_ record: FleetRecord, _ db: Database, number: (String) throws -> Int64) throws {
        if let incidents = record.incidents {
            let insert = RowInsert(try db.cachedStatement(sql: "INSERT OR REPLACE INTO fleet VALUES (1,?)"))
            insert.bind(1, blob: incidents)
            try insert.run(db)
        }
        for (device, state) in record.members {
            guard let state else {
                try db.cachedStatement(sql: "DELETE FROM fleet_member WHERE device = ?")
                    .execute(arguments: [try number(device)])
                continue
            }
            let insert = RowInsert(try db.cachedStatement(sql: "INSERT OR REPLACE INTO fleet_member VALUES (?,?)"))
            insert.bind(1, try number(device))
            insert.bind(2, blob: state)
            try insert.run(db)
        }
        if !record.patterns.isEmpty {
            let insert = RowInsert(try db.cachedStatement(sql: "INSERT INTO pattern VALUES (?,?,?,?,?,?)"))
            for pattern in record.patterns {
                insert.bind(1, pattern.id)
                insert.bind(2, Int64(bitPattern: pattern.digest))
                insert.bind(3, Int64(bitPattern: pattern.before.bits))
                insert.bind(4, Int64(bitPattern: pattern.after.bits))
                insert.bind(5, try number(pattern.device))
                insert.bind(6, pattern.time.microseconds)
                try insert.run(db)
            }
        }
        if let last = record.forgottenPattern {
            try db.cachedStatement(sql: "DELETE FROM pattern WHERE id <= ?").execute(arguments: [last])
        }
    }

    /// In one go: rows are in the order of time, so that each look for a device's goes over all.
    static func forgetPatterns(of devices: [Int64], _ db: Database) throws {
        let list = devices.map(String.init).joined(separator: ",")
        try db.execute(
            sql: "DELETE FROM pattern WHERE device IN (SELECT value FROM json_each(?))", arguments: ["[\(list)]"])
    }

    static func all(_ db: Database) throws -> FleetRecord {
        var record = FleetRecord()
        let incidents = try Row.fetchOne(db, sql: "SELECT state FROM fleet")
        record.incidents = try incidents.flatMap { try bytes(of: $0, at: 0) }
        let members = try Row.fetchCursor(
            db,
            sql: "SELECT id, state FROM fleet_member JOIN device ON device.number = fleet_member.device ORDER BY number"
        )
        while let row = try members.next() { record.members.append((try row.value(at: 0), try bytes(of: row, at: 1))) }
        let patterns = try Row.fetchCursor(
            db,
            sql: """
                SELECT pattern.id, digest, flank_before, flank_after, device.id, time_us
                FROM pattern JOIN device ON device.number = pattern.device ORDER BY pattern.id
                """)
        while let row = try patterns.next() {
            record.patterns.append(
                Fleet.Pattern(
                    id: try row.value(at: 0), digest: UInt64(bitPattern: try row.value(at: 1) as Int64),
                    before: PatternRun.Flank(bits: UInt64(bitPattern: try row.value(at: 2) as Int64)),
                    after: PatternRun.Flank(bits: UInt64(bitPattern: try row.value(at: 3) as Int64)),
                    device: try row.value(at: 4), time: Timestamp(microseconds: try row.value(at: 5))))
        }
        return record
    }

    private static func bytes(of row: Row, at index: Int) throws -> [UInt8]? {
        try row.withUnsafeData(atIndex: index) { $0.map(Array.init) }
    }
}

extension Journal {
    /// What the rules about several devices remembered at the last commit.
    /// - Throws: ``StoreError``, SQLite's error
    public func fleet() throws -> Fleet {
        let record = try queue.read { try FleetTables.all($0) }
        do {
            return try Fleet(record)
        } catch {
            throw StoreError.fleet(why: "\(error)")
        }
    }
}
