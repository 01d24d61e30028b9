import Positioning
import Testing

@testable import Protocols

/// What is found eight bytes at a time is what one finds byte by byte.
@Suite("Eight bytes at a time")
struct ScanTests {
    @Test("Commas, specials and sums, on drawn bytes")
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
            let special = bytes.firstIndex { $0 <= 0x2A || $0 >= 0x7F || $0 == UInt8(ascii: "\\") }
            let first = eight.firstSpecials == 0 ? nil : Optional(EightBytes.firstPlace(eight.firstSpecials))
            #expect(first == special, "round \(round)")
            for count in 0...8 { #expect(eight.folded(first: count) == bytes.prefix(count).reduce(0, ^)) }
        }
    }

    @Test("A run ends at the star where nothing special comes before, and only with a byte after its checksum")
    func runs() {
        var random = Seeded(6)
        for round in 0..<5_000 {
            let plain = (0..<Int.random(in: 0...40, using: &random)).map { _ in
                UInt8.random(in: 0x2B...0x5B, using: &random)
            }
            let sum = plain.reduce(0, ^)
            let digits = Array("0123456789ABCDEF".utf8)
            var bytes = plain + [UInt8(ascii: "*"), digits[Int(sum >> 4)], digits[Int(sum & 15)]]
            #expect(PlainRun(bytes.span, from: 0) == nil, "round \(round)")
            bytes += [UInt8](repeating: 0x0D, count: 8)
            let run = PlainRun(bytes.span, from: 0)
            #expect(run?.end == plain.count && run?.checksum == sum && run?.isRight == true, "round \(round)")
            bytes[plain.count + 2] ^= 1
            #expect(PlainRun(bytes.span, from: 0)?.isRight != true, "round \(round)")
            guard let place = plain.indices.randomElement(using: &random) else { continue }
            bytes[place] = [0, 0x24, 0x21, 0x20, 0x5C, 0x7F, 0xB5].randomElement(using: &random) ?? 0
            #expect(PlainRun(bytes.span, from: 0) == nil, "round \(round)")
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
