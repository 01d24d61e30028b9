import GRDB
public import Positioning

/// One pass that moves fixes from pages into chunks, and how far it has come. In a page a fix takes some 25 bytes and its
/// device's are scattered; a chunk takes less than 10 a fix.
///
/// ```
///  gather ─ all pages up to a fix ─▶ write, device by device ─ all ─▶ clear ─ no such page is left ─▶ done
/// ```
/// What is written counts, and what pages have of those devices no longer does, from the same transaction on: ``Chunked``.
/// A crash leaves the store in one of these states, and the next pass goes on there.
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
    fileprivate let pagesEmptied: Int

    public var isDone: Bool {
        if case .done = place { true } else { false }
    }
}

extension Journal {
    /// Fixes that are waited for until a pass is worth its while: a chunk's of each device.
    private var compactsFrom: Int64 {
        let tailFixes = Int64(Limits.chunkFixes) * Int64(deviceNumbers.count)
        return min(max(tailFixes, Limits.tailFixes.lowerBound), Limits.tailFixes.upperBound)
    }

    /// Whether a batch of so many fixes is better committed with snapshots: only what they contain can be in chunks, for
    /// recovery replays the rest from pages.
    public func wantsSnapshots(with fixes: Int) -> Bool {
        fillsChunks(fixes) || lastFix - snapshotFix >= compactsFrom
    }

    /// Whether so many fixes make chunks by themselves: half a chunk of each device.
    private func fillsChunks(_ fixes: Int) -> Bool {
        fixes >= max(Int(Limits.tailFixes.lowerBound), deviceNumbers.count * Limits.chunkFixes / 2)
    }

    /// Appends the fixes of a batch that has snapshots: to chunks at once, where they are enough for that, but for the newest.
    /// What is in pages goes before them.
    /// - Returns: those that are left for pages.
    func appendChunks(
        _ fixes: [JournalBatch.Entry], _ db: Database, _ id: inout Int64, number: (JournalBatch.Entry) throws -> Int64
    ) throws -> ArraySlice<JournalBatch.Entry> {
        guard fillsChunks(fixes.count) else { return fixes[...] }
        var chunks = try takePages(db)
        let newest = fixes.count - Limits.witnessFixes
        for entry in fixes[..<newest] {
            id += 1
            chunks[try number(entry), default: []]
                .append(StoredFix(id: id, fix: entry.fix, received: entry.received))
        }
        for device in chunks.keys.sorted() {
            guard let own = chunks[device] else { continue }
            try ChunkTable.merge(own.sorted(by: StoredFix.precedes), of: device, db)
        }
        try Chunked(fix: id, device: .max).write(db)
        return fixes[newest...]
    }

    /// Empties the table of pages.
    /// - Returns: what was in it, but for what is in chunks already.
    private func takePages(_ db: Database) throws -> [Int64: [StoredFix]] {
        var fixes: [Int64: [StoredFix]] = [:]
        let chunked = try Chunked.read(db)
        try PageTable.forEach(db) { page in
            for arrived in try page.fixes() where !chunked.holds(id: arrived.stored.id, device: arrived.device) {
                fixes[arrived.device, default: []].append(arrived.stored)
            }
            return true
        }
        try db.execute(sql: "DELETE FROM fix_page")
        pagesEmptied += 1
        return fixes
    }

    /// A pass that is to be made, step by step, while nothing is deleted by age; `nil`: none is due.
    /// - Parameters:
    ///   - all: whatever may be compacted, however little it is.
    ///   - spared: so many of the newest stay in pages: they vouch for the clock, see ``ageReference(now:)``.
    /// - Throws: SQLite's error
    public func beginCompaction(all: Bool = false, sparing spared: Int = Limits.witnessFixes) throws -> Compaction? {
        try ask { db in
            let chunked = try Chunked.read(db)
            let first = try PageTable.first(db) ?? .max
            if first <= chunked.fix || chunked.device < .max {
                return Compaction(
                    through: chunked.fix, begun: chunked.device,
                    place: chunked.device == .max ? .clear : .gather(after: 0), lastFix: lastFix,
                    pagesEmptied: pagesEmptied)
            }
            let end = min(snapshotFix, lastFix - Int64(spared))
            guard first <= end, all || end - first >= compactsFrom,
                let through = try PageTable.end(notAfter: end, db)
            else { return nil }
            return Compaction(
                through: through, begun: 0, place: .gather(after: 0), lastFix: lastFix, pagesEmptied: pagesEmptied)
        }
    }

    /// Makes one step, in one short transaction: so long that the pass keeps up with what is committed meanwhile.
    /// - Parameter fixes: of a step, if no more are committed meanwhile.
    /// - Throws: ``CommitError``; then the pass is where it was.
    public func compact(_ pass: inout Compaction, fixes: Int64 = Limits.compactionFixes) throws {
        // Each is gone over three times.
        let fixes = max(fixes, 3 * (lastFix - pass.lastFix))
        // A large batch has taken all its pages into chunks.
        if pass.pagesEmptied != pagesEmptied { pass.place = .done }
        do {
            switch pass.place {
            case .gather(let last): pass.place = try gather(&pass, after: last, fixes)
            case .write(let first): pass.place = try write(&pass, from: first, fixes)
            case .clear: pass.place = try clear(pass, fixes)
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
            while !pass.isDone { try compact(&pass, fixes: 16 * Limits.compactionFixes) }
        }
    }

    private func gather(_ pass: inout Compaction, after last: Int64, _ limit: Int64) throws -> Compaction.Place {
        var found: [[ArrivedFix]] = []
        var newest: Int64?
        var count = 0
        try ask { db in
            try PageTable.forEach(after: last, through: pass.through, db) { page in
                found.append(try page.fixes())
                newest = page.last
                count += page.count
                return count < limit
            }
        }
        for page in found {
            for arrived in page where arrived.device > pass.begun {
                pass.fixes[arrived.device, default: []].append(arrived.stored)
            }
        }
        if let newest { return .gather(after: newest) }
        pass.devices = pass.fixes.keys.sorted()
        return .write(from: 0)
    }

    private func write(_ pass: inout Compaction, from first: Int, _ limit: Int64) throws -> Compaction.Place {
        var next = first
        try queue.write { db in
            var written = 0
            while next < pass.devices.count, written < limit {
                let device = pass.devices[next]
                let fixes = (pass.fixes[device] ?? []).sorted(by: StoredFix.precedes)
                try ChunkTable.merge(fixes, of: device, db)
                written += fixes.count
                next += 1
            }
            // Where it leaves no page, nothing else tells the last number.
            try db.cachedStatement(sql: "UPDATE recovery SET last_fix = ?").execute(arguments: [lastFix])
            let isWhole = next == pass.devices.count
            try Chunked(fix: pass.through, device: isWhole ? .max : pass.devices[next - 1]).write(db)
        }
        for device in pass.devices[first..<next] { pass.fixes[device] = nil }
        return next == pass.devices.count ? .clear : .write(from: next)
    }

    private func clear(_ pass: Compaction, _ limit: Int64) throws -> Compaction.Place {
        try queue.write { db in
            // To delete one costs as much as some fixes do, however few it has.
            let last = try Int64.fetchOne(
                db.cachedStatement(
                    sql: "SELECT max(id) FROM (SELECT id FROM fix_page WHERE id <= ? ORDER BY id LIMIT ?)"),
                arguments: [pass.through, max(limit / 8, 1)])
            guard let last else { return .done }
            try PageTable.delete(through: last, db)
            return .clear
        }
    }
}
