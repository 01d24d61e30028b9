import GRDB
internal import Positioning

/// The table `fix_chunk`. A device's chunks don't overlap in time.
enum ChunkTable {
    struct Chunk {
        var number: Int64
        var first_us: Int64
        var last_us: Int64
        var count: Int
        var bytes: [UInt8]

        fileprivate static let columns = "number, first_us, last_us, fixes, bytes"

        fileprivate init(_ row: RowScan) {
            number = row.integer(0)
            first_us = row.integer(1)
            last_us = row.integer(2)
            count = Int(truncatingIfNeeded: row.integer(3))
            bytes = row.bytes(4)
        }

        /// - Throws: `SQLITE_CORRUPT`, as for a page that is damaged: none of both mends by trying again.
        func fixes() throws -> [StoredFix] {
            try read { (bytes, count) throws(DamagedChunk) in try FixChunk.fixes(in: bytes, count: count) }
        }

        func times() throws -> [Int64] {
            try read { (bytes, count) throws(DamagedChunk) in try FixChunk.times(in: bytes, count: count) }
        }

        private func read<Value>(_ body: ([UInt8], Int) throws(DamagedChunk) -> Value) throws -> Value {
            do {
                guard (0...Limits.chunkFixesRead).contains(count) else { throw DamagedChunk.value }
                return try body(bytes, count)
            } catch {
                throw DatabaseError(
                    resultCode: .SQLITE_CORRUPT, message: "chunk \(number) of fixes cannot be read: \(error)")
            }
        }
    }

    /// The chunk that a fix of this time would be in: the last that begins not after it.
    static func chunk(of device: Int64, at time_us: Int64, _ db: Database) throws -> Chunk? {
        try first(
            db,
            "SELECT \(Chunk.columns) FROM fix_chunk WHERE device = ? AND first_us <= ? ORDER BY first_us DESC LIMIT 1",
            device, time_us)
    }

    /// The first chunk that begins after a time.
    static func chunk(of device: Int64, after time_us: Int64, _ db: Database) throws -> Chunk? {
        try first(
            db, "SELECT \(Chunk.columns) FROM fix_chunk WHERE device = ? AND first_us > ? ORDER BY first_us LIMIT 1",
            device, time_us)
    }

    /// The first chunk that begins between two times, both of them counted.
    static func chunk(of device: Int64, from: Int64, upTo last: Int64, _ db: Database) throws -> Chunk? {
        try chunk(of: device, after: from == .min ? .min : from - 1, db).flatMap { $0.first_us <= last ? $0 : nil }
    }

    private static func first(_ db: Database, _ sql: String, _ device: Int64, _ time_us: Int64) throws -> Chunk? {
        var chunk: Chunk?
        try RowScan(db, sql, device, time_us).forEach(db) { row in
            chunk = Chunk(row)
            return false
        }
        return chunk
    }

    /// When the newest fix in a device's chunks is of; `nil` where there is none.
    static func newest(of device: Int64, _ db: Database) throws -> Int64? {
        try Int64.fetchOne(
            db.cachedStatement(
                sql: "SELECT last_us FROM fix_chunk WHERE device = ? ORDER BY first_us DESC LIMIT 1"),
            arguments: [device])
    }

    /// Puts a device's fixes where they belong: into chunks of their own, or into one that has room or that they fall into.
    /// - Parameter fixes: by ascending time.
    static func merge(_ fixes: [StoredFix], of device: Int64, _ db: Database) throws {
        var left = fixes[...]
        while let first = left.first {
            let before = try chunk(of: device, at: first.time_us, db)
            let next = try self.start(of: device, after: first.time_us, db) ?? .max
            let end = next == .max ? left.endIndex : left.firstIndex { $0.time_us >= next } ?? left.endIndex
            let own = left[left.startIndex..<end]
            left = left[end...]
            if let before, before.last_us >= first.time_us || before.count < Limits.chunkFixes {
                try delete(before, db)
                try insert((before.fixes() + own).sorted(by: StoredFix.precedes)[...], of: device, db)
            } else {
                try insert(own, of: device, db)
            }
        }
    }

    private static func start(of device: Int64, after time_us: Int64, _ db: Database) throws -> Int64? {
        var start: Int64?
        try RowScan(
            db, "SELECT first_us FROM fix_chunk WHERE device = ? AND first_us > ? ORDER BY first_us LIMIT 1", device,
            time_us
        ).forEach(db) { row in
            start = row.integer(0)
            return false
        }
        return start
    }

    /// What is wrong with the chunks: each must be readable, hold what its row says, and end before the device's next begins.
    static func problems(_ db: Database) throws -> [String] {
        var problems: [String] = []
        var last: (device: Int64, chunk: Chunk)?
        let scan = try RowScan(db, "SELECT \(Chunk.columns), device FROM fix_chunk ORDER BY device, first_us")
        try scan.forEach(db) { row in
            let (chunk, device) = (Chunk(row), row.integer(5))
            if let times = try? chunk.fixes().map(\.time_us) {
                if times.first != chunk.first_us || times.last != chunk.last_us || times != times.sorted() {
                    problems.append("chunk \(chunk.number) of fixes holds other times than its row says")
                }
            } else {
                problems.append("chunk \(chunk.number) of fixes cannot be read")
            }
            if let last, last.device == device, last.chunk.last_us >= chunk.first_us {
                problems.append("chunks \(last.chunk.number) and \(chunk.number) of fixes overlap")
            }
            last = (device, chunk)
            return true
        }
        return problems
    }

    static func delete(_ chunk: Chunk, _ db: Database) throws {
        try db.cachedStatement(sql: "DELETE FROM fix_chunk WHERE number = ?").execute(arguments: [chunk.number])
    }

    /// - Parameter fixes: by ascending time, between those of the device's chunks before and after.
    static func insert(_ fixes: ArraySlice<StoredFix>, of device: Int64, _ db: Database) throws {
        let insert = RowInsert(try db.cachedStatement(sql: "INSERT INTO fix_chunk VALUES (NULL,?,?,?,?,?,?)"))
        var left = fixes
        while let first = left.first {
            var end = left.count < 2 * Limits.chunkFixes ? left.endIndex : left.startIndex + Limits.chunkFixes
            while end < left.endIndex, left[end].time_us == left[end - 1].time_us { end += 1 }
            let own = left[left.startIndex..<end]
            insert.bind(1, device)
            insert.bind(2, first.time_us)
            insert.bind(3, own[end - 1].time_us)
            insert.bind(4, own.lazy.compactMap { $0.received?.microseconds }.max())
            insert.bind(5, Int64(own.count))
            insert.bind(6, blob: FixChunk.bytes(of: own))
            try insert.run(db)
            left = left[end...]
        }
    }
}
