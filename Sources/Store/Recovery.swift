public import Engine
import GRDB
public import Positioning

extension Journal {
    func keep(
        _ snapshots: [(device: String, bytes: [UInt8])], upTo fix: Int64, reaching reached: Int64, _ db: Database,
        _ newDevices: inout [String]
    ) throws {
        let insert = RowInsert(try db.cachedStatement(sql: "INSERT OR REPLACE INTO snapshot VALUES (?,?,?)"))
        for row in try inOrder(snapshots.lazy.map(\.device), db, &newDevices) {
            insert.bind(1, row.device)
            insert.bind(2, blob: snapshots[row.place].bytes)
            insert.bind(3, fix)
            try insert.run(db)
        }
        guard reached > snapshotFix else { return }
        try db.cachedStatement(sql: "UPDATE recovery SET snapshot_fix = ?").execute(arguments: [reached])
    }

    func keep(_ links: [LinkRow], upTo fix: Int64, _ db: Database, _ newDevices: inout [String]) throws {
        guard !links.isEmpty else { return }
        let insert = RowInsert(try db.cachedStatement(sql: "INSERT OR REPLACE INTO link VALUES (?,?,?,?)"))
        for row in try inOrder(links.lazy.map(\.device), db, &newDevices) {
            insert.bind(1, row.device)
            insert.bind(2, fix)
            insert.bind(3, links[row.place].heard?.microseconds)
            insert.bind(4, blob: links[row.place].bytes)
            try insert.run(db)
        }
    }

    /// In a table's order, each of its pages is filled at once, though every shard gives some of it: those of many devices are more
    /// than SQLite's cache holds, and one that is left half done is written, and read again.
    private func inOrder(
        _ devices: some Sequence<String>, _ db: Database, _ newDevices: inout [String]
    ) throws -> [(device: Int64, place: Int)] {
        var order: [(device: Int64, place: Int)] = []
        for (place, device) in devices.enumerated() {
            order.append((try number(of: device, db, &newDevices), place))
        }
        return order.sorted { ($0.device, $0.place) < ($1.device, $1.place) }
    }

    /// Gives back what recovery needs: of each device its snapshot and its link, then the fixes that not all snapshots contain,
    /// in the order of arrival.
    /// - Parameters:
    ///   - cut: a device that has been silent since before and is inside no fence is forgotten instead, with all that is left
    ///     of it but its events; `nil`: none is.
    ///   - cannotForget: told why not, a ``CommitError``; then those that are left are given like all others.
    /// - Throws: SQLite's error, and what the closures throw
    public func recover(
        forgetting cut: Timestamp? = nil, cannotForget: (any Error) throws -> Void = { throw $0 },
        device: (_ device: StoredDevice) throws -> Void,
        fix: (_ id: Int64, _ device: String, _ fix: Fix, _ received: Timestamp?) throws -> Void
    ) throws {
        var quiet: [(number: Int64, device: StoredDevice)] = []
        try queue.read { db in
            try forEachStored(db) { number, stored in
                if let cut, !stored.isHeard(since: cut) {
                    quiet.append((number, stored))
                } else {
                    try device(stored)
                }
            }
        }
        var forgotten: Set<Int64> = []
        if let cut {
            do {
                try forgetSilent(quiet.map { ($0.number, $0.device.id) }, since: cut, &forgotten)
            } catch {
                try cannotForget(error)
            }
        }
        for (number, stored) in quiet where !forgotten.contains(number) { try device(stored) }
        try queue.read { try recoverFixes($0, fix) }
    }

    /// Compaction leaves them in their pages.
    private func recoverFixes(
        _ db: Database, _ body: (_ id: Int64, _ device: String, _ fix: Fix, _ received: Timestamp?) throws -> Void
    ) throws {
        var names: [Int64: String] = [:]
        try PageTable.forEach(after: snapshotFix, db) { page in
            for arrived in try page.fixes() {
                let known = names[arrived.device]
                guard let name = try known ?? Self.name(of: arrived.device, db) else { continue }
                if known == nil { names[arrived.device] = name }
                try body(arrived.stored.id, name, arrived.stored.fix, arrived.stored.received)
            }
            return true
        }
    }

    private static func name(of device: Int64, _ db: Database) throws -> String? {
        try String.fetchOne(db.cachedStatement(sql: "SELECT id FROM device WHERE number = ?"), arguments: [device])
    }

    /// Goes through the tables side by side, for all are in the order of the devices' numbers.
    private func forEachStored(
        _ db: Database, _ body: (_ number: Int64, _ device: StoredDevice) throws -> Void
    ) throws {
        let snapshots = try RowScan(db, "SELECT device, state, after_fix FROM snapshot ORDER BY device")
        let links = try RowScan(db, "SELECT device, after_fix, heard_us, state FROM link ORDER BY device")
        defer {
            snapshots.end()
            links.end()
        }
        func next(_ rows: RowScan) throws -> Int64? { try rows.step(db) ? rows.integer(0) : nil }
        var (snapshot, link) = (try next(snapshots), try next(links))
        for (number, id) in try deviceNumbers.takeOrder() ?? DeviceNumbers.read(db) {
            var stored = StoredDevice(id: id)
            while let of = snapshot, of <= number {
                if of == number { (stored.snapshot, stored.decidedFix) = (snapshots.bytes(1), snapshots.integer(2)) }
                snapshot = try next(snapshots)
            }
            while let of = link, of <= number {
                if of == number {
                    let heard = links.integerIfAny(2).map(Timestamp.init(microseconds:))
                    stored.link = LinkRow(device: id, heard: heard, bytes: links.bytes(3))
                    stored.linkedFix = links.integer(1)
                }
                link = try next(links)
            }
            try body(number, stored)
        }
    }
}

/// What the store has of a device, for it to go on from.
public struct StoredDevice: Sendable {
    public var id: String
    /// `nil`: no fix of it was taken, or not yet with a snapshot.
    public var snapshot: [UInt8]?
    /// The journal's fixes up to this one are in its snapshot, and in its link.
    public var decidedFix = Int64.min
    /// `nil`: nothing was heard of it, or no rule listens.
    public var link: LinkRow?
    /// The journal's fixes up to this one are in its link.
    public var linkedFix = Int64.min

    /// Whether its link says so; where not, its fixes may.
    fileprivate func isHeard(since cut: Timestamp) -> Bool { link?.heard.map { $0 >= cut } ?? false }
}
