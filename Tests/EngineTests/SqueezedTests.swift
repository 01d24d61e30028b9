import TestSupport
import Testing

@testable import Engine

@Suite("Bytes of silent devices in less room")
struct SqueezedTests {
    /// Zeros, numbers, and pieces that came before.
    @Test("They come back as they were, whatever they are, or are left as they are", arguments: UInt64(1)...10)
    func comeBack(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<50 {
            var bytes: [UInt8] = []
            for _ in 0..<Int.random(in: 0..<20, using: &random) {
                switch Int.random(in: 0..<3, using: &random) {
                case 0: bytes += [UInt8](repeating: 0, count: .random(in: 1...40, using: &random))
                case 1:
                    for _ in 0..<Int.random(in: 1...300, using: &random) {
                        bytes.append(.random(in: 0...255, using: &random))
                    }
                default:
                    let start = Int.random(in: 0...bytes.count, using: &random)
                    bytes += bytes[start...].prefix(Int.random(in: 1...30, using: &random))
                }
            }
            guard let squeezed = Squeezed(bytes) else { continue }
            #expect(squeezed.plain == bytes && squeezed.count <= bytes.count, "seed \(seed): \(bytes)")
        }
    }

    @Test("What repeats itself takes less, what never does is left as it is")
    func takesLess() throws {
        let number: [UInt8] = [0x34, 0x2E, 0x1C, 0x08, 0xC9, 0xFE, 0x43, 0x40]
        let text = (0..<16).flatMap { _ in number + [UInt8](repeating: 0, count: 24) }
        #expect(try #require(Squeezed(text)).count < text.count / 4)
        #expect(Squeezed([]) == nil && Squeezed([7]) == nil && Squeezed((0..<200).map { UInt8($0) }) == nil)
    }
}
