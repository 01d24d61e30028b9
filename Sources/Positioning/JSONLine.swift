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
        member(name, room: 0, in: &bytes) { _ in }
    }

    public mutating func string(_ name: StaticString, _ value: String, in bytes: inout [UInt8]) {
        let text = value.utf8.span
        member(name, room: Digits.room(forJSON: text), in: &bytes) { $0.appendJSON(text) }
    }

    public mutating func integer(_ name: StaticString, _ value: Int, in bytes: inout [UInt8]) {
        member(name, room: Digits.room, in: &bytes) { $0.append(value) }
    }

    /// - Parameter decimals: at most so many are written, trailing zeros are not.
    public mutating func number(_ name: StaticString, _ value: Double, decimals: Int, in bytes: inout [UInt8]) {
        member(name, room: Digits.room, in: &bytes) { $0.append(value, decimals: decimals) }
    }

    public mutating func time(_ name: StaticString, _ value: Timestamp?, in bytes: inout [UInt8]) {
        member(name, room: Timestamp.room + 2, in: &bytes) { line in
            guard let value else {
                line.append("null")
                return
            }
            line.append(UInt8(ascii: "\""))
            value.append(to: &line)
            line.append(UInt8(ascii: "\""))
        }
    }

    public mutating func bool(_ name: StaticString, _ value: Bool, in bytes: inout [UInt8]) {
        member(name, room: 5, in: &bytes) { $0.append(value ? "true" : "false") }
    }

    /// A key and what `value` writes, at most `room` bytes.
    @inline(__always)
    private mutating func member(
        _ name: StaticString, room: Int, in bytes: inout [UInt8], _ value: (inout OutputSpan<UInt8>) -> Void
    ) {
        let isFirst = isFirst
        self.isFirst = false
        bytes.append(addingCapacity: name.utf8CodeUnitCount + 4 + room) { line in
            if !isFirst { line.append(UInt8(ascii: ",")) }
            line.append(UInt8(ascii: "\""))
            line.append(name)
            line.append(UInt8(ascii: "\""))
            line.append(UInt8(ascii: ":"))
            value(&line)
        }
    }
}

extension [UInt8] {
    /// A JSON string (RFC 8259, section 7): quotes, backslashes and control characters escaped, all else as UTF-8.
    public mutating func appendJSONString(_ value: String) {
        let text = value.utf8.span
        append(addingCapacity: Digits.room(forJSON: text)) { $0.appendJSON(text) }
    }

    public mutating func appendDecimal(_ value: Int) {
        append(addingCapacity: Digits.room) { $0.append(value) }
    }

    /// A number in plain decimal notation, rounded half away from zero; `null` where it is not finite or beyond ±1e12 (JSON has no word for those).
    /// - Parameter decimals: 0…9.
    public mutating func appendDecimal(_ value: Double, decimals: Int) {
        append(addingCapacity: Digits.room) { $0.append(value, decimals: decimals) }
    }
}
