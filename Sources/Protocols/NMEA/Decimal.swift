/// Digits with or without a point, as an integer and a power of ten: one division makes the nearest `Double`.
struct Decimal {
    /// The digits without the point; below 10^15, so that a `Double` holds it exactly.
    private(set) var digits: Int64 = 0
    /// How many of them stand after the point.
    private(set) var decimals = 0
    /// Characters that are read: fifteen digits and a point.
    private static let mostCharacters = 16
    private static let powersOfTen: InlineArray<16, Int64> = [
        1, 10, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000, 10_000_000_000,
        100_000_000_000, 1_000_000_000_000, 10_000_000_000_000, 100_000_000_000_000, 1_000_000_000_000_000,
    ]

    /// - Returns: `nil` where anything but digits and one point stands in the range, or no digit, or a whole part of over
    ///   15 digits. Decimals beyond the sixteenth character are cut.
    @inline(__always)
    init?(_ range: Range<Int>, in text: Span<UInt8>) {
        let count = range.count
        var eight = EightBytes.zeros
        var points: UInt64 = 0
        if count > 1, count <= Self.mostCharacters, range.upperBound >= 8 {
            eight = EightBytes(text, at: range.upperBound &- 8)
            if count < 8 { eight = eight.keepingLast(count) }
            points = eight.equal(to: UInt8(ascii: "."))
        }
        guard points != 0 else {
            guard let plain = Decimal(byByte: range, in: text) else { return nil }
            self = plain
            return
        }
        // The last of the digits before the eight characters comes in where the point goes out.
        var first = UInt8(ascii: "0")
        if count > 8 {
            let last = range.upperBound &- 9
            var place = range.lowerBound
            while place < last {
                guard let digit = text[place].decimalDigit else { return nil }
                digits = digits &* 10 &+ Int64(digit)
                place &+= 1
            }
            first = text[last]
        }
        let point = EightBytes.firstPlace(points)
        eight = eight.dropping(point, after: first)
        guard eight.areDigits else { return nil }
        digits = digits &* 100_000_000 &+ eight.number
        decimals = 7 &- point
    }

    /// The plain way, for all ranges and anywhere in a text.
    init?(byByte range: Range<Int>, in text: Span<UInt8>) {
        precondition(range.lowerBound >= 0 && range.upperBound <= text.count)
        var place = range.lowerBound
        // Zeros in front would count among the sixteen.
        while range.upperBound &- place > Self.mostCharacters, text[place] == UInt8(ascii: "0") { place &+= 1 }
        let end = min(range.upperBound, place &+ Self.mostCharacters)
        let most = place &+ Self.mostCharacters
        var point: Int?
        while place < end {
            if let digit = text[place].decimalDigit {
                digits = digits &* 10 &+ Int64(digit)
            } else {
                guard text[place] == UInt8(ascii: "."), point == nil else { return nil }
                point = place
            }
            place &+= 1
        }
        guard let point else {
            guard !range.isEmpty, range.upperBound < most else { return nil }
            return
        }
        guard range.count > 1 else { return nil }
        decimals = end &- point &- 1
        for place in end..<range.upperBound where text[place].decimalDigit == nil { return nil }
    }

    private var scale: Int64 { Self.powerOfTen(decimals) }

    @inline(__always)
    static func powerOfTen(_ exponent: Int) -> Int64 { powersOfTen[exponent] }

    var value: Double { Double(digits) / Double(scale) }

    /// The number read as degrees and minutes (`dddmm.mmmm`), in degrees; `nil` where the minutes are 60 or more.
    @inline(__always)
    var degrees: Double? {
        let degrees = digits / (100 &* scale)
        guard degrees < 1000 else { return nil }
        let minutes = digits &- degrees &* 100 &* scale
        guard minutes < 60 &* scale else { return nil }
        // All in units of the last digit of a minute: at most 10^15 × 60 / 100, exact in a Double.
        return Double(degrees &* 60 &* scale &+ minutes) / (60 * Double(scale))
    }
}

extension UInt8 {
    /// 0…9 for an ASCII digit.
    @inline(__always)
    var decimalDigit: Int? {
        let value = self &- UInt8(ascii: "0")
        return value < 10 ? Int(value) : nil
    }

    var isLetter: Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self | 0x20) }

    /// 0…15 for an ASCII hexadecimal digit of either case.
    @inline(__always)
    var hexDigit: UInt8? {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
        case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
        case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
        default: nil
        }
    }
}

extension Span<UInt8> {
    /// The three numbers that the six digits from `index` on make; the caller has seen that six bytes are there.
    @inline(__always)
    func threePairs(at index: Int) -> (Int, Int, Int)? {
        if index &+ 8 <= count { return EightBytes(self, at: index).threePairs }
        guard let first = twoDigits(index), let second = twoDigits(index + 2), let third = twoDigits(index + 4)
        else { return nil }
        return (first, second, third)
    }

    /// From `start` up to `end`, less the blanks at both ends.
    func withoutBlanks(_ start: Int, _ end: Int) -> Range<Int> {
        var (start, end) = (start, end)
        while start < end, self[start] == UInt8(ascii: " ") { start += 1 }
        while start < end, self[end - 1] == UInt8(ascii: " ") { end -= 1 }
        return start..<end
    }

    private func twoDigits(_ index: Int) -> Int? {
        guard let tens = self[index].decimalDigit, let ones = self[index + 1].decimalDigit else { return nil }
        return tens * 10 + ones
    }
}
