internal import Positioning

/// Why a text is no JSON (RFC 8259), and where.
struct JSONError: Error, Equatable {
    var line: Int
    /// In characters, from 1.
    var column: Int
    var what: String
}

/// Reads a whole JSON text into the flat tokens of a ``JSONDocument``. Strict: whatever RFC 8259's grammar does not
/// allow is an error, lone surrogates too; only a byte order mark is passed over, as its section 8.1 permits.
///
/// Lists of positions, nearly all of a fence file, become one token each, and plain positions beside the tokens.
struct JSONParser {
    typealias Token = JSONDocument.Token
    private let bytes: [UInt8]
    private var at = 0
    private var tokens: [Token] = []
    private var positions: [Position] = []
    private let packsPositions: Bool

    static func parse(_ bytes: [UInt8]) throws(JSONError) -> JSONDocument {
        var parser = JSONParser(bytes: bytes, packsPositions: true)
        parser.positions.reserveCapacity(min(bytes.count, Limits.fenceFileBytes) / Limits.usualPositionBytes)
        try parser.document()
        return JSONDocument(LineCount(bytes), tokens: parser.tokens, positions: parser.positions)
    }

    /// The tokens of one value of a text that was parsed, a list of positions like any other.
    static func unpack(_ lines: LineCount, at offset: Int) -> [Token] {
        var parser = JSONParser(bytes: lines.bytes, packsPositions: false)
        parser.at = offset
        try? parser.value(depth: 0)
        return parser.tokens
    }

    private init(bytes: [UInt8], packsPositions: Bool) {
        self.bytes = bytes
        self.packsPositions = packsPositions
    }

    private func failure(_ what: String, at offset: Int? = nil) -> JSONError {
        let offset = min(offset ?? at, bytes.count)
        var (line, column) = (1, 1)
        for byte in bytes[..<offset] {
            if byte == UInt8(ascii: "\n") {
                (line, column) = (line + 1, 1)
            } else if byte & 0xC0 != 0x80 {
                column += 1
            }
        }
        return JSONError(line: line, column: column, what: what)
    }

    private var current: UInt8? { at < bytes.count ? bytes[at] : nil }

    private mutating func skipSpace() {
        while at < bytes.count, bytes[at].isJSONSpace { at += 1 }
    }

    private mutating func document() throws(JSONError) {
        guard bytes.count <= Limits.fenceFileBytes else {
            throw failure("the file is over \(Limits.fenceFileBytes >> 20) MiB", at: 0)
        }
        try checkUTF8()
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { at = 3 }
        try value(depth: 0)
        skipSpace()
        guard at == bytes.count else { throw failure("there is more after the end of the JSON value") }
    }

    private func checkUTF8() throws(JSONError) {
        var scan = UTF8Scan()
        let text = bytes.span
        var place = 0
        while place < text.count {
            // Most is ASCII.
            while scan.isComplete, place + 8 <= text.count, text.word(at: place) & 0x8080_8080_8080_8080 == 0 {
                place += 8
            }
            guard place < text.count else { break }
            guard scan.accept(text[place]) else {
                throw failure("byte \(String(text[place], radix: 16)) (hexadecimal) is not UTF-8", at: place)
            }
            place += 1
        }
        guard scan.isComplete else { throw failure("the last character is not whole UTF-8", at: bytes.count) }
    }

    private mutating func value(depth: Int) throws(JSONError) {
        skipSpace()
        switch current {
        case UInt8(ascii: "{"): try object(depth: depth)
        case UInt8(ascii: "["): try array(depth: depth)
        case UInt8(ascii: "\""): try string()
        case UInt8(ascii: "t"): try word("true", .yes)
        case UInt8(ascii: "f"): try word("false", .no)
        case UInt8(ascii: "n"): try word("null", .null)
        case let byte? where byte == UInt8(ascii: "-") || (48...57).contains(byte): try number()
        case nil: throw failure(at == 0 ? "the file is empty" : "the text ends where a value should stand")
        case let byte?: throw failure("\(Self.spell(byte)) stands where a value should")
        }
    }

    private static func spell(_ byte: UInt8) -> String {
        (0x21..<0x7F).contains(byte) ? "\"\(Unicode.Scalar(byte))\"" : "byte \(String(byte, radix: 16)) (hexadecimal)"
    }

    private mutating func open(_ kind: JSONDocument.Kind, depth: Int) throws(JSONError) -> Int {
        guard depth < Limits.jsonDepth else {
            throw failure("arrays and objects are nested more than \(Limits.jsonDepth) deep")
        }
        tokens.append(Token(kind: kind, offset: at))
        at += 1
        skipSpace()
        return tokens.count - 1
    }

    private mutating func close(_ token: Int) {
        at += 1
        tokens[token].next = UInt32(truncatingIfNeeded: tokens.count)
    }

    /// - Returns: whether a list of positions stands here; it is one token then.
    private mutating func packedPositions(depth: Int) -> Bool {
        guard packsPositions, depth + 1 < Limits.jsonDepth else { return false }
        let (bytes, start, first) = (bytes, at, positions.count)
        guard PlainPositions.read(bytes.span, &at, into: &positions) else { return false }
        tokens.append(Token(positions: first..<positions.count, offset: start, next: tokens.count + 1))
        return true
    }

    private mutating func array(depth: Int) throws(JSONError) {
        guard !packedPositions(depth: depth) else { return }
        let token = try open(.array, depth: depth)
        while current != UInt8(ascii: "]") || tokens.count > token + 1 {
            try value(depth: depth + 1)
            skipSpace()
            if current == UInt8(ascii: "]") { break }
            try expect(",", or: "]")
        }
        close(token)
    }

    private mutating func object(depth: Int) throws(JSONError) {
        let token = try open(.object, depth: depth)
        while current != UInt8(ascii: "}") || tokens.count > token + 1 {
            skipSpace()
            guard current == UInt8(ascii: "\"") else { throw failure("a name in double quotes should stand here") }
            try string()
            skipSpace()
            try expect(":", or: nil)
            try value(depth: depth + 1)
            skipSpace()
            if current == UInt8(ascii: "}") { break }
            try expect(",", or: "}")
        }
        close(token)
    }

    private mutating func expect(_ wanted: Unicode.Scalar, or other: Unicode.Scalar?) throws(JSONError) {
        guard let byte = current, UInt32(byte) == wanted.value else {
            let words = other.map { "\"\(wanted)\" or \"\($0)\"" } ?? "\"\(wanted)\""
            throw failure(
                at == bytes.count ? "the text ends where \(words) should stand" : "\(words) should stand here")
        }
        at += 1
    }

    private mutating func word(_ word: StaticString, _ kind: JSONDocument.Kind) throws(JSONError) {
        let text = Array("\(word)".utf8)
        guard bytes[at...].starts(with: text) else { throw failure("\"\(word)\" is misspelt") }
        tokens.append(Token(kind: kind, offset: at, next: tokens.count + 1))
        at += text.count
    }

    private mutating func string() throws(JSONError) {
        tokens.append(Token(kind: .string, offset: at, next: tokens.count + 1))
        at += 1
        while let byte = current {
            switch byte {
            case UInt8(ascii: "\""):
                at += 1
                return
            case UInt8(ascii: "\\"): try escape()
            case 0..<0x20:
                let code = (byte < 16 ? "0" : "") + String(byte, radix: 16)
                throw failure("a control character stands in a string: write it as \\u00\(code)")
            default: at += 1
            }
        }
        throw failure("the text ends inside a string")
    }

    private mutating func escape() throws(JSONError) {
        let start = at
        at += 1
        switch current {
        case UInt8(ascii: "u"):
            at += 1
            let unit = try hexadecimal()
            guard unit & 0xF800 == 0xD800 else { return }
            guard unit < 0xDC00, current == UInt8(ascii: "\\"), at + 1 < bytes.count, bytes[at + 1] == UInt8(ascii: "u")
            else { throw failure("half of a surrogate pair", at: start) }
            at += 2
            guard try hexadecimal() & 0xFC00 == 0xDC00 else { throw failure("half of a surrogate pair", at: start) }
        case let byte? where "\"\\/bfnrt".utf8.contains(byte): at += 1
        default: throw failure("a string has no such escape", at: start)
        }
    }

    private mutating func hexadecimal() throws(JSONError) -> UInt16 {
        guard let unit = JSONDocument.hexadecimal(bytes, at: at) else {
            throw failure("\\u needs four hexadecimal digits")
        }
        at += 4
        return unit
    }

    private mutating func number() throws(JSONError) {
        let (bytes, start) = (bytes, at)
        var value = PlainDecimal.read(bytes.span, &at)
        if value == nil {
            try skipNumber()
            value = Double(String(decoding: bytes[start..<at], as: UTF8.self))
        }
        guard let value, value.isFinite else { throw failure("the number is too big", at: start) }
        tokens.append(Token(kind: .number, offset: start, next: tokens.count + 1, number: value))
    }

    private mutating func skipNumber() throws(JSONError) {
        let start = at
        if current == UInt8(ascii: "-") { at += 1 }
        let whole = skipDigits()
        guard whole > 0 else { throw failure("a digit should stand here") }
        if whole > 1, bytes[at - whole] == UInt8(ascii: "0") {
            throw failure("a number may not begin with 0", at: start)
        }
        if current == UInt8(ascii: ".") {
            at += 1
            guard skipDigits() > 0 else { throw failure("a digit should stand after the decimal point") }
        }
        if current == UInt8(ascii: "e") || current == UInt8(ascii: "E") {
            at += 1
            if current == UInt8(ascii: "+") || current == UInt8(ascii: "-") { at += 1 }
            guard skipDigits() > 0 else { throw failure("a digit should stand in the exponent") }
        }
    }

    private mutating func skipDigits() -> Int {
        let start = at
        while let byte = current, (48...57).contains(byte) { at += 1 }
        return at - start
    }
}
