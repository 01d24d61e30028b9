/// Eight decimal digits in one word, a byte each, the highest first and lowest in the word.
struct Digits {
    /// 0…9 in each byte.
    let word: UInt64

    /// Bytes that a number takes at most: a sign, an `Int`'s nineteen digits, or a point and nine decimals.
    static let room = 24

    /// Bytes that a text takes at most, each of its own written as `\u00hh`.
    static func room(forJSON text: Span<UInt8>) -> Int { 6 * text.count + 2 }

    /// - Parameter value: below 10^8.
    @inline(__always)
    init(_ value: UInt64) {
        // Halves, pairs and digits side by side, divided by multiplying (H. S. Warren, "Hacker's Delight", 10-9).
        let halves = value / 10_000 | (value % 10_000) << 32
        let hundreds = (halves &* 5243) &>> 19 & 0x0000_007F_0000_007F
        let pairs = hundreds | (halves &- hundreds &* 100) &<< 16
        let tens = (pairs &* 103) &>> 10 & 0x000F_000F_000F_000F
        word = tens | (pairs &- tens &* 10) &<< 8
    }

    /// How many zeros there are before the first digit that is none.
    @inline(__always)
    var leadingZeros: Int { word.trailingZeroBitCount >> 3 }

    /// How many there are behind the last.
    @inline(__always)
    var trailingZeros: Int { word.leadingZeroBitCount >> 3 }
}

extension OutputSpan<UInt8> {
    @inline(__always)
    mutating func append(_ text: StaticString) {
        let bytes = unsafe UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
        for place in 0..<bytes.count { unsafe append(bytes[place]) }
    }

    /// The digits of a range, lowest first.
    @inline(__always)
    mutating func append(_ digits: Digits, _ range: Range<Int>) {
        var rest = (digits.word | 0x3030_3030_3030_3030) &>> UInt64(8 &* range.lowerBound)
        for _ in range {
            append(UInt8(truncatingIfNeeded: rest))
            rest &>>= 8
        }
    }

    mutating func append(_ value: Int) {
        if value < 0 { append(UInt8(ascii: "-")) }
        appendWhole(UInt64(value.magnitude))
    }

    /// See ``Swift/Array/appendDecimal(_:decimals:)``.
    mutating func append(_ value: Double, decimals: Int) {
        guard value.magnitude < 1e12 else {
            append("null")
            return
        }
        let scale = Self.powersOfTen[decimals]
        // Whole and fraction apart, so that nine decimals of a longitude stay within what a Double can say.
        var whole = UInt64(value.magnitude)
        let scaled = (value.magnitude - Double(whole)) * Double(scale)
        var fraction = UInt64(scaled)
        if scaled - Double(fraction) >= 0.5 { fraction += 1 }
        if fraction >= scale {
            whole += 1
            fraction = 0
        }
        if value < 0 && (whole > 0 || fraction > 0) { append(UInt8(ascii: "-")) }
        appendWhole(whole)
        guard fraction > 0 else { return }
        // As nine decimals, less the zeros behind them.
        let (first, others) = (fraction &* Self.powersOfTen[9 &- decimals]).quotientAndRemainder(
            dividingBy: 100_000_000)
        append(UInt8(ascii: "."))
        append(UInt8(truncatingIfNeeded: 48 &+ first))
        let digits = Digits(others)
        append(digits, 0..<8 &- digits.trailingZeros)
    }

    private static var powersOfTen: InlineArray<10, UInt64> {
        [1, 10, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000]
    }

    private mutating func appendWhole(_ value: UInt64) {
        guard value < 100_000_000 else {
            let (higher, lower) = value.quotientAndRemainder(dividingBy: 100_000_000)
            appendWhole(higher)
            append(Digits(lower), 0..<8)
            return
        }
        let digits = Digits(value)
        append(digits, min(digits.leadingZeros, 7)..<8)
    }

    /// Two digits, of 0…99.
    @inline(__always)
    mutating func appendPair(_ value: Int) {
        append(UInt8(truncatingIfNeeded: 48 &+ value / 10 % 10))
        append(UInt8(truncatingIfNeeded: 48 &+ value % 10))
    }

    /// A JSON string (RFC 8259, section 7).
    mutating func appendJSON(_ text: Span<UInt8>) {
        append(UInt8(ascii: "\""))
        for place in text.indices {
            let byte = text[place]
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                append(UInt8(ascii: "\\"))
                append(byte)
            case 0..<0x20, 0x7F:
                append("\\u00")
                append(Self.hexDigit(byte >> 4))
                append(Self.hexDigit(byte & 15))
            default:
                append(byte)
            }
        }
        append(UInt8(ascii: "\""))
    }

    private static func hexDigit(_ value: UInt8) -> UInt8 { value < 10 ? 48 + value : 87 + value }
}
