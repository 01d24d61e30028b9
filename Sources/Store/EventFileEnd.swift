internal import Platform
internal import Positioning

/// What a file of event lines begins and ends with.
struct EventFileEnd {
    /// The number of the first line; `nil` where there is no whole one.
    var first: Int64?
    /// The number of the last whole line.
    var last: Int64?
    /// The last whole line itself, without its line end.
    var line: [UInt8] = []
    /// What stands after it: the beginning of the next one, as a crash or a full disk left it.
    var torn: [UInt8] = []

    /// - Parameter size: of the file, in bytes.
    /// - Throws: ``StoreError/eventFileForeign(path:line:)`` where it holds something else, `SystemError`
    init(of descriptor: borrowing Descriptor, size: Int, path: String, calls: FileCalls) throws {
        let length = min(size, Limits.eventFileTail)
        let tail = try Self.read(length, at: size - length, of: descriptor, path, calls)
        let end = tail.lastIndex(of: UInt8(ascii: "\n"))
        torn = Array(tail[(end.map { $0 + 1 } ?? 0)...])
        guard Self.isTornLine(torn), end != nil || size <= Limits.eventFileTail else {
            throw StoreError.eventFileForeign(path: path, line: Self.excerpt(torn))
        }
        guard let end else { return }
        line = Array(tail[(tail[..<end].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0)..<end])
        last = Self.seq(of: line[...])
        let head = size == length ? tail : try Self.read(Self.headBytes, at: 0, of: descriptor, path, calls)
        first = Self.seq(ofLineBeginning: head.prefix(Self.headBytes))
        guard last != nil, first != nil else {
            throw StoreError.eventFileForeign(path: path, line: Self.excerpt(last == nil ? line : head))
        }
    }

    /// Up to the end of the number in `{"seq":N,`.
    private static let headBytes = 32
    private static let head = Array("{\"seq\":".utf8)

    private static func read(
        _ length: Int, at offset: Int, of descriptor: borrowing Descriptor, _ path: String, _ calls: FileCalls
    ) throws -> [UInt8] {
        let number = descriptor.number
        var bytes = [UInt8](repeating: 0, count: length)
        var filled = 0
        while filled < bytes.count {
            let count = try checked("pread", "cannot read the event file \(path)") {
                calls.read(number, &bytes[filled...], offset + filled)
            }
            guard count > 0 else { break }
            filled += count
        }
        return Array(bytes.prefix(filled))
    }

    /// Whether this is what a crash left of one of our lines. After a power cut, zeros may stand where bytes were to come.
    private static func isTornLine(_ bytes: [UInt8]) -> Bool {
        let zeros = bytes.reversed().prefix { $0 == 0 }.count
        return zip(bytes.dropLast(zeros), head).allSatisfy { $0 == $1 }
    }

    /// The number in a line that begins `{"seq":N,`.
    private static func seq(of line: ArraySlice<UInt8>) -> Int64? {
        line.last == UInt8(ascii: "}") ? seq(ofLineBeginning: line) : nil
    }

    private static func seq(ofLineBeginning line: ArraySlice<UInt8>) -> Int64? {
        guard line.starts(with: head) else { return nil }
        return Int64(String(decoding: line.dropFirst(head.count).prefix { (48...57).contains($0) }, as: UTF8.self))
    }

    private static func excerpt(_ line: [UInt8]) -> String {
        var text: [UInt8] = []
        text.appendJSONString(String(decoding: line.prefix(60), as: UTF8.self))
        return String(decoding: text, as: UTF8.self)
    }
}
