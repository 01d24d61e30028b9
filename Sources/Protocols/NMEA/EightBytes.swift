/// Eight bytes of a text looked at in one step, the first of them lowest in the word.
///
/// What is found is the highest bit of each byte that it is true of: `firstPlace` of a set gives 0…7.
struct EightBytes {
    let word: UInt64

    private static let ones: UInt64 = 0x0101_0101_0101_0101
    private static let highs: UInt64 = 0x8080_8080_8080_8080

    @inline(__always)
    init(word: UInt64) { self.word = word }

    /// - Precondition: eight bytes stand from `place` on.
    @inline(__always)
    init(_ text: Span<UInt8>, at place: Int) {
        precondition(place >= 0 && place &+ 8 <= text.count)
        word = unsafe UInt64(
            littleEndian: text.bytes.unsafeLoadUnaligned(fromByteOffset: place, as: UInt64.self))
    }

    /// The bytes that are equal to `byte`.
    @inline(__always)
    func equal(to byte: UInt8) -> UInt64 {
        let other = word ^ (UInt64(byte) &* Self.ones)
        return ~(((other & ~Self.highs) &+ ~Self.highs) | other) & Self.highs
    }

    /// The bytes that can't stand in a plain sentence's text: all up to `*`, the backslash, and from 0x7F on.
    ///
    /// Right up to the first one; above it a borrow may have made others.
    @inline(__always)
    var firstSpecials: UInt64 {
        let low = (word &- UInt64(UInt8(ascii: "+")) &* Self.ones) & ~word & Self.highs
        let high = (((word & ~Self.highs) &+ Self.ones) | word) & Self.highs
        return low | high | equal(to: UInt8(ascii: "\\"))
    }

    var isASCII: Bool { word & Self.highs == 0 }

    @inline(__always)
    static func firstPlace(_ found: UInt64) -> Int { found.trailingZeroBitCount >> 3 }

    /// All bytes exclusive-ored, of the first `count` only.
    @inline(__always)
    func folded(first count: Int) -> UInt8 {
        var rest = count >= 8 ? word : word & ((1 << UInt64(count * 8)) &- 1)
        rest ^= rest >> 32
        rest ^= rest >> 16
        rest ^= rest >> 8
        return UInt8(truncatingIfNeeded: rest)
    }
}
