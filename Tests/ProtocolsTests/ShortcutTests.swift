import Positioning
import Testing

@testable import Protocols

/// Whose a sentence is, found the short way and the long way.
@Suite("Devices found the short way")
struct ShortcutTests {
    /// Another field in each block that names a source, `n:1`, keeps it from being known at once as the last one's.
    @Test("A TAG block that repeats the last source says what it said", arguments: UInt64(1)...20)
    func repeatedSources(seed: UInt64) {
        var random = Seeded(seed)
        var (short, long) = (DeviceNaming(), DeviceNaming())
        let blocks = [
            "s:a", "s:van-01", "s:van-0100", "s:van-0101", "s:van-01000000001", "s:", "c:1", "g:1-2-7,s:van-01",
            "g:2-2-7",
            "g:2-2-8", "s:van-01,s:a",
        ]
        for step in 0..<500 {
            switch Int.random(in: 0..<8, using: &random) {
            case 0:
                short.seeDamagedTag()
                long.seeDamagedTag()
            case 1:
                short.endTag()
                long.endTag()
            default:
                // Twice in a row as often as not.
                let block = blocks.randomElement(using: &random) ?? ""
                for _ in 0..<Int.random(in: 1...2, using: &random) {
                    short.see(tag: Array(block.utf8).span)
                    long.see(tag: Array((block.contains("s:") ? block + ",n:1" : block).utf8).span)
                    if Bool.random(using: &random) {
                        short.endTag()
                        long.endTag()
                    }
                }
            }
            let (found, expected) = (short.deviceOfLine, long.deviceOfLine)
            #expect(found == expected, "seed \(seed), step \(step)")
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
