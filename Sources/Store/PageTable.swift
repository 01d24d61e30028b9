import GRDB
internal import Positioning

/// The table `fix_page`: fixes in the order of arrival, so many in a row as a page of the file holds, until compaction puts
/// them into chunks by device. All of a page come with one commit.
enum PageTable {
    struct Page {
        /// Its first fix's number.
        var first: Int64
        /// Its last fix's.
        var last: Int64
        var count: Int
        fileprivate var bytes: [UInt8]
        fileprivate var isOfVersion2: Bool

        fileprivate static let columns = "id, last_id, fixes, bytes, (SELECT user_version FROM pragma_user_version)"

        fileprivate init(_ row: RowScan) {
            first = row.integer(0)
            last = row.integer(1)
            count = Int(truncatingIfNeeded: row.integer(2))
            bytes = row.bytes(3)
            isOfVersion2 = row.integer(4) == 2
        }

        /// - Throws: `SQLITE_CORRUPT`, as for a page of the file that is damaged.
        func fixes() throws -> [ArrivedFix] {
            do {
                guard (0...Limits.chunkFixesRead).contains(count) else { throw DamagedChunk.value }
                return isOfVersion2
                    ? try FixPageVersion2.fixes(in: bytes, from: first, count: count)
                    : try FixPage.fixes(in: bytes, from: first, count: count)
            } catch {
                throw DatabaseError(
                    resultCode: .SQLITE_CORRUPT, message: "the page from fix \(first) on cannot be read: \(error)")
            }
        }
    }

    static func insert(_ page: FixPage, _ db: Database) throws {
        let insert = RowInsert(try db.cachedStatement(sql: "INSERT INTO fix_page VALUES (?,?,?,?)"))
        insert.bind(1, page.first)
        insert.bind(2, page.last)
        insert.bind(3, Int64(page.count))
        insert.bind(4, blob: page.bytes())
        try insert.run(db)
    }

    /// Leaves only some of a page's fixes; none: the page goes.
    static func keep(_ fixes: [ArrivedFix], of page: Page, _ db: Database) throws {
        guard fixes.count < page.count else { return }
        guard !fixes.isEmpty else { return try delete(from: page.first, through: page.first, db) }
        try write(fixes, as: page, db)
    }

    private static func write(_ fixes: [ArrivedFix], as page: Page, _ db: Database) throws {
        var left = FixPage(from: page.first)
        for fix in fixes {
            left.append(fix.stored.fix, id: fix.stored.id, of: fix.device, received: fix.stored.received)
        }
        let update = RowInsert(try db.cachedStatement(sql: "UPDATE fix_page SET fixes = ?, bytes = ? WHERE id = ?"))
        update.bind(1, Int64(left.count))
        update.bind(2, blob: left.bytes())
        update.bind(3, page.first)
        try update.run(db)
    }

    static func delete(from first: Int64 = 0, through last: Int64, _ db: Database) throws {
        let delete = RowInsert(try db.cachedStatement(sql: "DELETE FROM fix_page WHERE id BETWEEN ? AND ?"))
        delete.bind(1, first)
        delete.bind(2, last)
        try delete.run(db)
    }

    /// Hands over the pages that begin after a fix and not after another, in order, until `body` gives `false`.
    static func forEach(
        after id: Int64 = .min, through last: Int64 = .max, _ db: Database, _ body: (Page) throws -> Bool
    ) throws {
        let scan = try RowScan(
            db, "SELECT \(Page.columns) FROM fix_page WHERE id > ? AND id <= ? ORDER BY id", id, last)
        try scan.forEach(db) { try body(Page($0)) }
    }

    /// The same, the newest first.
    static func forEachBackwards(_ db: Database, _ body: (Page) throws -> Bool) throws {
        try RowScan(db, "SELECT \(Page.columns) FROM fix_page ORDER BY id DESC").forEach(db) { try body(Page($0)) }
    }

    /// The page that a fix of this number would be in.
    static func page(with id: Int64, _ db: Database) throws -> Page? {
        var page: Page?
        try RowScan(db, "SELECT \(Page.columns) FROM fix_page WHERE id <= ? ORDER BY id DESC LIMIT 1", id).forEach(db) {
            page = Page($0)
            return false
        }
        return page
    }

    /// The number of the first page's first fix; `nil` where there is none.
    static func first(_ db: Database) throws -> Int64? {
        try Int64.fetchOne(db.cachedStatement(sql: "SELECT min(id) FROM fix_page"))
    }

    /// The number of the last fix whose page ends not after another fix; `nil` where there is none.
    static func end(notAfter id: Int64, _ db: Database) throws -> Int64? {
        try Int64.fetchOne(
            db.cachedStatement(
                sql: "SELECT last_id FROM fix_page WHERE id <= ?1 AND last_id <= ?1 ORDER BY id DESC LIMIT 1"),
            arguments: [id])
    }

    /// Makes pages of the rows of a store of version 1, each fix of which has one.
    static func takeRows(_ db: Database) throws {
        let snapshotFix = try Int64.fetchOne(db, sql: "SELECT snapshot_fix FROM recovery") ?? 0
        var page: FixPage?
        try RowScan(db, "SELECT \(StoredFix.columns) FROM fix ORDER BY id").forEach(db) { row in
            let (fix, device) = (StoredFix(row), row.integer(StoredFix.deviceColumn))
            // Recovery replays whole pages.
            if let full = page, full.isFull || (full.last <= snapshotFix && fix.id > snapshotFix) {
                try insert(full, db)
                page = nil
            }
            var open = page ?? FixPage(from: fix.id)
            open.append(fix.fix, id: fix.id, of: device, received: fix.received)
            page = open
            return true
        }
        if let page { try insert(page, db) }
        try db.execute(sql: "DROP TABLE fix")
    }

    /// Writes the pages of a store of version 2 as they are now, one by one: they begin and end where they did.
    static func takePages(_ db: Database) throws {
        var last = Int64.min
        while true {
            var page: Page?
            try forEach(after: last, db) {
                page = $0
                return false
            }
            guard let page else { return }
            try write(page.fixes(), as: page, db)
            last = page.first
        }
    }

    /// What is wrong with the pages: each must be readable and of devices that are there, and hold what its row says.
    static func problems(_ db: Database) throws -> [String] {
        var problems: [String] = []
        let devices = Set(try Int64.fetchAll(db, sql: "SELECT number FROM device"))
        try forEach(db) { page in
            let fixes = try? page.fixes()
            let ids = fixes?.map(\.stored.id) ?? []
            if fixes == nil {
                problems.append("the page from fix \(page.first) on cannot be read")
            } else if ids.contains(where: { $0 < page.first || $0 > page.last }) || ids != ids.sorted() {
                problems.append("the page from fix \(page.first) on holds other fixes than its row says")
            } else if fixes?.contains(where: { !devices.contains($0.device) }) == true {
                problems.append("the page from fix \(page.first) on names a device that is not there")
            }
            return true
        }
        return problems
    }
}
