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

    /// Gives back what recovery needs: of each device its snapshot and its link, then the fixes after the snapshots in the order
    /// of arrival.
    public func recover(
        snapshot: (_ device: String, _ bytes: [UInt8]) throws -> Void,
        link: (_ row: LinkRow, _ afterFix: Int64) throws -> Void = { _, _ in },
        fix: (_ id: Int64, _ device: String, _ fix: Fix, _ received: Timestamp?) throws -> Void
    ) throws {
        try queue.read { db in
            try recoverStates(db, snapshot, link)
            var names: [Int64: String] = [:]
            // Compaction leaves them in their pages.
            try PageTable.forEach(after: snapshotFix, db) { page in
                for arrived in try page.fixes() {
                    let known = names[arrived.device]
                    guard let name = try known ?? Self.name(of: arrived.device, db) else { continue }
                    if known == nil { names[arrived.device] = name }
                    try fix(arrived.stored.id, name, arrived.stored.fix, arrived.stored.received)
                }
                return true
            }
        }
    }

    private static func name(of device: Int64, _ db: Database) throws -> String? {
        try String.fetchOne(db.cachedStatement(sql: "SELECT id FROM device WHERE number = ?"), arguments: [device])
    }

    /// Goes through the tables side by side, for all are in the order of the devices' numbers.
    private func recoverStates(
        _ db: Database, _ snapshot: (_ device: String, _ bytes: [UInt8]) throws -> Void,
        _ link: (_ row: LinkRow, _ afterFix: Int64) throws -> Void
    ) throws {
        let devices = try RowScan(db, "SELECT number, id FROM device ORDER BY number")
        let states = try RowScan(db, "SELECT device, state FROM snapshot ORDER BY device")
        let links = try RowScan(db, "SELECT device, after_fix, heard_us, state FROM link ORDER BY device")
        defer {
            states.end()
            links.end()
        }
        func next(_ rows: RowScan) throws -> Int64? { try rows.step(db) ? rows.integer(0) : nil }
        var (state, heard) = (try next(states), try next(links))
        try devices.forEach(db) { row in
            let (number, id) = (row.integer(0), row.text(1))
            while let of = state, of <= number {
                if of == number { try snapshot(id, states.bytes(1)) }
                state = try next(states)
            }
            while let of = heard, of <= number {
                if of == number {
                    let time = links.integerIfAny(2).map(Timestamp.init(microseconds:))
                    try link(LinkRow(device: id, heard: time, bytes: links.bytes(3)), links.integer(1))
                }
                heard = try next(links)
            }
            return state != nil || heard != nil
        }
    }
}
