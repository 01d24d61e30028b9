import GRDB

/// Which fixes each device has that are in no chunk yet. The table `fix_page` has no index by device, which would rewrite a page
/// of the file for every device in every commit; who asks keeps this one beside its connection, and it follows the table.
///
/// Three words a fix, and compaction bounds them; see ``Limits/tailFixes``.
struct FixTail {
    struct Entry {
        var time_us: Int64
        var id: Int64
    }

    /// By device; by ascending time.
    private var entries: [Int64: [Entry]] = [:]
    private var last: Int64 = 0
    private var chunked = Chunked()

    /// Goes on to what the transaction that `db` is in can see.
    mutating func follow(_ db: Database) throws {
        let now = try Chunked.read(db)
        if now != chunked {
            // Another pass: the one before is over, so all of its fixes are in chunks.
            let over = now.fix == chunked.fix ? 0 : chunked.fix
            for (device, rows) in entries {
                let through = device <= now.device ? now.fix : over
                guard rows.contains(where: { $0.id <= through }) else { continue }
                let left = rows.filter { $0.id > through }
                entries[device] = left.isEmpty ? nil : left
            }
            chunked = now
        }
        try PageTable.forEach(after: last, db) { page in
            for arrived in try page.fixes() where !now.holds(id: arrived.stored.id, device: arrived.device) {
                let entry = Entry(time_us: arrived.stored.time_us, id: arrived.stored.id)
                Self.insert(entry, into: &entries[arrived.device, default: []])
            }
            last = page.last
            return true
        }
    }

    private static func insert(_ entry: Entry, into rows: inout [Entry]) {
        guard let newest = rows.last, newest.time_us > entry.time_us else {
            rows.append(entry)
            return
        }
        rows.insert(entry, at: place(of: entry.time_us &+ 1, in: rows))
    }

    /// The first that is not before a time.
    private static func place(of time_us: Int64, in rows: [Entry]) -> Int {
        var (low, high) = (0, rows.count)
        while low < high {
            let middle = (low + high) / 2
            if rows[middle].time_us < time_us { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// A device's rows from a time on, up to before another; retention may have deleted some of them since.
    func rows(of device: Int64, from: Int64, before: Int64) -> ArraySlice<Entry> {
        guard let rows = entries[device] else { return [] }
        let first = Self.place(of: from, in: rows)
        return rows[first..<max(first, Self.place(of: before, in: rows))]
    }
}

/// How far compaction has come: of the fixes up to a number, those of the devices up to a number are in chunks, and count
/// there; what a page still has of one is about to be deleted. All of a page lie up to that number, or none.
struct Chunked: Equatable {
    /// 0 before the first pass.
    var fix: Int64 = 0
    /// `Int64.max` where all devices' are.
    var device = Int64.max

    static func read(_ db: Database) throws -> Chunked {
        var chunked = Chunked()
        try RowScan(db, "SELECT chunked_fix, chunked_device FROM recovery").forEach(db) { row in
            chunked = Chunked(fix: row.integer(0), device: row.integer(1))
            return true
        }
        return chunked
    }

    func write(_ db: Database) throws {
        try db.cachedStatement(sql: "UPDATE recovery SET chunked_fix = ?, chunked_device = ?")
            .execute(arguments: [fix, device])
    }

    func holds(id: Int64, device: Int64) -> Bool { id <= fix && device <= self.device }
}
