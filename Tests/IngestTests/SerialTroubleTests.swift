import Glibc
import Ingest
import Platform
import Positioning
import TestSupport
import Testing

/// What a serial line does to a daemon in a vehicle: wrong rates, noise, and a plug that comes loose.
@Suite struct SerialTroubleTests {
    /// Bytes as a receiver's sentences look at a wrong rate.
    private static func garbage(_ count: Int, _ random: inout SeededGenerator) -> [UInt8] {
        (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &random) }
    }

    /// It makes sense at one rate only, as a real receiver does: the daemon must come to it by itself.
    @Test(arguments: [speed_t(B38400), speed_t(B4800)]) func findsTheRate(of rate: speed_t) throws {
        let bench = Bench()
        let folder = try TemporaryFolder()
        let receiver = try Receiver(at: "\(folder.path)/gps")
        let source = SerialSource(path: "\(folder.path)/gps", wiring: bench.wiring)
        try source.start()
        defer { source.stop() }
        var random = SeededGenerator(seed: 3)
        var second = 0
        let isFound = eventually {
            second += 1
            receiver.say(receiver.speed == rate ? Array("a \(second) 2 3\n".utf8) : Self.garbage(2000, &random))
            return bench.log.contains { $0.contains("whole sentences at") }
        }
        #expect(isFound && receiver.speed == rate, "\(bench.log)")
        receiver.say("a 9999 2 3\n")
        #expect(eventually { bench.rest().contains { $0.second == 9999 } })
    }

    /// Megabytes of noise, which are minutes of a line: each sentence between is heard, and the log has a word of it, not a
    /// flood.
    @Test(arguments: 0..<3 as Range<UInt64>) func outlivesGarbage(seed: UInt64) throws {
        let bench = Bench()
        let folder = try TemporaryFolder()
        let receiver = try Receiver(at: "\(folder.path)/gps")
        let source = SerialSource(path: "\(folder.path)/gps", baud: .fixed(.b9600), wiring: bench.wiring)
        try source.start()
        defer { source.stop() }
        var random = SeededGenerator(seed: seed)
        let noise = Self.garbage(1 << 16, &random)
        var said = 0
        for round in 1...10 {
            for _ in 0..<2 { receiver.say(noise) }
            receiver.say("\na \(round) 2 3\n")
            said += 2 * noise.count + 9 + (round > 9 ? 1 : 0)
        }
        #expect(eventually { bench.totals.bytes == said }, "seed \(seed)")
        let heard = bench.rest().filter { $0.device == "a" }.map(\.second)
        #expect(heard == Array(1...10), "seed \(seed)")
        #expect(bench.log.count < 20 && bench.totals.opens == 1, "seed \(seed): \(bench.log)")
    }

    /// In the middle of a sentence, again and again, back as another device each time.
    @Test func comesBackHoweverOftenItIsPulledOut() throws {
        let bench = Bench()
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/gps"
        let source = SerialSource(path: path, wiring: bench.wiring)
        try source.start()
        defer { source.stop() }
        for round in 1...5 {
            let receiver = try Receiver(at: path)
            #expect(eventually { bench.totals.opens == round })
            receiver.say("a \(round) 2 3\na \(round)")
            #expect(bench.take(1).map(\.second) == [Int64(round)])
            _ = unsafe unlink(path)
        }
        #expect(eventually { bench.totals.readErrors == 5 })
        // The halves are none: no sentence was made of two receivers' words.
        #expect(bench.rest().isEmpty)
    }
}
