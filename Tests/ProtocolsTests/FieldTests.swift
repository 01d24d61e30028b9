import Positioning
import Testing

@testable import Protocols

@Suite("Fields")
struct FieldTests {
    @Test("Decimals are the nearest Double, as the standard library reads them")
    func decimals() {
        var random = Seeded(11)
        for _ in 0..<5000 {
            let whole = Int.random(in: 0...99_999, using: &random)
            let places = Int.random(in: 0...9, using: &random)
            let fraction = (0..<places).map { _ in String(Int.random(in: 0...9, using: &random)) }.joined()
            let sign = ["", "-", "+"].randomElement(using: &random) ?? ""
            let text = "\(sign)\(whole)" + (places > 0 ? ".\(fraction)" : Bool.random(using: &random) ? "." : "")
            let expected = Double(text.hasSuffix(".") ? String(text.dropLast()) : text)
            #expect(number(text) == expected, "\(text)")
        }
    }

    @Test(
        "What is no decimal number is none",
        arguments: ["", "-", ".", "+.", "1.2.3", "1e5", "0x10", "1,", "--1", "nan", "٣", "12a"])
    func noNumbers(text: String) {
        // A comma would make two fields of it.
        #expect(number(text.replacing(",", with: ";")) == nil)
    }

    @Test("Long runs of digits lose decimals, not their value; over fifteen whole digits are none")
    func long() {
        #expect(number("0.1000000000000000000000000000000000") == 0.1)
        #expect(number("0.00000000000000000000000000000001") == 0)
        #expect(number("000000000000000000000000012.5") == 12.5)
        #expect(number("1000000000000000") == nil)
        #expect(number(String(repeating: "9", count: 400)) == nil)
    }

    @Test("Degrees and minutes are exact to a billionth of a degree")
    func angles() {
        var random = Seeded(13)
        for _ in 0..<5000 {
            let degrees = Int.random(in: 0...179, using: &random)
            let minutes = Int.random(in: 0...59, using: &random)
            let places = Int.random(in: 0...9, using: &random)
            let digits = (0..<places).map { _ in Int.random(in: 0...9, using: &random) }
            let text = "\(padded(degrees, 3))\(padded(minutes, 2))." + digits.map(String.init).joined()
            var fraction = 0.0
            for digit in digits.reversed() { fraction = (fraction + Double(digit)) / 10 }
            let expected = Double(degrees) + (Double(minutes) + fraction) / 60
            let found = position("0000.0,N,\(text),E")?.coordinate.longitude
            #expect((found ?? .nan) - expected <= 1e-12 && (found ?? .nan) - expected >= -1e-12, "\(text)")
        }
    }

    @Test(
        "Sentinels and nonsense are no position",
        arguments: [
            "8960.0000,N,00000.0000,E", "0000.0000,N,36000.0000,E", "9000.0001,N,00000.0,E", "4500.0,N,18000.0001,E",
            ",,,", "4500.0,,00900.0,E", "4500.0,N,00900.0,", "4500.0,E,00900.0,N", "-4500.0,N,00900.0,E",
            "4560.0,N,00900.0,E", "4500.0,N,00960.0,E", "4500.0,NN,00900.0,E", "99999999999999999,N,1,E",
        ])
    func noPositions(text: String) {
        #expect(position(text) == nil)
    }

    @Test(
        "Poles, date line and blanks",
        arguments: [
            ("9000.0000,S,18000.0000,W", -90.0, -180.0), (" 4530.00,N, 930.00 ,W", 45.5, -9.5),
            ("0.6,S,0.6,E", -0.01, 0.01),
        ])
    func positions(text: String, latitude: Double, longitude: Double) {
        #expect(position(text)?.coordinate == Coordinate(latitude: latitude, longitude: longitude))
    }

    @Test(
        "Times of day",
        arguments: [
            ("000000", 0), ("235959.999", 86_399_999_000), ("235960", 86_400_000_000), ("235960.5", 86_400_500_000),
            ("120000.", 43_200_000_000), ("120000.1234567", 43_200_123_456),
        ])
    func times(text: String, microseconds: Int64) {
        #expect(time(text)?.microseconds == microseconds)
    }

    @Test(
        "What is no time of day",
        arguments: ["", "12000", "240000", "126000", "120061", "12:00:00", "120000,5", "1200001", "120000.x"])
    func noTimes(text: String) {
        #expect(time(text.replacing(",", with: ";")) == nil)
    }

    @Test(
        "One epoch printed in two ways, and two epochs",
        arguments: [
            ("120824.758", "120824.76", true), ("120824.758", "120824.75", true), ("120824.755", "120824.76", true),
            ("120824.00", "120824", true), ("235959.999", "000000.00", true),
            ("120824.75", "120824.76", false), ("120824.750", "120824.760", false), ("120824.758", "120824.77", false),
            ("120824.758", "120824.74", false), ("120824", "120824.5", false), ("120824", "120825", false),
            ("120824.5", "120824.46", false),
        ])
    func sameEpoch(first: String, second: String, isSame: Bool) throws {
        let (a, b) = (try #require(time(first)), try #require(time(second)))
        #expect(a.isSameEpoch(as: b) == isSame)
        #expect(b.isSameEpoch(as: a) == isSame)
        #expect(a.isSameEpoch(as: a))
    }

    @Test(
        "Two digits of a year",
        arguments: [("060180", 1980), ("311299", 1999), ("010100", 2000), ("290224", 2024), ("311279", 2079)])
    func years(text: String, year: Int) {
        let bytes = Array(text.utf8)
        #expect(Fields(bytes.span).date(0, in: bytes.span)?.yearMonthDay.year == year)
    }

    @Test("What is no date", arguments: ["000000", "290223", "310424", "011324", "1124", "01012024", "ab0124"])
    func noDates(text: String) {
        let bytes = Array(text.utf8)
        #expect(Fields(bytes.span).date(0, in: bytes.span) == nil)
    }

    @Test("Fields beyond the bound are not there")
    func bound() {
        let bytes = Array((0..<2 * Limits.sentenceFields).map(String.init).joined(separator: ",").utf8)
        let fields = Fields(bytes.span)
        #expect(fields.count == Limits.sentenceFields)
        for field in 0..<Limits.sentenceFields { #expect(fields.integer(field, in: bytes.span) == field) }
        #expect(fields.integer(Limits.sentenceFields, in: bytes.span) == nil)
    }

    private func number(_ text: String) -> Double? {
        let bytes = Array(text.utf8)
        return Fields(bytes.span).number(0, in: bytes.span)
    }

    private func time(_ text: String) -> TimeOfDay? {
        let bytes = Array(text.utf8)
        return Fields(bytes.span).time(0, in: bytes.span)
    }

    private func position(_ text: String) -> Position? {
        let bytes = Array(text.utf8)
        return Fields(bytes.span).position(0, in: bytes.span)
    }

    private func padded(_ value: Int, _ count: Int) -> String {
        let text = String(value)
        return String(repeating: "0", count: max(0, count - text.count)) + text
    }
}
