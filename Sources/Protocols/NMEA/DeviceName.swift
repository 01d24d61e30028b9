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
        var all: UInt64 = 0
        var place = 0
        while place &+ 8 <= count {
            let word = EightBytes(text, at: place).word
            words[place >> 3] = word
            all |= word
            place &+= 8
        }
        while place < count {
            let word = UInt64(text[place]) << UInt64((place & 7) &* 8)
            words[place >> 3] |= word
            all |= word
            place &+= 1
        }
        guard EightBytes(word: all).isASCII else { return nil }
    }

    /// As above.
    init?(_ text: String) { self.init(text.utf8Span.span) }

    /// Whether the text is the name, spelled as ``string`` gives it.
    func isSpelled(_ text: String?) -> Bool {
        guard let text else { return false }
        let bytes = text.utf8Span.span
        guard bytes.count == count else { return false }
        var place = 0
        while place &+ 8 <= count {
            if EightBytes(bytes, at: place).word != words[place >> 3] { return false }
            place &+= 8
        }
        guard place < count else { return true }
        var last: UInt64 = 0
        while place < count {
            last |= UInt64(bytes[place]) << UInt64((place & 7) &* 8)
            place &+= 1
        }
        return last == words[(count &- 1) >> 3]
    }

    private var wordCount: Int { (count &+ 7) >> 3 }

    static func == (a: Self, b: Self) -> Bool {
        guard a.count == b.count else { return false }
        let (these, those) = (a.words.span, b.words.span)
        for place in 0..<a.wordCount where these[place] != those[place] { return false }
        return true
    }

    /// Swift's seeded hash: names that were chosen to collide don't.
    func hash(into hasher: inout Hasher) {
        let words = words.span
        for place in 0..<wordCount { hasher.combine(words[place]) }
    }

    var string: String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count)
        for place in 0..<count {
            bytes.append(UInt8(truncatingIfNeeded: words[place >> 3] >> UInt64((place & 7) &* 8)))
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
