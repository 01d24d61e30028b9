import Engine
import GRDB
internal import Positioning

/// Reads the fixes of one device wherever they are, in chunks or in rows of their own. Its answers are of the moment that the
/// connection's transaction sees; one belongs to one connection.
struct StoredFixes {
    private var tail = FixTail()
    /// What was read last, within one question: its fixes may be of one device.
    private var page: (first: Int64, last: Int64, fixes: [ArrivedFix])?

    /// A device's fixes from a time on and before another, by ascending time, withdrawn ones too.
    mutating func all(
        of device: Int64, from: Int64 = .min, before: Int64 = .max, _ db: Database
    ) throws -> [StoredFix] {
        try page(of: device, from: from, before: before, limit: .max, db).fixes
    }

    /// The first of them, about `limit`: as many as whole chunks give.
    /// - Returns: with the time from which on there may be more; `nil` where there are none.
    mutating func page(
        of device: Int64, from: Int64, before: Int64, limit: Int, _ db: Database
    ) throws -> (fixes: [StoredFix], next: Int64?) {
        try begin(db)
        var fixes: [StoredFix] = []
        var end = before
        var next: Int64?
        var chunk = try ChunkTable.chunk(of: device, at: from, db) ?? ChunkTable.chunk(of: device, after: from, db)
        while let current = chunk, current.first_us < end {
            if fixes.count >= limit {
                end = current.first_us
                next = end
                break
            }
            if current.last_us >= from { fixes += try current.fixes() }
            chunk = try ChunkTable.chunk(of: device, after: current.first_us, db)
        }
        var rows = tail.rows(of: device, from: from, before: end)
        if rows.count > limit {
            end = max(rows[rows.startIndex + limit].time_us, from &+ 1)
            next = end
            rows = tail.rows(of: device, from: from, before: end)
        }
        fixes.removeAll { $0.time_us < from || $0.time_us >= end }
        for row in rows { if let fix = try fix(row, db) { fixes.append(fix) } }
        if !rows.isEmpty { fixes.sort(by: StoredFix.precedes) }
        try Withdrawals.mark(&fixes, of: device, db)
        return (fixes, next)
    }

    private mutating func begin(_ db: Database) throws {
        page = nil
        try tail.follow(db)
    }

    /// `nil` where retention has deleted it.
    private mutating func fix(_ row: FixTail.Entry, _ db: Database) throws -> StoredFix? {
        if page.map({ $0.first <= row.id && row.id <= $0.last }) != true {
            page = try PageTable.page(with: row.id, db).map { ($0.first, $0.last, try $0.fixes()) }
        }
        return page?.fixes.first { $0.stored.id == row.id }?.stored
    }

    /// Whether there is a fix of the device with this time.
    /// - Parameter newest: only up to this one.
    mutating func hasFix(of device: Int64, at time_us: Int64, upTo newest: Int64, _ db: Database) throws -> Bool {
        try begin(db)
        for row in tail.rows(of: device, from: time_us, before: time_us &+ 1) where row.id <= newest {
            if try fix(row, db) != nil { return true }
        }
        guard let chunk = try ChunkTable.chunk(of: device, at: time_us, db), chunk.last_us >= time_us,
            try chunk.times().contains(time_us)
        else { return false }
        return try newest == .max || chunk.fixes().contains { $0.time_us == time_us && $0.id <= newest }
    }

    /// The device's oldest fix, withdrawn or not.
    mutating func oldest(of device: Int64, _ db: Database) throws -> StoredFix? {
        try begin(db)
        let chunked = try ChunkTable.chunk(of: device, after: .min, db)?.fixes().first
        for row in tail.rows(of: device, from: .min, before: chunked?.time_us ?? .max) {
            if let fix = try fix(row, db) { return fix }
        }
        return chunked
    }

    /// The device's newest fix that stands, if it is not before a time.
    mutating func newest(of device: Int64, from: Int64, _ db: Database) throws -> StoredFix? {
        try begin(db)
        var newest: StoredFix?
        for row in tail.rows(of: device, from: from, before: .max).reversed() {
            var found = try fix(row, db).map { [$0] } ?? []
            try Withdrawals.mark(&found, of: device, db)
            newest = found.first { $0.withdrawn == nil }
            if newest != nil { break }
        }
        var chunk = try ChunkTable.chunk(of: device, at: .max, db)
        while let current = chunk, current.last_us >= max(from, newest?.time_us ?? from) {
            var fixes = try current.fixes()
            try Withdrawals.mark(&fixes, of: device, db)
            if let found = fixes.last(where: { $0.withdrawn == nil && $0.time_us >= from }) {
                return newest.map { $0.time_us >= found.time_us ? $0 : found } ?? found
            }
            chunk = try ChunkTable.chunk(of: device, at: current.first_us &- 1, db)
        }
        return newest
    }

    /// How many fixes there are of all devices.
    static func count(_ db: Database, version: Int) throws -> Int {
        guard version > 1 else { return try Int.fetchOne(db, sql: "SELECT count(*) FROM fix") ?? 0 }
        let chunked = try Chunked.read(db)
        var count =
            try Int.fetchOne(
                db,
                sql: """
                    SELECT (SELECT ifnull(sum(fixes), 0) FROM fix_page WHERE id > ?)
                    + (SELECT ifnull(sum(fixes), 0) FROM fix_chunk)
                    """, arguments: [chunked.fix]) ?? 0
        guard chunked.device < .max else { return count }
        try PageTable.forEach(through: chunked.fix, db) { page in
            count += try page.fixes().count { $0.device > chunked.device }
            return true
        }
        return count
    }

    /// A device's fixes from a time on in a store that no daemon has brought up yet: all of them, for it has few.
    static func ofVersion1(
        _ device: Int64, from: Int64, _ db: Database
    ) throws -> (fixes: [StoredFix], next: Int64?) {
        var fixes: [StoredFix] = []
        let scan = try RowScan(
            db,
            """
            SELECT \(StoredFix.columns) FROM fix WHERE device = ? AND time_us >= ? AND withdrawn IS NULL ORDER BY time_us, id
            """, device, from)
        try scan.forEach(db) { row in
            fixes.append(StoredFix(row))
            return true
        }
        return (fixes, nil)
    }
}
