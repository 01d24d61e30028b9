import Glibc
internal import Platform
internal import Positioning

/// The event file: the store's events as lines, for people and programs that tail it. It follows the store and never leads.
///
/// 1. A line is written only after its event is committed.
/// 2. The file holds whole lines of consecutive events, the last being ``lastSeq``. What a crash or a full disk left of a
///    line is completed from the store; where it is not that line's beginning (a power cut leaves zeros) it is cut off.
/// 3. What the store has and the file lacks is appended before anything newer.
/// 4. One writer: the file is locked as long as it is open. Nothing is cut off that is not ours.
/// 5. Before each write the file is looked at. Where it is not as it was left, it was rotated or a write failed, and its own
///    last line says where to go on. An empty one goes on after the piece before it: after what was last written; at start,
///    after the newest of the journal's mark and the pieces beside it.
/// 6. What is renamed away gets nothing more, and is on the disk before the new one begins; so is the new one's beginning. A
///    power cut can take lines from the end of the file alone, and the store has those.
///
/// ```
///            as it was left                 append ── fails ──▶ unknown ─┐
///          ┌────────────────┐                 ▲                          │
///  follow ─┤                ├─────────────────┤                          │
///          │  other size    ├─▶ take() ───────┤ ◀────────────────────────┘
///          │  other inode   ├─▶ take(), open(), take() ──▶ append
///          └────────────────┘
/// ```
/// Not `Sendable`: it belongs to the journal's thread.
public final class EventFile {
    public let path: String
    /// The last event in the file, or in the pieces before it where it is empty; at start 0 until the journal is asked.
    public private(set) var lastSeq: Int64 = 0
    private let calls: FileCalls
    private var descriptor: Descriptor
    /// As it was left; `nil` where a write failed since.
    private var left: FileMark?
    /// The number of its first line; `nil` while it has none.
    private var firstSeq: Int64?
    /// Whether its name and its beginning are known to be on the disk.
    private var isLasting = false
    /// The beginning of the line after ``lastSeq``, which is in the file already.
    private var torn: [UInt8] = []
    /// Whether the journal and the pieces beside it must say where an empty file goes on.
    private var isResuming = false
    private var notices: [Notice] = []

    /// What happened to the file that people should know.
    public enum Notice: Equatable, Sendable {
        /// It was renamed or removed: a new one was made.
        case replaced
        /// It was emptied in place.
        case truncated
        /// The store has these events no more.
        case missed(ClosedRange<Int64>)
    }

    /// Opens or makes the file and locks it.
    /// - Throws: ``StoreError/eventFileForeign(path:line:)``, ``StoreError/eventFileInUse(path:)``,
    ///   ``StoreError/eventFileNoFile(path:)``, `SystemError`
    public init(path: String, calls: FileCalls = .system) throws {
        self.path = path
        self.calls = calls
        descriptor = try Self.open(path)
        isResuming = true
        let mark = try FileMark(descriptor, path: path)
        try take(mark, try end(of: descriptor, mark))
    }

    /// Brings the file to where the journal is, and tells the journal how far the file has come.
    /// - Parameter newest: what was just committed, to spare reading it back.
    /// - Throws: `SystemError` where the file can't be written (then it stays behind, and the next call goes on from there),
    ///   ``StoreError/eventFileAhead(path:fileSeq:storeSeq:)`` and those of ``init(path:calls:)``, SQLite's error.
    public func follow(_ journal: Journal, newest: CommittedEvents? = nil) throws {
        try lookAgain()
        if isResuming { try resume(after: journal) }
        guard lastSeq <= journal.lastSeq else {
            throw StoreError.eventFileAhead(path: path, fileSeq: lastSeq, storeSeq: journal.lastSeq)
        }
        if let newest, newest.after == lastSeq { try append(newest) }
        while lastSeq < journal.lastSeq {
            let events = try journal.events(after: lastSeq, limit: Limits.catchUpEvents)
            guard events.count > 0 else { break }
            let next = lastSeq + 1
            try append(events)
            if events.first > next { notices.append(.missed(next...events.first - 1)) }
        }
        try makeLasting()
        journal.fileSeq = lastSeq
    }

    /// What happened since the last call.
    public func takeNotices() -> [Notice] {
        defer { notices = [] }
        return notices
    }

    // MARK: rotation

    private func lookAgain() throws {
        let now = try FileMark(path: path)
        if let now, now == left { return }
        let held = try FileMark(descriptor, path: path)
        if let now, now.isSameFile(as: held) {
            let old = left
            left = nil
            try take(held, try end(of: descriptor, held))
            if let old, held.size < old.size { notices.append(.truncated) }
            return
        }
        // What was renamed away is known to its end before the new one goes on from there.
        left = nil
        do {
            try take(held, try end(of: descriptor, held))
        } catch StoreError.eventFileForeign {
            // Somebody wrote into it; it is theirs now.
        }
        try Self.sync(descriptor, path, calls)
        let fresh = try Self.open(path)
        let mark = try FileMark(fresh, path: path)
        let end = try end(of: fresh, mark)
        descriptor = fresh
        isLasting = false
        firstSeq = nil
        try take(mark, end)
        notices.append(.replaced)
    }

    private func end(of descriptor: borrowing Descriptor, _ mark: FileMark) throws -> EventFileEnd {
        try EventFileEnd(of: descriptor, size: mark.size, path: path, calls: calls)
    }

    /// Goes on from what the file itself holds.
    private func take(_ mark: FileMark, _ end: EventFileEnd) throws {
        if let last = end.last {
            lastSeq = last
            isResuming = false
        } else if let firstSeq {
            // It was emptied. The copy that was taken of it may lack what was written meanwhile.
            let copies = try RotatedPieces.ends(besides: path, calls: calls).filter { $0.first == firstSeq }
            lastSeq = copies.compactMap(\.last).max() ?? lastSeq
        }
        torn = end.torn
        firstSeq = end.first
        if firstSeq == nil { isLasting = false }
        left = mark
    }

    /// Finds where an empty file goes on, at start.
    private func resume(after journal: Journal) throws {
        let pieces = try RotatedPieces.ends(besides: path, calls: calls)
        var seq = min(journal.fileSeq, journal.lastSeq)
        for piece in pieces {
            guard let last = piece.last, last > seq, last <= journal.lastSeq else { continue }
            // A piece of another store's file is none.
            let line = try journal.events(after: last - 1, limit: 1).bytes.dropLast()
            if piece.line == Array(line) { seq = last }
        }
        lastSeq = seq
        isResuming = false
    }

    private static func open(_ path: String) throws -> Descriptor {
        // Before it is opened: opening a FIFO waits for whoever reads it.
        _ = try FileMark(path: path)
        let descriptor = try Descriptor.open(path, flags: O_RDWR | O_CREAT | O_APPEND, mode: 0o640)
        try lock(descriptor, path: path)
        return descriptor
    }

    /// Daemons with stores of their own have no lock in common but this one. The kernel frees it with the descriptor.
    private static func lock(_ descriptor: borrowing Descriptor, path: String) throws {
        let number = descriptor.number
        do {
            try checked("flock", "cannot lock the event file \(path)") { flock(number, LOCK_EX | LOCK_NB) }
        } catch {
            throw error.errno == EWOULDBLOCK ? StoreError.eventFileInUse(path: path) : error
        }
    }

    // MARK: writing

    private var folder: String { path.lastIndex(of: "/").map { String(path[...$0]) } ?? "./" }

    static func sync(_ descriptor: borrowing Descriptor, _ path: String, _ calls: FileCalls) throws(SystemError) {
        let number = descriptor.number
        try checked("fsync", "cannot bring \(path) to the disk") { calls.sync(number) }
    }

    /// Until it has succeeded the journal isn't told how far the file has come: it would go on after lines that a power cut took.
    private func makeLasting() throws {
        guard !isLasting, firstSeq != nil else { return }
        try Self.sync(descriptor, path, calls)
        try Self.sync(try Descriptor.open(folder, flags: O_RDONLY | O_DIRECTORY), folder, calls)
        isLasting = true
    }

    private func append(_ events: CommittedEvents) throws {
        guard events.count > 0 else { return }
        guard var mark = left else { return }
        left = nil
        let number = descriptor.number
        var written = torn.count
        if !events.bytes.starts(with: torn) {
            mark.size -= torn.count
            let length = mark.size
            try checked("ftruncate", "cannot cut the torn last line of the event file \(path)") {
                calls.truncate(number, length)
            }
            written = 0
        }
        mark.size -= written
        while written < events.bytes.count {
            written += try checked("write", "cannot append to the event file \(path)") {
                calls.write(number, events.bytes[written...])
            }
        }
        mark.size += events.bytes.count
        torn = []
        lastSeq = events.lastSeq
        if firstSeq == nil { firstSeq = events.first }
        left = mark
    }
}
