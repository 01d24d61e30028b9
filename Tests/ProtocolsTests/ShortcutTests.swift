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

    private struct Stream {
        private var decoder = NMEADecoder()
        private(set) var reports: [Report] = []

        mutating func decode(_ text: String) { decoder.decode(text, into: &reports) }
        mutating func pause() { decoder.pause(into: &reports) }
        mutating func finish() { decoder.finish(into: &reports) }
    }

    /// What is put together lies side by side for all devices: none may leave anything behind, or take another's.
    @Test("Devices with silences and repetitions: each gives what it gives alone", arguments: UInt64(1)...4)
    func drawnSilences(seed: UInt64) {
        var random = Seeded(seed)
        let devices = (0..<9).map { "unit-\($0)" }
        var seconds = [Int](repeating: 0, count: devices.count)
        var together = Stream()
        var alone = devices.map { _ in Stream() }
        for _ in 0..<500 {
            let turn = Int.random(in: 0..<devices.count, using: &random)
            seconds[turn] += Int.random(in: 0...2, using: &random)
            let second = seconds[turn]
            let late = clock(max(0, second - Int.random(in: 0...3, using: &random)) * 1000, 0)
            let said = [
                rmc(clock(second * 1000, 0)), gga(clock(second * 1000, 0)), gsa(Int.random(in: 1...3, using: &random)),
                rmc(late), gga(late, "0"), rmc(late, position: "5926.9000,N,02444.7500,E"),
                nmea("GPZDA,\(clock((second + 1) * 1000, 0)),02,03,2026,00,00"), gll(clock(second * 1000, 0), "V"),
            ]
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let text = tag("s:\(devices[turn])") + (said.randomElement(using: &random) ?? "")
                together.decode(text)
                alone[turn].decode(text)
            }
            guard Int.random(in: 0..<12, using: &random) == 0 else { continue }
            together.pause()
            for place in alone.indices { alone[place].pause() }
        }
        together.finish()
        for (place, device) in devices.enumerated() {
            alone[place].finish()
            let found = together.reports.filter { $0.device == device }
            #expect(found.count > 20 && found == alone[place].reports, "seed \(seed), \(device)")
        }
    }

    @Test("A device is found by its name as a dictionary finds it", arguments: UInt64(1)...10)
    func places(seed: UInt64) throws {
        var random = Seeded(seed)
        let names = (0..<200).map { "device-\($0)" }
        var (table, known) = (PlaceTable(), [String: Int32]())
        for step in 0..<4000 {
            let text = names.randomElement(using: &random) ?? ""
            let name = try #require(DeviceName(text))
            // Now more are added than removed, now fewer.
            let mayAdd = Int.random(in: 0..<10, using: &random) < (step / 500 % 2 == 0 ? 7 : 3)
            if let place = known[text], !mayAdd {
                table.remove(place, of: name)
                known[text] = nil
            } else if known[text] == nil, mayAdd {
                known[text] = Int32(step)
                table.insert(Int32(step), of: name)
            }
            let asked = names.randomElement(using: &random) ?? ""
            let found = table.place(of: try #require(DeviceName(asked))) { known[asked] == $0 }
            #expect(found == known[asked], "seed \(seed), step \(step)")
        }
    }
}
