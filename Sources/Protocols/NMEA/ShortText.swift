/// A few bytes of plain text kept in place; text that is longer, or no printable ASCII, is spoiled and reads as empty.
struct ShortText {
    private var bytes = InlineArray<256, UInt8>(repeating: 0)
    private var used = 0
    private var isSpoiled = false

    init() {}

    /// Nothing came, not even what spoils.
    var isEmpty: Bool { used == 0 && !isSpoiled }

    /// Something came, and nothing that spoils.
    var isReadable: Bool { used > 0 && !isSpoiled }

    var hasRoom: Bool { used < bytes.count && !isSpoiled }

    mutating func append(_ byte: UInt8) {
        guard hasRoom, byte >= 0x20, byte < 0x7F else {
            isSpoiled = true
            return
        }
        bytes[used] = byte
        used += 1
    }

    /// What follows names nothing.
    mutating func spoil() { isSpoiled = true }

    mutating func clear() {
        used = 0
        isSpoiled = false
    }

    /// Reads the text without its blanks at both ends.
    func read<Result>(_ body: (Span<UInt8>) -> Result) -> Result {
        let all = bytes.span
        var range = 0..<(isSpoiled ? 0 : used)
        while let first = range.first, all[first] == UInt8(ascii: " ") { range = first + 1..<range.upperBound }
        while let last = range.last, all[last] == UInt8(ascii: " ") { range = range.lowerBound..<last }
        return body(all.extracting(range))
    }
}
