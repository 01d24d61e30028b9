public import Engine
import GRDB
public import Positioning

extension Journal {
    func keep(
        _ snapshots: [(device: String, bytes: [UInt8])], upTo fix: Int64, _ db: Database,
        _ newDevices: inout [String]
    ) throws {
        let insert = RowInsert(try db.cachedStatement(sql: "INSERT OR REPLACE INTO snapshot VALUES (?,?)"))
        for snapshot in snapshots {
            insert.bind(1, try number(of: snapshot.device, db, &newDevices))
            insert.bind(2, blob: snapshot.bytes)
            try insert.run(db)
        }
        try db.execute(sql: "UPDATE recovery SET snapshot_fix = ?", arguments: [fix])
    }

    func keep(_ links: [LinkRow], upTo fix: Int64, _ db: Database, _ newDevices: inout [String]) throws {
        guard !links.isEmpty else { return }
        let insert = RowInsert(try db.cachedStatement(sql: "INSERT OR REPLACE INTO link VALUES (?,?,?,?)"))
        for link in links {
            insert.bind(1, try number(of: link.device, db, &newDevices))
            insert.bind(2, fix)
            insert.bind(3, link.heard?.microseconds)
            insert.bind(4, blob: link.bytes)
            try insert.run(db)
        }
    }

    /// Gives back what recovery needs: every snapshot, every link, then the fixes after the snapshots in the order of arrival.
    public func recover(
        snapshot: (_ device: String, _ bytes: [UInt8]) throws -> Void,
        link: (_ row: LinkRow, _ afterFix: Int64) throws -> Void = { _, _ in },
        fix: (_ id: Int64, _ device: String, _ fix: Fix, _ received: Timestamp?) throws -> Void
    ) throws {
        try queue.read { db in
            let states = try Row.fetchCursor(
                db, sql: "SELECT device.id, state FROM snapshot JOIN device ON device.number = snapshot.device")
            while let row = try states.next() {
                let bytes = try row.withUnsafeData(atIndex: 1) { $0.map(Array.init) ?? [] }
                try snapshot(row[0], bytes)
            }
            let links = try Row.fetchCursor(
                db,
                sql: """
                    SELECT device.id, after_fix, heard_us, state FROM link JOIN device ON device.number = link.device
                    """)
            while let row = try links.next() {
                let bytes = try row.withUnsafeData(atIndex: 3) { $0.map(Array.init) ?? [] }
                let heard = (row["heard_us"] as Int64?).map(Timestamp.init(microseconds:))
                try link(LinkRow(device: row[0], heard: heard, bytes: bytes), row["after_fix"])
            }
            let names = Dictionary(uniqueKeysWithValues: deviceNumbers.map { ($0.value, $0.key) })
            // Compaction leaves them in their rows.
            let fixes = try RowScan(
                db, "SELECT \(StoredFix.columns) FROM fix WHERE id > (SELECT snapshot_fix FROM recovery) ORDER BY id")
            try fixes.forEach(db) { row in
                let stored = StoredFix(row)
                if let name = names[row.integer(StoredFix.deviceColumn)] {
                    try fix(stored.id, name, stored.fix, stored.received)
                }
                return true
            }
        }
    }
}
