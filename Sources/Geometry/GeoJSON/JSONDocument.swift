internal import Positioning

/// A JSON text and its tokens, flat: a file of a million positions is two arrays, not a million.
final class JSONDocument {
    enum Kind: UInt8 {
        case object, array, string, number, yes, no, null
    }

    struct Token {
        /// A number's value; of a list of positions, how many they are.
        let number: Double
        /// Of its first byte; a file is shorter than 4 GiB.
        let offset: UInt32
        /// The token after it and all that it holds.
        var next: UInt32
        /// Where those of a list of positions begin; they have no tokens of their own.
        let firstPosition: UInt32?
        let kind: Kind

        init(kind: Kind, offset: Int, next: Int = 0, number: Double = 0) {
            self.kind = kind
            self.offset = UInt32(truncatingIfNeeded: offset)
            self.next = UInt32(truncatingIfNeeded: next)
            self.number = number
            firstPosition = nil
        }

        init(positions: Range<Int>, offset: Int, next: Int) {
            kind = .array
            self.offset = UInt32(truncatingIfNeeded: offset)
            self.next = UInt32(truncatingIfNeeded: next)
            number = Double(positions.count)
            firstPosition = UInt32(truncatingIfNeeded: positions.lowerBound)
        }
    }

    fileprivate let lines: LineCount
    fileprivate let tokens: [Token]
    fileprivate let positions: [Position]

    init(_ lines: LineCount, tokens: [Token], positions: [Position] = []) {
        self.lines = lines
        self.tokens = tokens
        self.positions = positions
    }

    var root: JSONValue { JSONValue(document: self, index: 0) }

    fileprivate var bytes: [UInt8] { lines.bytes }

    /// The four hexadecimal digits that begin at `start`.
    static func hexadecimal(_ bytes: [UInt8], at start: Int) -> UInt16? {
        guard start + 4 <= bytes.count else { return nil }
        var unit: UInt16 = 0
        for byte in bytes[start..<start + 4] {
            let digit: UInt8
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - UInt8(ascii: "A") + 10
            default: return nil
            }
            unit = unit << 4 | UInt16(digit)
        }
        return unit
    }
}

/// One value of a document.
struct JSONValue {
    fileprivate let document: JSONDocument
    fileprivate let index: Int

    private var token: JSONDocument.Token { document.tokens[index] }

    var kind: JSONDocument.Kind { token.kind }

    /// The line on which it begins, from 1.
    var line: Int { document.lines.line(at: offset) }

    /// Of its first byte.
    var offset: Int { Int(token.offset) }

    var number: Double? { kind == .number ? token.number : nil }

    /// A number as it is written.
    var numberText: String? {
        guard kind == .number else { return nil }
        let text = document.bytes[Int(token.offset)...].prefix { "+-.eE0123456789".utf8.contains($0) }
        return String(decoding: text, as: UTF8.self)
    }

    /// A string, its escapes resolved.
    var string: String? {
        guard kind == .string else { return nil }
        let bytes = document.bytes
        let start = Int(token.offset) + 1
        var at = start
        while at < bytes.count, bytes[at] != UInt8(ascii: "\""), bytes[at] != UInt8(ascii: "\\") { at += 1 }
        if at < bytes.count, bytes[at] == UInt8(ascii: "\"") {
            return String(decoding: bytes[start..<at], as: UTF8.self)
        }
        return String(decoding: Self.unescaped(bytes, from: start), as: UTF8.self)
    }

    private static func unescaped(_ bytes: [UInt8], from start: Int) -> [UInt8] {
        var text: [UInt8] = []
        var at = start
        while at + 1 < bytes.count, bytes[at] != UInt8(ascii: "\"") {
            guard bytes[at] == UInt8(ascii: "\\") else {
                text.append(bytes[at])
                at += 1
                continue
            }
            at += 2
            switch bytes[at - 1] {
            case UInt8(ascii: "b"): text.append(0x08)
            case UInt8(ascii: "f"): text.append(0x0C)
            case UInt8(ascii: "n"): text.append(0x0A)
            case UInt8(ascii: "r"): text.append(0x0D)
            case UInt8(ascii: "t"): text.append(0x09)
            case UInt8(ascii: "u"):
                var units = [JSONDocument.hexadecimal(bytes, at: at) ?? 0xFFFD]
                at += 4
                if units[0] & 0xF800 == 0xD800 {
                    units.append(JSONDocument.hexadecimal(bytes, at: at + 2) ?? 0xFFFD)
                    at += 6
                }
                text.append(contentsOf: String(decoding: units, as: UTF16.self).utf8)
            case let other: text.append(other)
            }
        }
        return text
    }

    /// The values of an array; `nil` where it is none.
    var elements: JSONElements? { kind == .array ? JSONElements(of: unpacked) : nil }

    /// The first two numbers of each of its values, where it is a list of lists of plain numbers.
    var positions: ArraySlice<Position>? {
        let token = token
        return token.firstPosition.map { document.positions[Int($0)..<Int($0) + Int(token.number)] }
    }

    /// The same, with a token for each value that it holds.
    private var unpacked: JSONValue {
        guard token.firstPosition != nil else { return self }
        return JSONDocument(document.lines, tokens: JSONParser.unpack(document.lines, at: offset)).root
    }

    /// The names and values of an object, in their order; `nil` where it is none.
    var members: [(name: String, value: JSONValue)]? {
        guard kind == .object else { return nil }
        var found: [(name: String, value: JSONValue)] = []
        found.reserveCapacity(Limits.usualMembers)
        var pending: String?
        for value in JSONElements(of: self) {
            if let name = pending {
                found.append((name, value))
                pending = nil
            } else {
                pending = value.string
            }
        }
        return found
    }

    /// Whether it holds nothing.
    var isEmpty: Bool { Int(token.next) == index + 1 && token.firstPosition == nil }

    fileprivate var next: JSONValue { JSONValue(document: document, index: Int(token.next)) }
    fileprivate var first: JSONValue { JSONValue(document: document, index: index + 1) }

    /// What it is, for an error's sentence.
    var kindName: String {
        switch kind {
        case .object: "an object"
        case .array: "an array"
        case .string: "a string"
        case .number: "a number"
        case .yes, .no: "true or false"
        case .null: "null"
        }
    }
}

/// The values that an array holds, or the names and values of an object by turns.
struct JSONElements: Sequence, IteratorProtocol {
    private var value: JSONValue
    private let end: Int

    fileprivate init(of container: JSONValue) {
        value = container.first
        end = container.next.index
    }

    mutating func next() -> JSONValue? {
        guard value.index < end else { return nil }
        defer { value = value.next }
        return value
    }
}
