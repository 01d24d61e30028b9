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
struct JSONParser {
    typealias Token = JSONDocument.Token
    private let bytes: [UInt8]
    private var at = 0
    private var tokens: [Token] = []

    static func parse(_ bytes: [UInt8]) throws(JSONError) -> JSONDocument {
        var parser = JSONParser(bytes: bytes)
        try parser.document()
        return JSONDocument(bytes: bytes, tokens: parser.tokens)
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

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
        while at < bytes.count, [0x20, 0x0A, 0x0D, 0x09].contains(bytes[at]) { at += 1 }
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
        for (offset, byte) in bytes.enumerated() where !scan.accept(byte) {
            throw failure("byte \(String(byte, radix: 16)) (hexadecimal) is not UTF-8", at: offset)
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

    private mutating func array(depth: Int) throws(JSONError) {
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
        let start = at
        var decimal = DecimalText()
        if current == UInt8(ascii: "-") { at += 1 }
        let whole = digits(into: &decimal)
        guard whole > 0 else { throw failure("a digit should stand here") }
        if whole > 1, bytes[at - whole] == UInt8(ascii: "0") {
            throw failure("a number may not begin with 0", at: start)
        }
        if current == UInt8(ascii: ".") {
            at += 1
            decimal.places = digits(into: &decimal)
            guard decimal.places > 0 else { throw failure("a digit should stand after the decimal point") }
        }
        if current == UInt8(ascii: "e") || current == UInt8(ascii: "E") {
            at += 1
            if current == UInt8(ascii: "+") || current == UInt8(ascii: "-") { at += 1 }
            decimal.hasExponent = true
            var exponent = DecimalText()
            guard digits(into: &exponent) > 0 else { throw failure("a digit should stand in the exponent") }
        }
        guard let value = decimal.value(bytes[start..<at]), value.isFinite else {
            throw failure("the number is too big", at: start)
        }
        tokens.append(Token(kind: .number, offset: start, next: tokens.count + 1, number: value))
    }

    private mutating func digits(into decimal: inout DecimalText) -> Int {
        let start = at
        while let byte = current, (48...57).contains(byte) {
            decimal.add(byte &- 48)
            at += 1
        }
        return at - start
    }
}

/// A decimal number as its digits come: up to fifteen of them, and a power of ten that a Double holds exactly, make the
/// nearest Double by one division (W. Clinger, "How to read floating point numbers accurately", 1990); the rest is the
/// library's affair.
private struct DecimalText {
    private var mantissa: UInt64 = 0
    private var count = 0
    var places = 0
    var hasExponent = false

    mutating func add(_ digit: UInt8) {
        if count < 19 { mantissa = mantissa &* 10 &+ UInt64(digit) }
        count += 1
    }

    func value(_ text: ArraySlice<UInt8>) -> Double? {
        guard count <= 15, places <= 15, !hasExponent else { return Double(String(decoding: text, as: UTF8.self)) }
        var scale = 1.0
        for _ in 0..<places { scale *= 10 }
        let magnitude = Double(mantissa) / scale
        return text.first == UInt8(ascii: "-") ? -magnitude : magnitude
    }
}
