import Positioning
import Protocols
import Testing

@Suite("Completion")
struct CycleTests {
    @Test("After two like cycles the fix comes with the last sentence of the third")
    func learned() {
        var decoder = NMEADecoder()
        var comes: [Int] = []
        for second in 0..<6 {
            #expect(decoder.decoding(gga("12000\(second)")).count == ((1...2).contains(second) ? 1 : 0))
            #expect(decoder.decoding(gsa(3)).isEmpty)
            comes.append(decoder.decoding(rmc("12000\(second)")).count)
        }
        #expect(comes == [0, 0, 1, 1, 1, 1])
        #expect(!decoder.isPending)
    }

    @Test("A sentence that comes now and then within the cycle doesn't disturb it")
    func extras() {
        var decoder = NMEADecoder()
        for second in 0..<9 {
            var all: [Report] = []
            decoder.decode(gga("12000\(second)"), into: &all)
            if second % 5 == 4 { decoder.decode(gsa(3) + nmea("GPGSV,1,1,00"), into: &all) }
            let last = decoder.decoding(rmc("12000\(second)"))
            #expect(last.count == (second >= 2 ? 1 : 0), "second \(second)")
        }
    }

    @Test("A sentence that comes now and then after the cycle is missed once, and then waited for")
    func changingEnd() {
        var text = ""
        for second in 0..<50 {
            let time = clock(second * 1000, 0)
            text += rmc(time)
            if second % 5 == 4 { text += gga(time) }
        }
        let found = fixes(text)
        #expect(found.count == 50)
        #expect(Set(found.map(\.time)).count == 50)
        let withAltitude = found.enumerated().filter { $0.element.measurements.altitude_m != nil }.map(\.offset)
        #expect(withAltitude == [9, 14, 19, 24, 29, 34, 39, 44, 49])
    }

    @Test("When a sentence is lost or out of order, the fix waits, and is whole")
    func lostAndReordered() {
        var decoder = NMEADecoder()
        var all: [Report] = []
        for second in 0..<4 { decoder.decode(gga("12000\(second)") + rmc("12000\(second)"), into: &all) }
        #expect(all.count == 4)
        decoder.decode(rmc("120004"), into: &all)
        #expect(all.count == 4)
        decoder.decode(gga("120004"), into: &all)
        decoder.decode(rmc("120005"), into: &all)
        #expect(all.count == 5)
        #expect(all.last?.measurements.altitude_m == 31.5)
    }

    @Test("A pause completes, also what only waits for a name after its checksum; what comes then is a new burst")
    func pause() {
        var decoder = NMEADecoder()
        var all: [Report] = []
        #expect(!decoder.isPending)
        decoder.decode(rmc("120000") + String(gga("120000").dropLast(1)), into: &all)
        #expect(decoder.isPending && all.isEmpty)
        decoder.pause(into: &all)
        #expect(all.count == 1 && all.first?.measurements.altitude_m == 31.5)
        #expect(!decoder.isPending)
        decoder.pause(into: &all)
        #expect(all.count == 1)
        // The burst had only stalled: no second fix.
        decoder.decode("\r\n" + gll("120000"), into: &all)
        decoder.pause(into: &all)
        #expect(all.count == 1)
        // Sentences without a time open the next burst.
        decoder.decode(gsa(3, hdop: "4.4") + rmc("120001"), into: &all)
        decoder.pause(into: &all)
        #expect(all.map(\.measurements.hdop) == [1.2, 4.4])
    }

    @Test("Bursts and pauses give the times that the same bytes give without")
    func pausesChangeNothing() {
        var random = Seeded(23)
        for round in 0..<50 {
            var decoder = NMEADecoder()
            var all: [Report] = []
            var text = ""
            for second in 0..<8 {
                for sentence in [gga("12000\(second)"), gsa(3), rmc("12000\(second)"), gll("12000\(second)")] {
                    text += sentence
                    decoder.decode(sentence, into: &all)
                    if Int.random(in: 0..<6, using: &random) == 0 { decoder.pause(into: &all) }
                }
                decoder.pause(into: &all)
            }
            decoder.finish(into: &all)
            // A pause before the date leaves a fix that waits for it, so the order may differ.
            #expect(times(all).sorted() == times(reports(text)), "round \(round)")
        }
    }

    @Test("A ZDA ahead of its epoch, or alone before a stall, takes no fix away", arguments: [1, 2])
    func pausesAndClocks(ahead: Int) {
        var decoder = NMEADecoder()
        var all: [Report] = []
        for second in 0..<6 {
            decoder.decode(gga("12000\(second)") + nmea("GPZDA,12000\(second + ahead),02,03,2026,00,00"), into: &all)
            decoder.pause(into: &all)
            #expect(all.count == second + 1 && !decoder.isPending)
        }
        decoder.decode(nmea("GPZDA,120010,02,03,2026,00,00"), into: &all)
        decoder.pause(into: &all)
        decoder.decode(rmc("120010"), into: &all)
        decoder.pause(into: &all)
        #expect(times(all).last == "12:00:10.0" && all.count == 7)
    }

    @Test("After the end a decoder starts anew")
    func finish() {
        var decoder = NMEADecoder()
        var all: [Report] = []
        decoder.decode(rmc("120000") + "$GPGGA,1200", into: &all)
        decoder.finish(into: &all)
        decoder.finish(into: &all)
        #expect(all.count == 1)
        decoder.decode(gll("120000"), into: &all)
        decoder.finish(into: &all)
        #expect(all.count == 2 && all.last?.time == nil)
        #expect(decoder.counters.reports == 2)
    }
}
