import Positioning
import Testing

/// Numbers and texts are written eight digits at a time; they are the bytes that the plain way gives.
@Suite("JSON lines")
struct JSONLineTests {
    @Test("Decimals of every length, against digits one by one", arguments: 0..<4 as Range<UInt64>)
    func decimals(seed: UInt64) {
        var random = SplitMix(state: seed)
        for round in 0..<20_000 {
            let decimals = Int.random(in: 0...9, using: &random)
            let scales: [Double] = [1, 10, 1e3, 1e6, 1e9, 1e12, 2e12]
            let scale = scales.randomElement(using: &random) ?? 1
            var value = Double.random(in: -scale...scale, using: &random)
            // Whole numbers, halves that are rounded, and what has few decimals.
            switch Int.random(in: 0..<4, using: &random) {
            case 0: value = value.rounded()
            case 1: value = (value * 16).rounded() / 16
            case 2: value = (value * 1000).rounded() / 1000
            default: break
            }
            var bytes: [UInt8] = []
            bytes.appendDecimal(value, decimals: decimals)
            #expect(text(bytes) == plain(value, decimals), "seed \(seed), round \(round): \(value), \(decimals)")
        }
    }

    @Test("Decimals at the edges")
    func edges() {
        let values: [(Double, Int, String)] = [
            (0, 9, "0"), (-0.0, 3, "0"), (-0.0004, 3, "0"), (-0.0005, 3, "-0.001"), (0.49999999999999994, 0, "0"),
            (0.5, 0, "1"), (0.9999, 3, "1"), (99_999_999.99, 1, "100000000"), (100_000_000.5, 9, "100000000.5"),
            (999_999_999_999.5, 1, "999999999999.5"), (1e12, 0, "null"), (.nan, 2, "null"), (-.infinity, 2, "null"),
            (0.000_000_001, 9, "0.000000001"), (0.1, 9, "0.1"), (116.4, 7, "116.4"), (-120.000_01, 5, "-120.00001"),
        ]
        for (value, decimals, expected) in values {
            var bytes: [UInt8] = []
            bytes.appendDecimal(value, decimals: decimals)
            #expect(text(bytes) == expected)
        }
    }

    @Test("Whole numbers")
    func integers() {
        var random = SplitMix(state: 9)
        var values = [0, 7, -7, 9_999_999, 99_999_999, 100_000_000, -100_000_001, .max, .min]
        for _ in 0..<10_000 {
            values.append(Int.random(in: .min ... .max, using: &random) >> Int.random(in: 0...63, using: &random))
        }
        for value in values {
            var bytes: [UInt8] = []
            bytes.appendDecimal(value)
            #expect(text(bytes) == String(value))
        }
    }

    @Test("A line: its keys, commas, times and escapes")
    func line() {
        var bytes = Array("before ".utf8)
        var line = JSONLine(in: &bytes)
        line.string("name", "a\"b\\c\u{1}\u{7F}é\n", in: &bytes)
        line.time("time", Timestamp("2026-03-02T00:58:41.25Z"), in: &bytes)
        line.time("none", nil, in: &bytes)
        line.bool("yes", true, in: &bytes)
        line.bool("no", false, in: &bytes)
        line.key("list", in: &bytes)
        bytes.append(contentsOf: Array("[]".utf8))
        line.integer("count", -12, in: &bytes)
        line.number("lat", 39.9, decimals: 9, in: &bytes)
        line.close(in: &bytes)
        #expect(
            text(bytes)
                == #"before {"name":"a\"b\\c\u0001\u007fé\u000a","time":"2026-03-02T00:58:41.25Z","none":null,"#
                + #""yes":true,"no":false,"list":[],"count":-12,"lat":39.9}"#)
    }

    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    /// Whole and fraction apart, and one digit after the other.
    private func plain(_ value: Double, _ decimals: Int) -> String {
        guard value.magnitude < 1e12 else { return "null" }
        let scale = (0..<decimals).reduce(1) { scale, _ in scale * 10 }
        let whole = value.magnitude.rounded(.down)
        var units = Int(whole)
        var fraction = Int(((value.magnitude - whole) * Double(scale)).rounded())
        if fraction >= scale { (units, fraction) = (units + 1, 0) }
        var digits = String(fraction)
        digits = String(repeating: "0", count: decimals - min(decimals, digits.count)) + digits
        while digits.last == "0" { digits.removeLast() }
        let sign = value < 0 && (units > 0 || fraction > 0) ? "-" : ""
        return sign + String(units) + (fraction > 0 ? "." + digits : "")
    }
}

/// SplitMix64 (S. Vigna, public domain): a seed that fails is printed and fails again.
private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
