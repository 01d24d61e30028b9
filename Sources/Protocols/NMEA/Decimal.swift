/// Digits with or without a point, as an integer and a power of ten: one division makes the nearest `Double`.
struct Decimal {
    /// The digits without the point; below 10^15, so that a `Double` holds it exactly.
    private(set) var digits: Int64
    /// How many of them stand after the point.
    private(set) var decimals: Int
    /// 10 to the power of ``decimals``.
    private var scale: Int64 = 1

    private static let most: Int64 = 1_000_000_000_000_000
    private static let mostDigits = 15

    /// - Returns: `nil` where anything but digits and one point stands in the range, or no digit, or a whole part of over
    ///   15 digits. Decimals beyond the fifteenth digit are cut.
    init?(_ range: Range<Int>, in text: Span<UInt8>) {
        digits = 0
        decimals = 0
        var place = range.lowerBound
        // Zeros in front would count among the fifteen.
        while place < range.upperBound, text[place] == UInt8(ascii: "0") { place += 1 }
        var hasDigit = place > range.lowerBound
        let wholeEnd = min(range.upperBound, place + Self.mostDigits)
        while place < wholeEnd, let digit = text[place].decimalDigit {
            digits = digits &* 10 &+ Int64(digit)
            place += 1
            hasDigit = true
        }
        guard place < range.upperBound else {
            if !hasDigit { return nil }
            return
        }
        guard text[place] == UInt8(ascii: ".") else { return nil }
        place += 1
        while place < range.upperBound {
            guard let digit = text[place].decimalDigit else { return nil }
            if digits < Self.most / 10, decimals < Self.mostDigits {
                digits = digits &* 10 &+ Int64(digit)
                scale = scale &* 10
                decimals += 1
            }
            place += 1
            hasDigit = true
        }
        if !hasDigit { return nil }
    }

    var value: Double { Double(digits) / Double(scale) }

    /// The number read as degrees and minutes (`dddmm.mmmm`), in degrees; `nil` where the minutes are 60 or more.
    var degrees: Double? {
        let whole = digits / scale
        guard whole < 100_000 else { return nil }
        let minutes = digits - whole / 100 * 100 * scale
        guard minutes < 60 * scale else { return nil }
        // All in units of the last digit of a minute: at most 10^15 × 60 / 100, exact in a Double.
        return Double(whole / 100 * 60 * scale + minutes) / (60 * Double(scale))
    }
}

extension UInt8 {
    /// 0…9 for an ASCII digit.
    var decimalDigit: Int? {
        let value = self &- UInt8(ascii: "0")
        return value < 10 ? Int(value) : nil
    }

    var isLetter: Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self | 0x20) }

    /// 0…15 for an ASCII hexadecimal digit of either case.
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
    /// The number that the two digits from `index` on make; the caller has seen that they are there.
    func twoDigits(_ index: Int) -> Int? {
        guard let tens = self[index].decimalDigit, let ones = self[index + 1].decimalDigit else { return nil }
        return tens * 10 + ones
    }
}
