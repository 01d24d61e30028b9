import Glibc
internal import Platform
internal import Positioning

/// The event file: the store's events as lines, for people and programs that tail it. It follows the store and never leads.
///
/// 1. A line is written only after its event is committed.
/// 2. The file holds whole lines of consecutive events, the last being ``lastSeq``; a torn last line is cut off at start and
///    after a failed write, and written again from the store.
/// 3. What the store has and the file lacks is appended before anything newer.
/// 4. One writer: the file is locked as long as it is open. Nothing is cut off that is not ours.
///
/// Not `Sendable`: it belongs to the journal's thread.
public final class EventFile {
    public let path: String
    private let descriptor: Descriptor
    /// The last event in the file; 0 where it is empty.
    public private(set) var lastSeq: Int64
    /// Bytes up to the end of the last whole line.
    private var wholeBytes: Int
    /// Whether more than whole lines may stand in the file.
    private var isTorn = false

    /// Opens or makes the file, locks it, and cuts off a torn last line.
    /// - Throws: ``StoreError/eventFileForeign(path:line:)``, ``StoreError/eventFileInUse(path:)``, `SystemError`
    public init(path: String) throws {
        self.path = path
        descriptor = try Descriptor.open(path, flags: O_RDWR | O_CREAT | O_APPEND, mode: 0o640)
        let number = descriptor.number
        try Self.lock(number, path: path)
        let size = try checked("lseek", "cannot read the event file \(path)") { lseek(number, 0, SEEK_END) }
        let tail = try Self.tail(of: number, size: size, path: path)
        guard let end = tail.lastIndex(of: UInt8(ascii: "\n")) else {
            guard size <= Limits.eventFileTail, Self.isTornLine(tail[...]) else {
                throw StoreError.eventFileForeign(path: path, line: Self.excerpt(tail[...]))
            }
            lastSeq = 0
            wholeBytes = 0
            if size > 0 { try cut() }
            return
        }
        let start = tail[..<end].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        guard let seq = Self.seq(of: tail[start..<end]) else {
            throw StoreError.eventFileForeign(path: path, line: Self.excerpt(tail[start..<end]))
        }
        guard Self.isTornLine(tail[(end + 1)...]) else {
            throw StoreError.eventFileForeign(path: path, line: Self.excerpt(tail[(end + 1)...]))
        }
        lastSeq = seq
        wholeBytes = size - (tail.count - end - 1)
        if size > wholeBytes { try cut() }
    }

    /// Brings the file to where the journal is.
    /// - Parameter newest: what was just committed, to spare reading it back.
    /// - Throws: `SystemError` where the file can't be written (then it stays behind, on a whole line, and the next call
    ///   goes on from there), ``StoreError/eventFileAhead(path:fileSeq:storeSeq:)``, SQLite's error.
    public func follow(_ journal: Journal, newest: CommittedEvents? = nil) throws {
        guard lastSeq <= journal.lastSeq else {
            throw StoreError.eventFileAhead(path: path, fileSeq: lastSeq, storeSeq: journal.lastSeq)
        }
        if let newest, newest.after == lastSeq {
            try append(newest)
        }
        while lastSeq < journal.lastSeq {
            try append(try journal.events(after: lastSeq, limit: Limits.catchUpEvents))
        }
    }

    private func append(_ events: CommittedEvents) throws {
        guard events.count > 0 else { return }
        if isTorn { try cut() }
        var written = 0
        do {
            while written < events.bytes.count {
                written += try checked("write", "cannot append to the event file \(path)") { () -> Int in
                    unsafe events.bytes.withUnsafeBytes { bytes in
                        unsafe write(descriptor.number, bytes.baseAddress?.advanced(by: written), bytes.count - written)
                    }
                }
            }
        } catch {
            isTorn = written > 0
            if isTorn { try? cut() }
            throw error
        }
        wholeBytes += events.bytes.count
        lastSeq = events.lastSeq
    }

    private func cut() throws {
        let number = descriptor.number
        let length = wholeBytes
        try checked("ftruncate", "cannot cut the torn last line of the event file \(path)") {
            ftruncate(number, length)
        }
        isTorn = false
    }

    /// Daemons with stores of their own have no lock in common but this one. The kernel frees it with the descriptor.
    private static func lock(_ number: Int32, path: String) throws {
        do {
            try checked("flock", "cannot lock the event file \(path)") { flock(number, LOCK_EX | LOCK_NB) }
        } catch {
            throw error.errno == EWOULDBLOCK ? StoreError.eventFileInUse(path: path) : error
        }
    }

    private static func tail(of number: Int32, size: Int, path: String) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: min(size, Limits.eventFileTail))
        var filled = 0
        while filled < bytes.count {
            let offset = size - bytes.count + filled
            let start = filled
            let count = try checked("pread", "cannot read the event file \(path)") { () -> Int in
                unsafe bytes.withUnsafeMutableBytes { buffer in
                    unsafe pread(number, buffer.baseAddress?.advanced(by: start), buffer.count - start, offset)
                }
            }
            guard count > 0 else { break }
            filled += count
        }
        return Array(bytes.prefix(filled))
    }

    private static let head = Array("{\"seq\":".utf8)

    /// Whether this is what a crash left of one of our lines. After a power cut, zeros may stand where bytes were to come.
    private static func isTornLine(_ bytes: ArraySlice<UInt8>) -> Bool {
        let zeros = bytes.reversed().prefix { $0 == 0 }.count
        return zip(bytes.dropLast(zeros), head).allSatisfy { $0 == $1 }
    }

    /// The number in a line that begins `{"seq":N,`.
    static func seq(of line: ArraySlice<UInt8>) -> Int64? {
        guard line.starts(with: head), line.last == UInt8(ascii: "}") else { return nil }
        let digits = line.dropFirst(head.count).prefix { (48...57).contains($0) }
        return Int64(String(decoding: digits, as: UTF8.self))
    }

    private static func excerpt(_ line: ArraySlice<UInt8>) -> String {
        var text: [UInt8] = []
        text.appendJSONString(String(decoding: line.prefix(60), as: UTF8.self))
        return String(decoding: text, as: UTF8.self)
    }
}
