import GRDB
internal import Positioning

extension Journal {
    typealias Device = (number: Int64, id: String)

    /// Forgets those of some devices that have been silent since before the cut and are inside no fence, with all that is left of
    /// them but their events. Nothing that runs may have their states.
    /// - Parameter forgotten: those that were are added, by number, also where the others cannot be.
    /// - Throws: ``CommitError``
    func forgetSilent(_ devices: [Device], since cut: Timestamp, _ forgotten: inout Set<Int64>) throws {
        do {
            let silent = try queue.read { try findSilent(devices, since: cut.microseconds, $0) }
            guard !silent.isEmpty else { return }
            let pages = try queue.read { try Self.pages(of: Set(silent.map(\.number)), $0) }
            try queue.write { db in try FleetTables.forgetPatterns(of: silent.map(\.number), db) }
            for start in stride(from: 0, to: silent.count, by: Limits.sweepRows) {
                let some = silent[start..<min(start + Limits.sweepRows, silent.count)]
                try queue.write { db in
                    for device in some { try forget(device, pages[device.number] ?? [], cut: cut.microseconds, db) }
                    try keepLastNumbers(db)
                    try Forgotten.bound(db)
                }
                for device in some {
                    deviceNumbers.remove(device.id)
                    forgotten.insert(device.number)
                }
            }
        } catch {
            throw CommitError(error)
        }
    }

    private func findSilent(_ devices: [Device], since cut: Int64, _ db: Database) throws -> [Device] {
        guard !devices.isEmpty else { return [] }
        let active = try findActive(since: cut, db)
        return try devices.filter { device in
            guard !active.contains(device.number) else { return false }
            var isSilent = false
            try RowScan(
                db,
                """
                SELECT 1 FROM device d WHERE number = ?1
                AND ifnull((SELECT heard_us FROM link WHERE device = ?1) < ?2, true)
                AND ifnull((SELECT last_us FROM fix_chunk WHERE device = ?1 ORDER BY first_us DESC LIMIT 1) < ?2, true)
                AND NOT EXISTS (SELECT 1 FROM fix_chunk WHERE device = ?1 AND received_us >= ?2)
                AND NOT EXISTS (SELECT 1 FROM event e WHERE e.device = d.id AND \(StandingEvents.isLastingEnter("e")))
                """, device.number, cut
            ).forEach(db) { _ in
                isSilent = true
                return false
            }
            return isSilent
        }
    }

    /// The devices with a fix in a page that is not older, or that recovery replays.
    private func findActive(since cut: Int64, _ db: Database) throws -> Set<Int64> {
        var active: Set<Int64> = []
        try PageTable.forEach(db) { page in
            for arrived in try page.fixes() {
                let fix = arrived.stored
                if max(fix.time_us, fix.received?.microseconds ?? .min) >= cut || fix.id > snapshotFix {
                    active.insert(arrived.device)
                }
            }
            return true
        }
        return active
    }

    /// Where some devices' fixes are in pages, for which there is no index: the numbers of those pages' first fixes.
    private static func pages(of devices: Set<Int64>, _ db: Database) throws -> [Int64: Set<Int64>] {
        var pages: [Int64: Set<Int64>] = [:]
        try PageTable.forEach(db) { page in
            for arrived in try page.fixes() where devices.contains(arrived.device) {
                pages[arrived.device, default: []].insert(page.first)
            }
            return true
        }
        return pages
    }

    private func forget(_ device: Device, _ pages: Set<Int64>, cut: Int64, _ db: Database) throws {
        var newest = try ChunkTable.newest(of: device.number, db)
        for first in pages.sorted() {
            guard let page = try PageTable.page(with: first, db) else { continue }
            let fixes = try page.fixes()
            for arrived in fixes where arrived.device == device.number {
                newest = max(newest ?? arrived.stored.time_us, arrived.stored.time_us)
            }
            try PageTable.keep(fixes.filter { $0.device != device.number }, of: page, db)
        }
        try Forgotten.remember(device, newest: newest, cut: cut, db)
        for table in ["fix_chunk", "withdrawal", "checkpoint", "snapshot", "link", "fleet_member"] {
            try db.cachedStatement(sql: "DELETE FROM \(table) WHERE device = ?").execute(arguments: [device.number])
        }
        try db.cachedStatement(sql: "DELETE FROM rejected WHERE device = ?1 AND ifnull(last_us, ?2) <= ?2")
            .execute(arguments: [device.id, cut])
        try db.cachedStatement(sql: "DELETE FROM device WHERE number = ?").execute(arguments: [device.number])
    }
}
