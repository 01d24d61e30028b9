/// A decimal number as coordinates are written: a sign, digits, and a point with more digits; no exponent.
enum PlainDecimal {
    /// Digits at most: as many are below 2^64.
    private static let digitCount = 19
    private static let powersOfTen: [UInt64] = [
        1, 10, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000, 10_000_000_000,
        100_000_000_000, 1_000_000_000_000, 10_000_000_000_000, 100_000_000_000_000, 1_000_000_000_000_000,
        10_000_000_000_000_000, 100_000_000_000_000_000, 1_000_000_000_000_000_000, 10_000_000_000_000_000_000,
    ]

    /// Reads the number that begins at a place.
    /// - Parameter at: past its last digit afterwards; as it was where there is none.
    /// - Returns: the nearest Double; `nil` where something else stands there, or a number that RFC 8259, section 6, does
    ///   not allow, or one that is longer or has an exponent.
    @inline(__always)
    static func read(_ text: Span<UInt8>, _ at: inout Int) -> Double? {
        var place = at
        var digits: UInt64 = 0
        let isNegative = text.byte(at: place) == UInt8(ascii: "-")
        if isNegative { place += 1 }
        let first = place
        takeDigits(text, &place, into: &digits)
        let whole = place - first
        guard whole == 1 || whole > 1 && text.byte(at: first) != UInt8(ascii: "0") else { return nil }
        var places = 0
        if text.byte(at: place) == UInt8(ascii: ".") {
            place += 1
            let point = place
            takeEight(text, &place, into: &digits)
            takeDigits(text, &place, into: &digits)
            places = place - point
            guard places > 0 else { return nil }
        }
        guard text.byte(at: place) | 0x20 != UInt8(ascii: "e"), whole + places <= digitCount else { return nil }
        at = place
        let magnitude = nearest(digits, places)
        return isNegative ? -magnitude : magnitude
    }

    @inline(__always)
    private static func takeDigits(_ text: Span<UInt8>, _ place: inout Int, into digits: inout UInt64) {
        while true {
            let digit = text.byte(at: place) &- 48
            guard digit < 10 else { return }
            digits = digits &* 10 &+ UInt64(digit)
            place += 1
        }
    }

    /// Up to eight digits at once, those at the front of a word (D. Lemire, "Number parsing at a gigabyte per second", 2021,
    /// section 4).
    @inline(__always)
    private static func takeEight(_ text: Span<UInt8>, _ place: inout Int, into digits: inout UInt64) {
        guard place + 8 <= text.count else { return }
        let word = text.word(at: place) ^ 0x3030_3030_3030_3030
        // The first byte above 9, by its highest bit; those after it may be wrong.
        let others = (word &+ 0x7676_7676_7676_7676 | word) & 0x8080_8080_8080_8080
        let count = others.trailingZeroBitCount >> 3
        var value = word << UInt64(64 - 8 * count)
        value = (value &* 10 &+ value >> 8) & 0x00FF_00FF_00FF_00FF
        value = (value &* 100 &+ value >> 16) & 0x0000_FFFF_0000_FFFF
        value = (value &* 10_000 &+ value >> 32) & 0xFFFF_FFFF
        digits = digits &* powersOfTen[count] &+ value
        place += count
    }

    /// The Double nearest to `digits` / 10^`places`.
    @inline(__always)
    private static func nearest(_ digits: UInt64, _ places: Int) -> Double {
        let power = powersOfTen[places]
        // A Double holds both exactly, so that one division is the only rounding (W. Clinger, "How to read floating point
        // numbers accurately", 1990).
        guard digits > 1 << 53 else { return Double(digits) / Double(power) }
        return divided(digits, by: power)
    }

    /// By whole numbers: 63 bits of the quotient at least, the remainder sticking to the last, so that the 53 that are left
    /// of them are rounded as the quotient itself would be.
    private static func divided(_ digits: UInt64, by power: UInt64) -> Double {
        let (up, down) = (digits.leadingZeroBitCount, power.leadingZeroBitCount)
        let dividend = digits << up
        let (quotient, remainder) = (power << down).dividingFullWidth((dividend >> 1, dividend << 63))
        let exponent = down - up - 63
        return Double(quotient | (remainder == 0 ? 0 : 1)) * Double(bitPattern: UInt64(1023 + exponent) << 52)
    }
}

extension Span<UInt8> {
    /// The byte at a place; past the end 0, which stands in no JSON.
    @inline(__always)
    func byte(at place: Int) -> UInt8 { place < count ? self[place] : 0 }

    /// Eight bytes from a place on, the first one lowest.
    @inline(__always)
    func word(at place: Int) -> UInt64 {
        unsafe UInt64(littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: place, as: UInt64.self))
    }
}
