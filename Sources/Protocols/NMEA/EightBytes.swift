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
        unsafe self.init(unchecked: text, at: place)
    }

    /// - Precondition: as above, and not looked at again: for loops whose bounds say so.
    @unsafe
    @inline(__always)
    init(unchecked text: Span<UInt8>, at place: Int) {
        word = unsafe UInt64(
            littleEndian: text.bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: place, as: UInt64.self))
    }

    /// The bytes that are equal to `byte`.
    @inline(__always)
    func equal(to byte: UInt8) -> UInt64 {
        let other = word ^ (UInt64(byte) &* Self.ones)
        return ~(((other & ~Self.highs) &+ ~Self.highs) | other) & Self.highs
    }

    /// The bytes up to `,`; some of those from 0x80 on may be among them.
    @inline(__always)
    var separators: UInt64 {
        // With its highest bit set no byte borrows from the next one.
        ~((word | Self.highs) &- UInt64(UInt8(ascii: "-")) &* Self.ones) & Self.highs
    }

    /// Not 0 where there is a byte from 0x7F on.
    @inline(__always)
    var unprintable: UInt64 { (word | (word &+ Self.ones)) & Self.highs }

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

/// Decimal digits, the first of them the highest.
extension EightBytes {
    /// Eight of the digit 0.
    static let zeros = EightBytes(word: 0x3030_3030_3030_3030)

    @inline(__always)
    var areDigits: Bool {
        let tens = word & 0xF0F0_F0F0_F0F0_F0F0
        let carried = (word &+ 0x0606_0606_0606_0606) & 0xF0F0_F0F0_F0F0_F0F0
        return tens == Self.zeros.word && carried == Self.zeros.word
    }

    /// With the digit 0 for all bytes but the last `count`, 1…8.
    @inline(__always)
    func keepingLast(_ count: Int) -> EightBytes {
        let mask = UInt64.max &<< UInt64(64 &- 8 &* count)
        return EightBytes(word: word & mask | Self.zeros.word & ~mask)
    }

    /// Without the byte at `place`, 0…7: those before it move up, and `first` is put before them.
    @inline(__always)
    func dropping(_ place: Int, after first: UInt8) -> EightBytes {
        let before = (1 &<< UInt64(8 &* place)) &- 1
        let behind = ~before &<< 8
        return EightBytes(word: word & behind | (word & before) &<< 8 | UInt64(first))
    }

    @inline(__always)
    var last: UInt8 { UInt8(truncatingIfNeeded: word &>> 56) }

    /// The number that the eight digits make.
    @inline(__always)
    var number: Int64 {
        let pairs = Self.pairs(word)
        let fours = (pairs &* 100 &+ pairs &>> 16) & 0x0000_FFFF_0000_FFFF
        return Int64(truncatingIfNeeded: (fours &* 10_000 &+ fours &>> 32) & 0xFFFF_FFFF)
    }

    /// The three numbers of two digits that the first six bytes make; `nil` where one of them is no digit.
    @inline(__always)
    var threePairs: (Int, Int, Int)? {
        let six = EightBytes(word: word & 0xFFFF_FFFF_FFFF | Self.zeros.word & ~0xFFFF_FFFF_FFFF)
        guard six.areDigits else { return nil }
        let pairs = Self.pairs(six.word)
        return (Int(pairs & 0xFF), Int(pairs &>> 16 & 0xFF), Int(pairs &>> 32 & 0xFF))
    }

    /// A number of two digits in each second byte.
    @inline(__always)
    private static func pairs(_ digits: UInt64) -> UInt64 {
        let values = digits & 0x0F0F_0F0F_0F0F_0F0F
        return (values &* 10 &+ values &>> 8) & 0x00FF_00FF_00FF_00FF
    }
}

extension Span<UInt8> {
    /// The first place from `start` on where `byte` stands; the end where it doesn't.
    @inline(__always)
    func place(of byte: UInt8, from start: Int) -> Int {
        var place = start
        while place &+ 8 <= count {
            let found = EightBytes(self, at: place).equal(to: byte)
            if found != 0 { return place &+ EightBytes.firstPlace(found) }
            place &+= 8
        }
        while place < count, self[place] != byte { place &+= 1 }
        return place
    }

    /// Whether the bytes of a range, some of which there must be, stand once more at a place.
    @inline(__always)
    func repeats(_ range: Range<Int>, at place: Int) -> Bool {
        let length = range.count
        guard length > 0, place &+ length <= count, self[place] == self[range.lowerBound] else { return false }
        var done = 0
        while done &+ 8 <= length {
            let here = EightBytes(self, at: place &+ done).word
            guard here == EightBytes(self, at: range.lowerBound &+ done).word else { return false }
            done &+= 8
        }
        while done < length {
            guard self[place &+ done] == self[range.lowerBound &+ done] else { return false }
            done &+= 1
        }
        return true
    }
}
