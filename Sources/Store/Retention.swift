import GRDB
public import Positioning

/// One pass over the store that deletes what is too old, and how far it has come.
///
/// ```
///  mark ─ all devices, then a respite ─▶ checkpoints ─ all devices ─▶ fixes ─ none old among the next ─▶ chunks ─ all ─┐
///                                            done ◀─ none old among the next ─ events ◀─ all devices ─ rejections ◀────┘
/// ```
public struct Sweep: Sendable {
    /// A fix goes where its time and its arrival both lie before; `nil`: fixes are kept for ever.
    public let fixesBefore: Timestamp?
    /// The same for an event, by its arrival where that is known, else by its time. Not after ``fixesBefore``.
    public let eventsBefore: Timestamp?
    fileprivate var place: Place

    fileprivate enum Place {
        /// What will go counts as taken from here on.
        case mark(after: Int64)
        /// Before the fixes: the past can be decided again from any checkpoint that is left.
        case checkpoints(after: Int64)
        case fixes(after: Int64)
        /// After a device, or in the midst of it after a chunk.
        case chunks(after: Int64, from: Int64)
        case rejections(after: String)
        case events(after: Int64)
        case done
    }

    fileprivate init(fixesBefore: Timestamp?, eventsBefore: Timestamp?) {
        self.fixesBefore = fixesBefore
        self.eventsBefore = eventsBefore
        place = fixesBefore == nil ? .events(after: 0) : .mark(after: 0)
    }

    /// Whether the next step deletes. The first may be made when no late fix waits any more that was let in until the last
    /// device was marked, after ``Limits/gatherLate_s``.
    public var deletes: Bool {
        if case .mark = place { false } else { true }
    }

    public var isDone: Bool {
        if case .done = place { true } else { false }
    }
}

extension Journal {
    /// The time that ages are counted from: the clock's, but not beyond what the newest fixes say. A clock that is years ahead,
    /// as at the boot of a machine without a battery, must not empty the store; one that receives nothing deletes nothing.
    /// - Returns: `nil` where the store holds no fix.
    public func ageReference(now: Timestamp) throws -> Timestamp? {
        try queue.read { db in
            var newest: Timestamp?
            var left = Limits.witnessFixes
            try PageTable.forEachBackwards(db) { page in
                let fixes = try page.fixes().suffix(left)
                left -= fixes.count
                for arrived in fixes { newest = max(newest ?? arrived.stored.fix.time, arrived.stored.fix.time) }
                return left > 0
            }
            return newest.map { min(now, $0) }
        }
    }

    /// A pass that is still to be made, step by step.
    public func beginSweep(fixesBefore: Timestamp?, eventsBefore: Timestamp?) -> Sweep {
        Sweep(fixesBefore: fixesBefore, eventsBefore: eventsBefore)
    }

    /// Marks or deletes some of what is too old, in one short transaction; see the journal's invariant 8.
    /// - Parameter eventFileSeq: no event after this one is deleted, for the event file lacks it.
    /// - Throws: ``CommitError``; then the sweep is where it was.
    public func sweep(_ sweep: inout Sweep, eventFileSeq: Int64) throws {
        let current = sweep
        do {
            sweep.place = try queue.write { db in
                switch current.place {
                case .mark(let device): return try markDevices(after: device, current.fixesBefore, db)
                case .checkpoints(let device): return try deleteCheckpoints(after: device, db)
                case .fixes(let id): return try deleteFixes(after: id, current.fixesBefore, db)
                case .chunks(let device, let chunk):
                    return try deleteFromChunks(after: device, from: chunk, current.fixesBefore, db)
                case .rejections(let device): return try deleteRejections(after: device, current.fixesBefore, db)
                case .events(let seq):
                    return try deleteEvents(after: seq, current.eventsBefore, eventFileSeq: eventFileSeq, db)
                case .done: return .done
                }
            }
        } catch {
            throw CommitError(error)
        }
    }

    /// What was given stays given, whatever is deleted now.
    func keepLastNumbers(_ db: Database) throws {
        try db.cachedStatement(sql: "UPDATE recovery SET last_seq = ?, last_fix = ?").execute(arguments: [
            lastSeq, lastFix,
        ])
    }

    /// The numbers of the next devices.
    private static func devices(after number: Int64, _ db: Database) throws -> [Int64] {
        try Int64.fetchAll(
            db.cachedStatement(sql: "SELECT number FROM device WHERE number > ? ORDER BY number LIMIT ?"),
            arguments: [number, Limits.sweepRows])
    }

    /// Of each device, the newest checkpoint before the cut becomes the end of what counts as taken. Not while its oldest fix
    /// has come lately: the clock of such a device may be wrong, and what comes late from it is to be put into its place.
    private func markDevices(after number: Int64, _ cut: Timestamp?, _ db: Database) throws -> Sweep.Place {
        guard let cut, let last = try Self.devices(after: number, db).last else {
            storedFixes = StoredFixes()
            return .checkpoints(after: 0)
        }
        let bases = try Row.fetchAll(
            db.cachedStatement(
                sql: """
                    SELECT number, base FROM (SELECT number, forgotten_us, (SELECT max(time_us) FROM checkpoint
                    WHERE checkpoint.device = number AND time_us < ?3) AS base FROM device WHERE number > ?1 AND number <= ?2)
                    WHERE base > ifnull(forgotten_us, base - 1)
                    """), arguments: [number, last, cut.microseconds])
        for row in bases {
            let (device, base): (Int64, Int64) = (try row.value(at: 0), try row.value(at: 1))
            guard let oldest = try storedFixes.oldest(of: device, db), oldest.time_us <= base, oldest.isOld(cut)
            else { continue }
            try db.cachedStatement(sql: "UPDATE device SET forgotten_us = ? WHERE number = ?")
                .execute(arguments: [base, device])
        }
        return .mark(after: last)
    }

    private func deleteCheckpoints(after number: Int64, _ db: Database) throws -> Sweep.Place {
        let devices = try Self.devices(after: number, db)
        let delete = try db.cachedStatement(
            sql: """
                DELETE FROM checkpoint WHERE device = ?1 AND time_us IN (SELECT time_us FROM checkpoint
                WHERE device = ?1 AND time_us < (SELECT max(time_us) FROM checkpoint
                WHERE device = ?1 AND time_us <= (SELECT forgotten_us FROM device WHERE number = ?1))
                ORDER BY time_us LIMIT ?2)
                """)
        var left = Limits.sweepRows
        for device in devices {
            try delete.execute(arguments: [device, left])
            left -= db.changesCount
            // There may be more of this one.
            if left <= 0 { return .checkpoints(after: device - 1) }
        }
        return devices.last.map { .checkpoints(after: $0) } ?? .fixes(after: 0)
    }

    private func deleteFixes(after id: Int64, _ cut: Timestamp?, _ db: Database) throws -> Sweep.Place {
        guard let cut else { return .events(after: 0) }
        var pages: [(page: PageTable.Page, fixes: [ArrivedFix])] = []
        var looked = 0
        // Those that recovery replays stay; what is in chunks, it does not.
        try PageTable.forEach(after: id, through: snapshotFix, db) { page in
            pages.append((page, try page.fixes()))
            looked += page.count
            return looked < Limits.sweepRows
        }
        guard let last = pages.last?.page.last,
            pages.contains(where: { $0.fixes.contains { $0.stored.isOld(cut) } })
        else { return .chunks(after: 0, from: .min) }
        try keepLastNumbers(db)
        for (page, fixes) in pages {
            let left = try fixes.filter { arrived in
                guard arrived.stored.isOld(cut), let base = try Self.base(of: arrived.device, db) else { return true }
                return arrived.stored.time_us > base
            }
            try PageTable.keep(left, of: page, db)
        }
        return .fixes(after: last)
    }

    /// The checkpoint up to which a device's fixes may go; `nil` where none may.
    private static func base(of device: Int64, _ db: Database) throws -> Int64? {
        try Int64.fetchOne(
            db.cachedStatement(
                sql: """
                    SELECT max(checkpoint.time_us) FROM checkpoint JOIN device ON device.number = checkpoint.device
                    WHERE device.number = ? AND checkpoint.time_us <= device.forgotten_us
                    """), arguments: [device])
    }

    /// The same in chunks: one goes whole, or what is left of it is written anew.
    private func deleteFromChunks(
        after number: Int64, from first_us: Int64, _ cut: Timestamp?, _ db: Database
    ) throws -> Sweep.Place {
        var first_us = first_us
        var left = Limits.sweepRows
        let devices = try Self.devices(after: number, db)
        guard let cut, let last = devices.last else { return .rejections(after: "") }
        for device in devices {
            let base = try Self.base(of: device, db)
            while let base, let chunk = try ChunkTable.chunk(of: device, from: first_us, upTo: base, db) {
                // There may be more of this one.
                guard left > 0 else { return .chunks(after: device - 1, from: first_us) }
                let fixes = try chunk.fixes()
                left -= fixes.count
                let kept = fixes.filter { $0.time_us > base || !$0.isOld(cut) }
                if kept.count < fixes.count {
                    try ChunkTable.delete(chunk, db)
                    try ChunkTable.insert(kept[...], of: device, db)
                }
                first_us = chunk.last_us &+ 1
            }
            if let base {
                try Withdrawals.forget(of: device, upTo: base, db) {
                    try storedFixes.all(of: device, before: base &+ 1, db)
                }
            }
            first_us = .min
        }
        return .chunks(after: last, from: .min)
    }

    private func deleteRejections(after device: String, _ cut: Timestamp?, _ db: Database) throws -> Sweep.Place {
        let last = try String.fetchOne(
            db.cachedStatement(
                sql: "SELECT max(device) FROM (SELECT device FROM rejected WHERE device > ? ORDER BY device LIMIT ?)"),
            arguments: [device, Limits.sweepRows])
        guard let cut, let last else { return .events(after: 0) }
        // Of a device that is known, no row goes whose reports would be counted once more if they were given again.
        try db.cachedStatement(
            sql: """
                DELETE FROM rejected WHERE device > ?1 AND device <= ?2 AND last_us < ?3 AND
                ifnull((SELECT last_us <= ifnull(forgotten_us, last_us - 1) FROM device WHERE id = rejected.device), true)
                """
        ).execute(arguments: [device, last, cut.microseconds])
        return .rejections(after: last)
    }

    private func deleteEvents(
        after seq: Int64, _ cut: Timestamp?, eventFileSeq: Int64, _ db: Database
    ) throws -> Sweep.Place {
        guard let cut else { return .done }
        let isOld = "ifnull(received_us, time_us) < ?3"
        let piece = try Row.fetchOne(
            db.cachedStatement(
                sql: """
                    SELECT max(seq) AS last, total(old) AS old FROM (SELECT seq, \(isOld) AS old FROM event WHERE seq > ?1
                    AND seq <= min(?4, ifnull((SELECT min(seq) FROM consumer), ?4)) ORDER BY seq LIMIT ?2)
                    """), arguments: [seq, Limits.sweepRows, cut.microseconds, eventFileSeq])
        guard let piece, let last: Int64 = piece["last"], piece["old"] > 0.0 else { return .done }
        try keepLastNumbers(db)
        let deleted = try Int64.fetchAll(
            db.cachedStatement(
                sql: """
                    DELETE FROM event WHERE seq > ?1 AND seq <= ?2 AND \(isOld)
                    AND decided_us <= ifnull((SELECT min(checkpoint.time_us) FROM checkpoint
                    JOIN device ON device.number = checkpoint.device WHERE device.id = event.device), decided_us)
                    AND NOT EXISTS (SELECT 1 FROM event wrong WHERE wrong.seq = event.retracts)
                    AND NOT \(StandingEvents.isLastingEnter("event"))
                    RETURNING seq
                    """), arguments: [seq, last, cut.microseconds])
        if let newest = deleted.max() {
            try db.execute(sql: "UPDATE recovery SET kept_seq = max(kept_seq, ?)", arguments: [newest])
        }
        return .events(after: last)
    }
}

extension StoredFix {
    /// Whether it lies before a cut, by its time and by its arrival.
    fileprivate func isOld(_ cut: Timestamp) -> Bool { max(fix.time, received ?? fix.time) < cut }
}

/// Conditions on rows of the table `event` that several queries share.
enum StandingEvents {
    /// Whether the event was not retracted.
    static func stands(_ event: String) -> String {
        "NOT EXISTS (SELECT 1 FROM event r WHERE r.retracts = \(event).seq)"
    }

    /// Whether it is an enter after which its device has not left.
    static func isLastingEnter(_ event: String) -> String {
        """
        (\(event).type = 'enter' AND \(stands(event)) AND NOT EXISTS (SELECT 1 FROM event x
        WHERE x.device = \(event).device AND x.fence = \(event).fence AND x.type = 'exit'
        AND (x.time_us, x.seq) > (\(event).time_us, \(event).seq) AND \(stands("x"))))
        """
    }
}
