import Positioning
import Testing

@testable import Protocols

/// What is found eight bytes at a time is what one finds byte by byte.
@Suite("Eight bytes at a time")
struct ScanTests {
    @Test("Commas, separators, digits and sums, on drawn bytes")
    func words() {
        var random = Seeded(5)
        for round in 0..<20_000 {
            let bytes = (0..<8).map { _ in
                Bool.random(using: &random) ? UInt8.random(in: 0...255, using: &random) : UInt8(ascii: ",")
            }
            let eight = EightBytes(bytes.span, at: 0)
            var commas: [Int] = []
            var found = eight.equal(to: UInt8(ascii: ","))
            while found != 0 {
                commas.append(EightBytes.firstPlace(found))
                found &= found - 1
            }
            #expect(commas == bytes.indices.filter { bytes[$0] == UInt8(ascii: ",") }, "round \(round)")
            var separators = eight.separators & ~eight.word
            for place in bytes.indices where bytes[place] <= UInt8(ascii: ",") {
                #expect(EightBytes.firstPlace(separators) == place, "round \(round)")
                separators &= separators &- 1
            }
            #expect(separators == 0, "round \(round)")
            #expect((eight.unprintable != 0) == bytes.contains { $0 >= 0x7F }, "round \(round)")
            #expect(eight.areDigits == bytes.allSatisfy { $0.decimalDigit != nil }, "round \(round)")
            for count in 0...8 { #expect(eight.folded(first: count) == bytes.prefix(count).reduce(0, ^)) }
        }
    }

    @Test("A run ends at the star where nothing special comes before, and only with a byte after its checksum")
    func runs() {
        var random = Seeded(6)
        for round in 0..<5_000 {
            let plain = (0..<Int.random(in: 0...40, using: &random)).map { _ in
                UInt8.random(in: 0x2B...0x7E, using: &random)
            }
            let sum = plain.reduce(0, ^)
            let digits = Array("0123456789ABCDEF".utf8)
            var bytes = plain + [UInt8(ascii: "*"), digits[Int(sum >> 4)], digits[Int(sum & 15)]]
            var fields = Fields()
            #expect(PlainRun(bytes.span, from: 0, splitInto: &fields) == nil, "round \(round)")
            bytes += [UInt8](repeating: 0x0D, count: 8)
            let run = PlainRun(bytes.span, from: 0, splitInto: &fields)
            #expect(run?.end == plain.count && run?.checksum == sum && run?.isRight == true, "round \(round)")
            let split = plain.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
            let count = fields.count
            #expect(count == min(split.count, Limits.sentenceFields), "round \(round)")
            for (field, expected) in split.prefix(count).enumerated() {
                var found: [UInt8] = []
                fields.forEach(field, in: plain.span) { found.append($0) }
                #expect(found == Array(expected), "round \(round)")
            }
            bytes[plain.count + 2] ^= 1
            #expect(PlainRun(bytes.span, from: 0, splitInto: &fields)?.isRight != true, "round \(round)")
            guard let place = plain.indices.randomElement(using: &random) else { continue }
            bytes[place] = [0, 0x24, 0x21, 0x20, 0x0A, 0x7F, 0xB5].randomElement(using: &random) ?? 0
            #expect(PlainRun(bytes.span, from: 0, splitInto: &fields) == nil, "round \(round)")
        }
    }

    @Test("A decimal number read eight characters at a time is the one that is read byte by byte")
    func decimals() {
        var random = Seeded(7)
        for round in 0..<30_000 {
            // Mostly digits with a point, of every length, with more or less before and after it.
            var text = (0..<Int.random(in: 0...20, using: &random)).map { _ in
                UInt8.random(in: 48...57, using: &random)
            }
            for _ in 0..<[0, 1, 1, 1, 2].randomElement(using: &random)! {
                text.insert(UInt8(ascii: "."), at: Int.random(in: 0...text.count, using: &random))
            }
            if Int.random(in: 0..<8, using: &random) == 0, let place = text.indices.randomElement(using: &random) {
                text[place] = UInt8.random(in: 0...255, using: &random)
            }
            let front = [UInt8](repeating: 57, count: Int.random(in: 0...18, using: &random))
            let all = front + text + [UInt8](repeating: 57, count: Int.random(in: 0...9, using: &random))
            let range = front.count..<front.count + text.count
            let (quick, plain) = (Decimal(range, in: all.span), Decimal(byByte: range, in: all.span))
            let name = String(decoding: text, as: UTF8.self)
            #expect(quick?.digits == plain?.digits && quick?.decimals == plain?.decimals, "round \(round): \(name)")
            #expect((quick == nil) == (plain == nil), "round \(round): \(name)")
        }
    }

    @Test("A name is kept as it was spelled, told from others, and bounded")
    func names() {
        let name = { (text: String) in
            let bytes = Array(text.utf8)
            return DeviceName(bytes.span)
        }
        var seen: Set<DeviceName> = []
        for count in 1...Limits.deviceNameLength {
            let text = String(repeating: "a", count: count - 1) + "7"
            #expect(name(text)?.string == text)
            #expect(
                name(text) == name(text) && name(text) != name(text + "a")
                    && name(text)?.hashValue == name(text)?.hashValue)
            if let name = name(text) { #expect(seen.insert(name).inserted) }
        }
        #expect(name("") == nil && name("é1") == nil)
        #expect(name(String(repeating: "a", count: Limits.deviceNameLength + 1)) == nil)
    }
}
