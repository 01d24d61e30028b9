internal import Positioning

extension Anomaly {
    /// The numbers that decided, and the times of the fixes that they are from, for the person who judges: one JSON object.
    ///
    /// Without objects in it, and of others' text only devices' ids: no string in it holds a quote or a brace as it is.
    public struct Evidence: Equatable, Sendable {
        /// UTF-8, from brace to brace, on one line.
        public let json: [UInt8]

        init(_ write: (inout EvidenceWriter) -> Void) {
            var writer = EvidenceWriter()
            write(&writer)
            json = writer.closed()
        }

        /// As an event's line had it.
        public init(json: [UInt8]) { self.json = json }
    }
}

/// Writes an ``Anomaly/Evidence`` key by key.
struct EvidenceWriter {
    private var bytes: [UInt8] = []
    private var line: JSONLine

    init() { line = JSONLine(in: &bytes) }

    mutating func count(_ name: StaticString, _ value: Int) { line.integer(name, value, in: &bytes) }
    mutating func number(_ name: StaticString, _ value: Double) { line.number(name, value, decimals: 1, in: &bytes) }
    /// Of latitude or longitude, to a tenth of a metre.
    mutating func degrees(_ name: StaticString, _ value: Double) { line.number(name, value, decimals: 6, in: &bytes) }
    mutating func time(_ name: StaticString, _ value: Timestamp) { line.time(name, value, in: &bytes) }

    mutating func bool(_ name: StaticString, _ value: Bool) { line.bool(name, value, in: &bytes) }

    mutating func word<Word: RawRepresentable>(_ name: StaticString, _ value: Word) where Word.RawValue == String {
        line.string(name, value.rawValue, in: &bytes)
    }

    /// - Parameter value: letters and underscores.
    mutating func word(_ name: StaticString, _ value: String) { line.string(name, value, in: &bytes) }

    /// A device's id, which may be any text.
    mutating func name(_ name: StaticString, _ device: String) {
        line.key(name, in: &bytes)
        append(device)
    }

    /// The first of several ids.
    mutating func names(_ name: StaticString, _ devices: some Sequence<String>) {
        line.key(name, in: &bytes)
        bytes.append(UInt8(ascii: "["))
        for (index, device) in devices.prefix(Limits.evidenceNames).enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            append(device)
        }
        bytes.append(UInt8(ascii: "]"))
    }

    /// A JSON string in which quotes, braces and backslashes are written by their number: a line is searched for them as bytes.
    private mutating func append(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""): bytes.append(contentsOf: #"\u0022"#.utf8)
            case UInt8(ascii: "\\"): bytes.append(contentsOf: #"\u005c"#.utf8)
            case UInt8(ascii: "{"): bytes.append(contentsOf: #"\u007b"#.utf8)
            case UInt8(ascii: "}"): bytes.append(contentsOf: #"\u007d"#.utf8)
            case 0..<0x20, 0x7F: bytes.append(UInt8(ascii: "?"))
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    /// The stretch of time that decided, by its first and its last fix.
    mutating func span(from: Timestamp, to: Timestamp) {
        time("from", from)
        time("to", to)
        number("duration_s", to.seconds(since: from))
    }

    consuming func closed() -> [UInt8] {
        line.close(in: &bytes)
        return bytes
    }
}
