import GRDB
public import Positioning

/// One pass that moves fixes from rows into chunks, and how far it has come. A row takes some 60 bytes and its device's are
/// scattered; a chunk takes less than 10 a fix.
///
/// ```
///  gather ─ all rows up to a fix ─▶ write, device by device ─ all ─▶ clear ─ no such row is left ─▶ done
/// ```
/// What is written counts, and the rows of those devices no longer do, from the same transaction on: ``Chunked``. A crash
/// leaves the store in one of these states, and the next pass goes on there.
public struct Compaction {
    fileprivate enum Place {
        case gather(after: Int64)
        case write(from: Int)
        case clear
        case done
    }

    fileprivate let through: Int64
    /// Those of devices up to this one are in chunks.
    fileprivate let begun: Int64
    fileprivate var place: Place
    fileprivate var fixes: [Int64: [StoredFix]] = [:]
    /// In ascending order.
    fileprivate var devices: [Int64] = []
    /// The journal's last fix at the step before.
    fileprivate var lastFix: Int64
    fileprivate let rowsEmptied: Int

    public var isDone: Bool {
        if case .done = place { true } else { false }
    }
}

extension Journal {
    /// Rows that are waited for until a pass is worth its while: a chunk's of each device.
    private var compactsFrom: Int64 {
        let tailFixes = Int64(Limits.chunkFixes) * Int64(deviceNumbers.count)
        return min(max(tailFixes, Limits.tailFixes.lowerBound), Limits.tailFixes.upperBound)
    }

    /// Whether a batch of so many fixes is better committed with snapshots: only what they contain can be in chunks, for
    /// recovery replays the rest from rows.
    public func wantsSnapshots(with fixes: Int) -> Bool {
        fillsChunks(fixes) || lastFix - snapshotFix >= compactsFrom
    }

    /// Whether so many fixes make chunks by themselves: half a chunk of each device.
    private func fillsChunks(_ fixes: Int) -> Bool {
        fixes >= max(Int(Limits.tailFixes.lowerBound), deviceNumbers.count * Limits.chunkFixes / 2)
    }

    /// Appends the fixes of a batch that has snapshots: to chunks at once, where they are enough for that, but for the newest.
    /// What is in rows goes before them.
    /// - Returns: those that are left for rows.
    func appendChunks(
        _ fixes: [JournalBatch.Entry], _ db: Database, _ id: inout Int64, number: (String) throws -> Int64
    ) throws -> ArraySlice<JournalBatch.Entry> {
        guard fillsChunks(fixes.count) else { return fixes[...] }
        var chunks = try takeRows(db)
        let newest = fixes.count - Limits.witnessFixes
        for entry in fixes[..<newest] {
            id += 1
            chunks[try number(entry.device), default: []]
                .append(StoredFix(id: id, fix: entry.fix, received: entry.received))
        }
        for device in chunks.keys.sorted() {
            guard let own = chunks[device] else { continue }
            try ChunkTable.merge(own.sorted(by: StoredFix.precedes), of: device, db)
        }
        try Chunked(fix: id, device: .max).write(db)
        return fixes[newest...]
    }

    /// Empties the table of rows.
    /// - Returns: what was in it, but for what is in chunks already.
    private func takeRows(_ db: Database) throws -> [Int64: [StoredFix]] {
        var fixes: [Int64: [StoredFix]] = [:]
        let chunked = try Chunked.read(db)
        try RowScan(db, "SELECT \(StoredFix.columns) FROM fix ORDER BY id").forEach(db) { row in
            let (fix, device) = (StoredFix(row), row.integer(StoredFix.deviceColumn))
            if !chunked.holds(id: fix.id, device: device) { fixes[device, default: []].append(fix) }
            return true
        }
        try db.execute(sql: "DELETE FROM fix")
        rowsEmptied += 1
        return fixes
    }

    /// A pass that is to be made, step by step, while nothing is deleted by age; `nil`: none is due.
    /// - Parameters:
    ///   - all: whatever may be compacted, however little it is.
    ///   - spared: so many of the newest stay in rows: they vouch for the clock, see ``ageReference(now:)``.
    /// - Throws: SQLite's error
    public func beginCompaction(all: Bool = false, sparing spared: Int = Limits.witnessFixes) throws -> Compaction? {
        try queue.read { db in
            let chunked = try Chunked.read(db)
            let first = try Int64.fetchOne(db.cachedStatement(sql: "SELECT min(id) FROM fix")) ?? .max
            if first <= chunked.fix || chunked.device < .max {
                return Compaction(
                    through: chunked.fix, begun: chunked.device,
                    place: chunked.device == .max ? .clear : .gather(after: 0), lastFix: lastFix,
                    rowsEmptied: rowsEmptied)
            }
            let through = min(snapshotFix, lastFix - Int64(spared))
            guard first <= through, all || through - first >= compactsFrom else { return nil }
            return Compaction(
                through: through, begun: 0, place: .gather(after: 0), lastFix: lastFix, rowsEmptied: rowsEmptied)
        }
    }

    /// Makes one step, in one short transaction: so long that the pass keeps up with what is committed meanwhile.
    /// - Parameter rows: of a step, if no more are committed meanwhile.
    /// - Throws: ``CommitError``; then the pass is where it was.
    public func compact(_ pass: inout Compaction, rows: Int64 = Limits.compactionRows) throws {
        // Each row is gone over three times.
        let rows = max(rows, 3 * (lastFix - pass.lastFix))
        // A large batch has taken all its rows into chunks.
        if pass.rowsEmptied != rowsEmptied { pass.place = .done }
        do {
            switch pass.place {
            case .gather(let last): pass.place = try gather(&pass, after: last, rows)
            case .write(let first): pass.place = try write(&pass, from: first, rows)
            case .clear: pass.place = try clear(pass, rows)
            case .done: break
            }
        } catch {
            throw CommitError(error)
        }
        pass.lastFix = lastFix
    }

    /// Makes whole passes until none is due.
    /// - Throws: ``CommitError``, SQLite's error
    public func compact(all: Bool) throws {
        while var pass = try beginCompaction(all: all) {
            // In larger steps, for none waits for a commit.
            while !pass.isDone { try compact(&pass, rows: 16 * Limits.compactionRows) }
        }
    }

    private func gather(_ pass: inout Compaction, after last: Int64, _ rows: Int64) throws -> Compaction.Place {
        var found: [(device: Int64, fix: StoredFix)] = []
        try queue.read { db in
            let scan = try RowScan(
                db, "SELECT \(StoredFix.columns) FROM fix WHERE id > ? AND id <= ? ORDER BY id LIMIT ?", last,
                pass.through, rows)
            try scan.forEach(db) { row in
                found.append((row.integer(StoredFix.deviceColumn), StoredFix(row)))
                return true
            }
        }
        for (device, fix) in found where device > pass.begun { pass.fixes[device, default: []].append(fix) }
        if let newest = found.last?.fix.id { return .gather(after: newest) }
        pass.devices = pass.fixes.keys.sorted()
        return .write(from: 0)
    }

    private func write(_ pass: inout Compaction, from first: Int, _ rows: Int64) throws -> Compaction.Place {
        var next = first
        try queue.write { db in
            var written = 0
            while next < pass.devices.count, written < rows {
                let device = pass.devices[next]
                let fixes = (pass.fixes[device] ?? []).sorted(by: StoredFix.precedes)
                try ChunkTable.merge(fixes, of: device, db)
                written += fixes.count
                next += 1
            }
            // Where it leaves no row, nothing else tells the last number.
            try db.cachedStatement(sql: "UPDATE recovery SET last_fix = ?").execute(arguments: [lastFix])
            let isWhole = next == pass.devices.count
            try Chunked(fix: pass.through, device: isWhole ? .max : pass.devices[next - 1]).write(db)
        }
        for device in pass.devices[first..<next] { pass.fixes[device] = nil }
        return next == pass.devices.count ? .clear : .write(from: next)
    }

    private func clear(_ pass: Compaction, _ rows: Int64) throws -> Compaction.Place {
        try queue.write { db in
            let last = try Int64.fetchOne(
                db.cachedStatement(
                    sql: "SELECT max(id) FROM (SELECT id FROM fix WHERE id <= ? ORDER BY id LIMIT ?)"),
                arguments: [pass.through, rows])
            guard let last else { return .done }
            try db.cachedStatement(sql: "DELETE FROM fix WHERE id <= ?").execute(arguments: [last])
            return .clear
        }
    }
}
