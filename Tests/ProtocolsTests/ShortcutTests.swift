import Positioning
import Testing

@testable import Protocols

/// Whose a sentence is, found the short way and the long way.
@Suite("Devices found the short way")
struct ShortcutTests {
    /// Byte by byte no block stands whole, and each is read.
    @Test("A TAG block that is the last one again says what it said", arguments: UInt64(1)...10)
    func repeatedBlocks(seed: UInt64) {
        var random = Seeded(seed)
        let blocks =
            [
                "s:a", "s:van-01", "s:van-0100", "s:van-0101", "s:van-01000000001", "s:", "c:1", "g:1-2-7,s:van-01",
                "g:2-2-7",
                "g:2-2-8", "s:van-01,s:a",
            ].map { tag($0) } + ["\\s:van-01*00\\", "\\s:van-01\r\n", "junk", "van-7,", "\r\n"]
        var text = ""
        for second in 0..<200 {
            let block = blocks.randomElement(using: &random) ?? ""
            let time = clock(second * 1000, 0)
            // Twice, with something between or nothing, as often as not.
            text += block + (Bool.random(using: &random) ? rmc(time) : "")
            text += (Int.random(in: 0..<4, using: &random) == 0 ? blocks.randomElement(using: &random) ?? "" : "")
            text += (Bool.random(using: &random) ? block : "") + gga(time)
        }
        let bytes = Array(text.utf8)
        let expected = reports(bytes, piece: 1)
        #expect(expected.count > 50, "seed \(seed)")
        for piece in [Int.max, 700, 64] {
            let isSame = reports(bytes, piece: piece) == expected
            #expect(isSame, "seed \(seed), pieces of \(piece)")
        }
    }

    @Test("Devices in any order: each gives what it gives alone", arguments: UInt64(1)...5)
    func drawnTurns(seed: UInt64) {
        var random = Seeded(seed)
        let devices = (0..<12).map { "unit-\($0)" }
        var seconds = [Int](repeating: 0, count: devices.count)
        var all = ""
        var own = [String](repeating: "", count: devices.count)
        var turn = 0
        for _ in 0..<600 {
            // Mostly by turns, as those do that report at one interval.
            turn =
                Int.random(in: 0..<10, using: &random) == 0 ? Int.random(in: 0..<12, using: &random) : (turn + 1) % 12
            let time = clock(seconds[turn] * 1000, 0)
            let text = tag("s:\(devices[turn])") + rmc(time) + tag("s:\(devices[turn])") + gga(time)
            seconds[turn] += 1
            all += text
            own[turn] += text
        }
        let found = reports(all)
        for (place, device) in devices.enumerated() {
            #expect(found.filter { $0.device == device } == reports(own[place]), "seed \(seed), \(device)")
        }
    }
}
