import Positioning

/// A device's name as the stream spells it, kept in place: telling devices apart allocates nothing.
struct DeviceName: Hashable {
    /// Eight bytes a word, zeros behind the last one; ``Limits/deviceNameLength`` in all.
    private var words: InlineArray<8, UInt64>
    private let count: Int

    /// - Returns: `nil` where the text is empty, not ASCII, or over ``Limits/deviceNameLength``.
    init?(_ text: Span<UInt8>) {
        guard !text.isEmpty, text.count <= Limits.deviceNameLength else { return nil }
        words = InlineArray(repeating: 0)
        count = text.count
        for place in text.indices {
            let byte = text[place]
            guard byte < 0x80 else { return nil }
            words[place >> 3] |= UInt64(byte) << UInt64(place & 7 &* 8)
        }
    }

    private var wordCount: Int { (count &+ 7) >> 3 }

    static func == (a: Self, b: Self) -> Bool {
        guard a.count == b.count else { return false }
        for place in 0..<a.wordCount where a.words[place] != b.words[place] { return false }
        return true
    }

    /// Swift's seeded hash: names that were chosen to collide don't.
    func hash(into hasher: inout Hasher) {
        for place in 0..<wordCount { hasher.combine(words[place]) }
    }

    var string: String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count)
        for place in 0..<count {
            bytes.append(UInt8(truncatingIfNeeded: words[place >> 3] >> UInt64(place & 7 &* 8)))
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
