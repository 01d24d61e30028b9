internal import Engine
internal import Logging
internal import Platform
internal import Positioning
internal import Store

/// Lets go what is older than the configuration keeps, and has fixes compacted: a pass over the store now and then, in small
/// steps after commits and while nothing is to be committed. One at a time, for what one reads the other must not delete.
///
/// No vacuum: the room of what is deleted is taken by what comes, so the file stays as large as its fullest day made it.
/// Giving room back would move pages while the stream waits.
struct Retention {
    private let keep: Configuration.Keep
    /// Fixes of a step of compaction.
    private let atOnce: Int64
    private let log: Logger
    private var sweep: Sweep?
    private var compaction: Compaction?
    /// One that failed is not tried again before.
    private var compactsFrom = MonotonicTime.now
    private var due = Timestamp(microseconds: .min)
    /// When the pass under way may begin to delete.
    private var begin = Timestamp(microseconds: .min)
    /// Late fixes that were let in before their devices were marked are decided by then.
    private static let respite_s = 2 * Limits.gatherLate_s

    /// - Parameter atOnce: fixes of a step of compaction, which a commit may have to wait for.
    init(_ keep: Configuration.Keep, compacting atOnce: Int64 = Limits.compactionFixes, log: Logger) {
        self.keep = keep
        self.atOnce = atOnce
        self.log = log
    }

    /// Since when a device must have been silent to be forgotten as the journal is recovered; `nil`: none is.
    func silenceCut(_ journal: Journal, now: Timestamp) -> Timestamp? {
        do {
            return Self.cut(keep.fixes_days, try journal.ageReference(now: now))
        } catch {
            cannotForget(error)
            return nil
        }
    }

    func cannotForget(_ error: any Error) {
        log.warning("silent devices cannot be forgotten now; the next start will", metadata: ["why": "\(error)"])
    }

    /// Compacts or deletes some, if a pass is due or under way. A store that can't be written now is left for the next.
    /// - Parameters:
    ///   - now: by the clock, which may jump.
    ///   - eventFileSeq: the last event that the event file has.
    /// - Returns: whether there is more to do now.
    mutating func step(_ journal: Journal, _ watch: inout FleetWatch, now: Timestamp, eventFileSeq: Int64) -> Bool {
        if sweep?.deletes != true || compaction != nil, compact(journal) { return true }
        return sweep(journal, &watch, now: now, eventFileSeq: eventFileSeq)
    }

    /// - Returns: whether a pass is under way.
    private mutating func compact(_ journal: Journal) -> Bool {
        do {
            guard MonotonicTime.now >= compactsFrom else { return false }
            guard var pass = try compaction ?? journal.beginCompaction() else { return false }
            // Not held twice, so that a step copies nothing.
            compaction = nil
            try journal.compact(&pass, fixes: atOnce)
            compaction = pass.isDone ? nil : pass
            return compaction != nil
        } catch {
            compactsFrom = MonotonicTime.now + .seconds(Limits.compactionRetry_s)
            log.warning("fixes cannot be compacted now; a later pass will", metadata: ["why": "\(error)"])
            return false
        }
    }

    private mutating func sweep(
        _ journal: Journal, _ watch: inout FleetWatch, now: Timestamp, eventFileSeq: Int64
    ) -> Bool {
        do {
            guard var current = try current(journal, &watch, now: now) else { return false }
            try journal.sweep(&current, eventFileSeq: eventFileSeq)
            let isMarked = current.deletes && sweep?.deletes == false
            if isMarked { begin = now.advanced(bySeconds: Self.respite_s) }
            sweep = current.isDone ? nil : current
            return sweep != nil && !isMarked
        } catch {
            sweep = nil
            log.warning("old rows cannot be deleted now; the next pass will", metadata: ["why": "\(error)"])
            return false
        }
    }

    /// - Returns: the pass that is under way; `nil` where none is, or where it must not delete yet.
    private mutating func current(_ journal: Journal, _ watch: inout FleetWatch, now: Timestamp) throws -> Sweep? {
        if let sweep, !sweep.deletes { return sweep }
        if let sweep { return now >= begin || begin.seconds(since: now) > Self.respite_s ? sweep : nil }
        let isSetBack = due.seconds(since: now) > Limits.sweepInterval_s
        guard now >= due || isSetBack else { return nil }
        due = now.advanced(bySeconds: Limits.sweepInterval_s)
        begin = now
        let reference = try journal.ageReference(now: now)
        let cut = Self.cut(keep.fixes_days, reference)
        // What is known of their fixes goes with them, at the next commit.
        if let cut { watch.forgetPatterns(before: cut) }
        sweep = journal.beginSweep(
            fixesBefore: cut, eventsBefore: Self.cut(keep.events_days, reference))
        return sweep
    }

    private static func cut(_ days: Int, _ reference: Timestamp?) -> Timestamp? {
        guard days > 0 else { return nil }
        return reference?.advanced(bySeconds: -Double(days) * Limits.secondsPerDay)
    }
}
