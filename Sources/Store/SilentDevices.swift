import GRDB
public import Positioning

extension Journal {
    /// Forgets the devices that have been silent since before the cut and are inside no fence, with all that is left of them but
    /// their events. Only before ``recover(snapshot:link:fix:)``: what runs still has their states.
    /// - Throws: ``CommitError``
    public func forgetSilentDevices(since cut: Timestamp) throws {
        do {
            let silent = try queue.read { try silentDevices(since: cut.microseconds, $0) }
            guard !silent.isEmpty else { return }
            let rows = try queue.read { try Self.rows(of: Set(silent.map(\.number)), $0) }
            try queue.write { db in try FleetTables.forgetPatterns(of: silent.map(\.number), db) }
            for start in stride(from: 0, to: silent.count, by: Limits.sweepRows) {
                let some = silent[start..<min(start + Limits.sweepRows, silent.count)]
                try queue.write { db in
                    for device in some { try forget(device, rows[device.number] ?? [], cut: cut.microseconds, db) }
                    try keepLastNumbers(db)
                    try Forgotten.bound(db)
                }
                for device in some { deviceNumbers[device.id] = nil }
            }
        } catch {
            throw CommitError(error)
        }
    }

    private typealias Device = (number: Int64, id: String)

    private func silentDevices(since cut: Int64, _ db: Database) throws -> [Device] {
        let active = Set(
            try Int64.fetchAll(
                db,
                sql: """
                    SELECT DISTINCT device FROM fix
                    WHERE time_us >= ?1 OR received_us >= ?1 OR id > (SELECT snapshot_fix FROM recovery)
                    """, arguments: [cut]))
        // The first of the conditions is the quick one, and nearly always enough.
        let silent = try RowScan(
            db,
            """
            SELECT number, id FROM device d
            WHERE NOT EXISTS (SELECT 1 FROM link WHERE link.device = d.number AND heard_us >= ?1)
            AND ifnull((SELECT last_us FROM fix_chunk WHERE device = d.number ORDER BY first_us DESC LIMIT 1) < ?1, true)
            AND NOT EXISTS (SELECT 1 FROM fix_chunk WHERE device = d.number AND received_us >= ?1)
            AND NOT EXISTS (SELECT 1 FROM event e WHERE e.device = d.id AND \(StandingEvents.isLastingEnter("e")))
            ORDER BY number
            """, cut)
        var found: [Device] = []
        try silent.forEach(db) { row in
            if !active.contains(row.integer(0)) { found.append((row.integer(0), row.text(1))) }
            return true
        }
        return found
    }

    /// The rows that are left of some devices' fixes, for which there is no index.
    private static func rows(of devices: Set<Int64>, _ db: Database) throws -> [Int64: [FixTail.Entry]] {
        var rows: [Int64: [FixTail.Entry]] = [:]
        try RowScan(db, "SELECT id, device, time_us FROM fix").forEach(db) { row in
            if devices.contains(row.integer(1)) {
                rows[row.integer(1), default: []].append(FixTail.Entry(time_us: row.integer(2), id: row.integer(0)))
            }
            return true
        }
        return rows
    }

    private func forget(_ device: Device, _ rows: [FixTail.Entry], cut: Int64, _ db: Database) throws {
        let newest = max(
            rows.map(\.time_us).max() ?? .min, try ChunkTable.newest(of: device.number, db) ?? .min)
        try Forgotten.remember(device, newest: newest == .min ? nil : newest, cut: cut, db)
        for row in rows {
            try db.cachedStatement(sql: "DELETE FROM fix WHERE id = ?").execute(arguments: [row.id])
        }
        for table in ["fix_chunk", "withdrawal", "checkpoint", "snapshot", "link", "fleet_member"] {
            try db.cachedStatement(sql: "DELETE FROM \(table) WHERE device = ?").execute(arguments: [device.number])
        }
        try db.cachedStatement(sql: "DELETE FROM rejected WHERE device = ?1 AND ifnull(last_us, ?2) <= ?2")
            .execute(arguments: [device.id, cut])
        try db.cachedStatement(sql: "DELETE FROM device WHERE number = ?").execute(arguments: [device.number])
    }
}
