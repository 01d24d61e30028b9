import TestSupport
import Testing

@testable import Geometry

@Suite struct PlainPositionsTests {
    private func read(_ text: String) -> Double? {
        var at = 0
        let bytes = Array(text.utf8)
        guard let value = PlainDecimal.read(bytes.span, &at) else {
            #expect(at == 0)
            return nil
        }
        #expect(at == bytes.count, "\(text)")
        return value
    }

    /// Against the library, at every length, also where the text goes on behind the number and where it does not.
    @Test func decimalsAreTheNearestDoubles() {
        var random = SeededGenerator(seed: 3)
        for round in 0..<10_000 {
            let count = Int.random(in: 1...19, using: &random)
            var digits = String(UInt64.random(in: 0..<10_000_000_000_000_000_000, using: &random)).suffix(count)
            let places = Int.random(in: 0..<digits.count, using: &random)
            let whole = digits.prefix(digits.count - places)
            if whole.count > 1 && whole.first == "0" { digits = "9" + digits.dropFirst() }
            let sign = Bool.random(using: &random) ? "-" : ""
            let text = sign + digits.prefix(digits.count - places) + (places > 0 ? "." : "") + digits.suffix(places)
            #expect(read(text) == Double(text), "round \(round): \(text)")
        }
    }

    /// Halfway between two Doubles, and beside that.
    @Test(arguments: [
        "9007199254740991", "9007199254740992", "9007199254740993", "9007199254740994", "9007199254740995",
        "9223372036854776832", "9223372036854776833", "184467440737095516.5", "4503599627370496.5",
        "4503599627370497.5", "1125899906842624.125", "1125899906842624.375", "0.5", "-0", "0.00000000000000001",
        "0.000000000000000001",
    ]) func tiesAreRoundedAsTheLibraryDoes(_ text: String) {
        #expect(read(text).map(\.bitPattern) == Double(text).map(\.bitPattern))
    }

    @Test(arguments: [
        "", "-", "-.5", ".5", "1.", "01", "00.1", "-01", "1e5", "1.5E5", "12345678901234567890",
        "1.0000000000000000000",
        "+1", "a",
    ]) func isLeftToTheParser(_ text: String) { #expect(read(text) == nil) }

    /// A list of positions as one token, and the same with a token for each value.
    @Test(arguments: UInt64(1)...4) func packedOrNotTheValuesAreTheSame(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var packed = 0
        for round in 0..<500 {
            let text = drawnLists(&random, depth: 4)
            let lines = LineCount(Array(text.utf8))
            guard let root = try? JSONParser.parse(lines.bytes).root else { continue }
            let plain = JSONDocument(lines, tokens: JSONParser.unpack(lines, at: 0)).root
            packed += compare(root, plain, "seed \(seed) round \(round): \(text)")
        }
        #expect(packed > 30, "seed \(seed)")
    }

    /// - Returns: how many lists of positions there were.
    private func compare(_ value: JSONValue, _ plain: JSONValue, _ why: String) -> Int {
        #expect(plain.positions == nil)
        #expect(value.kind == plain.kind && value.offset == plain.offset && value.line == plain.line, "\(why)")
        #expect(value.number == plain.number && value.numberText == plain.numberText, "\(why)")
        #expect(value.isEmpty == plain.isEmpty, "\(why)")
        guard let own = value.elements.map(Array.init), let others = plain.elements.map(Array.init) else { return 0 }
        #expect(own.count == others.count, "\(why)")
        var packed = 0
        if let positions = value.positions {
            packed += 1
            let expected = others.map { $0.elements.map { $0.prefix(2).map(\.number) } ?? [] }
            #expect(positions.map { [$0.longitude, $0.latitude] } == expected, "\(why)")
        }
        return zip(own, others).reduce(packed) { $0 + compare($1.0, $1.1, why) }
    }

    private func drawnLists(_ random: inout SeededGenerator, depth: Int) -> String {
        func space() -> String { ["", "", "", " ", "\n", "\t\r\n"].randomElement(using: &random) ?? "" }
        let numbers = ["1", "-2.5", "116.3974722", "1e2", "0", "12345678901234567890", "39.90874722222223"]
        func number() -> String { numbers.randomElement(using: &random) ?? "" }
        func list(_ values: [String]) -> String {
            "[" + space() + values.joined(separator: space() + "," + space()) + space() + "]"
        }
        let count = Int.random(in: 0...3, using: &random)
        switch Int.random(in: 0...7, using: &random) {
        case 0: return number()
        case 1: return ["null", "\"a\"", "{}", "[]", "true", "["].randomElement(using: &random) ?? ""
        case 2, 3: return list((0..<count).map { _ in number() })
        case 4, 5: return list((0...count).map { _ in list([number(), number()] + (count == 3 ? [number()] : [])) })
        default:
            guard depth > 0 else { return "[]" }
            return list((0..<count).map { _ in drawnLists(&random, depth: depth - 1) })
        }
    }
}
