/// Writes one JSON object into a byte buffer by hand: no allocation, no Foundation, keys in the order in which they are given.
///
/// Every line that the project prints or stores is written with this, so that the same values are the same bytes everywhere.
public struct JSONLine {
    private var isFirst = true

    /// Opens an object at the end of `bytes`.
    public init(in bytes: inout [UInt8]) { bytes.append(UInt8(ascii: "{")) }

    /// Closes the object; no line end.
    public func close(in bytes: inout [UInt8]) { bytes.append(UInt8(ascii: "}")) }

    /// Writes the key (plain ASCII, nothing to escape) and leaves `bytes` where the value belongs.
    public mutating func key(_ name: StaticString, in bytes: inout [UInt8]) {
        if !isFirst { bytes.append(UInt8(ascii: ",")) }
        isFirst = false
        bytes.append(UInt8(ascii: "\""))
        unsafe bytes.append(contentsOf: UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
        bytes.append(UInt8(ascii: "\""))
        bytes.append(UInt8(ascii: ":"))
    }

    public mutating func string(_ name: StaticString, _ value: String, in bytes: inout [UInt8]) {
        key(name, in: &bytes)
        bytes.appendJSONString(value)
    }

    public mutating func integer(_ name: StaticString, _ value: Int, in bytes: inout [UInt8]) {
        key(name, in: &bytes)
        bytes.appendDecimal(value)
    }

    /// - Parameter decimals: at most so many are written, trailing zeros are not.
    public mutating func number(_ name: StaticString, _ value: Double, decimals: Int, in bytes: inout [UInt8]) {
        key(name, in: &bytes)
        bytes.appendDecimal(value, decimals: decimals)
    }

    public mutating func time(_ name: StaticString, _ value: Timestamp?, in bytes: inout [UInt8]) {
        key(name, in: &bytes)
        guard let value else {
            bytes.append(contentsOf: [110, 117, 108, 108])  // null
            return
        }
        bytes.append(UInt8(ascii: "\""))
        value.append(to: &bytes)
        bytes.append(UInt8(ascii: "\""))
    }

    public mutating func bool(_ name: StaticString, _ value: Bool, in bytes: inout [UInt8]) {
        key(name, in: &bytes)
        bytes.append(contentsOf: value ? Array("true".utf8) : Array("false".utf8))
    }
}

extension [UInt8] {
    /// A JSON string (RFC 8259, section 7): quotes, backslashes and control characters escaped, all else as UTF-8.
    public mutating func appendJSONString(_ value: String) {
        append(UInt8(ascii: "\""))
        for byte in value.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                append(UInt8(ascii: "\\"))
                append(byte)
            case 0..<0x20, 0x7F:
                append(contentsOf: [92, 117, 48, 48])  // \u00
                append(Self.hexDigit(byte >> 4))
                append(Self.hexDigit(byte & 15))
            default:
                append(byte)
            }
        }
        append(UInt8(ascii: "\""))
    }

    private static func hexDigit(_ value: UInt8) -> UInt8 { value < 10 ? 48 + value : 87 + value }

    public mutating func appendDecimal(_ value: Int) {
        if value < 0 { append(UInt8(ascii: "-")) }
        appendDigits(value.magnitude, atLeast: 1)
    }

    /// A number in plain decimal notation, rounded half away from zero; `null` where it is not finite or beyond ±1e12 (JSON has no word for those).
    /// - Parameter decimals: 0…9.
    public mutating func appendDecimal(_ value: Double, decimals: Int) {
        guard value.magnitude < 1e12 else {
            append(contentsOf: [110, 117, 108, 108])  // null
            return
        }
        var scale: UInt = 1
        for _ in 0..<decimals { scale *= 10 }
        // Whole and fraction apart, so that nine decimals of a longitude stay within what a Double can say.
        let whole = value.magnitude.rounded(.down)
        var units = UInt(whole)
        var fraction = UInt(((value.magnitude - whole) * Double(scale)).rounded())
        if fraction >= scale {
            units += 1
            fraction = 0
        }
        if value < 0 && (units > 0 || fraction > 0) { append(UInt8(ascii: "-")) }
        appendDigits(units, atLeast: 1)
        guard fraction > 0 else { return }
        var digits = decimals
        while fraction % 10 == 0 {
            fraction /= 10
            digits -= 1
        }
        append(UInt8(ascii: "."))
        appendDigits(fraction, atLeast: digits)
    }

    private mutating func appendDigits(_ value: UInt, atLeast count: Int) {
        var rest = value
        var written = 0
        let start = self.count
        while rest > 0 || written < count {
            append(UInt8(truncatingIfNeeded: 48 + rest % 10))
            rest /= 10
            written += 1
        }
        self[start...].reverse()
    }
}
