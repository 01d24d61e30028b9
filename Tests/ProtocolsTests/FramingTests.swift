import Positioning
import Protocols
import Testing

@Suite("Framing")
struct FramingTests {
    private let first = "GPRMC,120000,A,5926.2500,N,02444.7500,E,7.5,45.0,020326,,,A"
    private let second = "GPGGA,120001,5926.2510,N,02444.7500,E,1,08,1.2,31.5,M,18.0,M,,"

    @Test("Any line end, or none", arguments: ["\r\n", "\n", "\r", "\r\r\n", "", "\n\n", "\0\r\n", " \r\n", "\u{b}"])
    func lineEnds(end: String) {
        let found = fixes(nmea(first, end: end) + nmea(second, end: end))
        #expect(times(found) == ["12:00:00.0", "12:00:01.0"])
    }

    @Test(
        "What stands before a sentence doesn't matter",
        arguments: [
            "$", "$$$", "GPS: ", "2026-03-02T12:00:00Z ", "1772452800,", "12:00:00.123 > ", "[rx] ", "\u{fe}\u{ff}",
            "$GPGGA,1200", "$GPRMC,120000,A,5926.25*", "$GPRMC,120000,A,5926.25*4", "!AIVDM,1,1,,A,15Muq", "\\s:x",
            "\0\0\0", "{\"a\":1}\n", "}", "*4F", ",,,A*6C",
        ])
    func prefixes(prefix: String) {
        let found = fixes(prefix + nmea(first) + prefix + nmea(second))
        #expect(times(found) == ["12:00:00.0", "12:00:01.0"])
        #expect(found.allSatisfy { $0.device == nil })
    }

    @Test("A checksum of either case is right, a wrong or missing one is not, and is counted")
    func checksums() {
        let upper = nmea("GPGLL,5926.2500,N,02444.7500,E,120000,A,D")
        var decoder = NMEADecoder()
        var all: [Report] = []
        decoder.decode(upper + upper.lowercasedChecksum, into: &all)
        #expect(decoder.counters.frames == 2)
        decoder.decode("$\(second)\r\n$\(second)*\r\n$\(second)*5\r\n", into: &all)
        #expect(decoder.counters.missingChecksums == 3)
        decoder.decode("$\(second)*00\r\n", into: &all)
        #expect(decoder.counters.badChecksums == 1)
        decoder.finish(into: &all)
        #expect(all.count == 1)
    }

    @Test("Without checksums, where that is allowed; a wrong one stays wrong; one cut by the next start too")
    func unchecked() {
        #expect(fixes("$\(first)\n$\(second)", requiresChecksum: false).count == 2)
        #expect(fixes("$\(first)*00\n$\(second)", requiresChecksum: false).count == 1)
        #expect(
            fixes("$\(first)$\(second)\n", requiresChecksum: false).map(\.coordinate?.latitude) == [
                59.437_516_666_666_67
            ])
        #expect(fixes("$\(first)\n$\(second)").isEmpty)
    }

    @Test("A sentence of 1,024 bytes is read, one of 1,025 is broken, and the next is read again")
    func length() {
        func padded(to length: Int) -> String {
            nmea(second + String(repeating: ",", count: length - second.utf8.count))
        }
        #expect(fixes(nmea(first) + padded(to: 1024)).count == 2)
        #expect(fixes(nmea(first) + padded(to: 1025)).count == 1)
        var decoder = NMEADecoder()
        var all: [Report] = []
        decoder.decode(padded(to: 1025) + nmea(first), into: &all)
        #expect(decoder.counters.brokenFrames == 1)
        #expect(decoder.counters.frames == 1)
    }

    @Test("NUL anywhere, even within, changes nothing")
    func nul() {
        let whole = Array((nmea(first) + nmea(second)).utf8)
        let expected = reports(whole)
        for place in 0...whole.count {
            var bytes = whole
            bytes.insert(contentsOf: [0, 0], at: place)
            #expect(reports(bytes) == expected, "NULs at \(place)")
        }
    }

    @Test("Binary between sentences is passed over, whatever bytes it has")
    func binary() {
        var random = Seeded(7)
        for round in 0..<200 {
            var bytes: [UInt8] = []
            for text in [first, second] {
                bytes += [0xB5, 0x62, 0x01, 0x07]
                bytes += (0..<Int.random(in: 0...90, using: &random)).map { _ in
                    UInt8.random(in: 0...255, using: &random)
                }
                // A frame of these has no star and two digits that happen to fit, as none of a real one would.
                bytes += [0xD3, 0x00, 0x13]
                bytes += nmea(text).utf8
            }
            let found = reports(bytes).filter { $0.rejection == nil }
            #expect(times(found) == ["12:00:00.0", "12:00:01.0"], "round \(round)")
        }
    }

    @Test("Every way to cut the stream into two reads, and byte by byte, gives the same")
    func splits() {
        let text =
            "x\r\n" + tag("s:van-01,c:1") + rmc("120000") + gga("120000") + "860000000000001," + gsa(3) + "$GPTXT,cut"
            + rmc("120001", end: "") + ",unit-7\r\n" + nmea("PGID,unit-9") + gga("120002", end: "") + gll("120003")
        let bytes = Array(text.utf8)
        let expected = reports(bytes)
        #expect(expected.count >= 4)
        for size in 1...9 { #expect(reports(bytes, piece: size) == expected, "pieces of \(size)") }
        for cut in 0...bytes.count {
            var decoder = NMEADecoder()
            var all: [Report] = []
            decoder.decode(bytes.span.extracting(0..<cut), into: &all)
            decoder.decode(bytes.span.extracting(cut..<bytes.count), into: &all)
            decoder.finish(into: &all)
            #expect(all == expected, "cut at \(cut)")
        }
    }

    @Test(
        "Other sentences are counted as passed over",
        arguments: [
            "GPGSV,1,1,01,28,28,095,33", "PGRME,9.1,M,15.0,M,12.0,M", "PSRF103,00,01,00,01", "SDDBT,7.7,f,2.3,M,1.3,F",
            "PARMC,120000,A,5926.2500,N,02444.7500,E,7.5,45.0,020326,,,A", "GRMC,120000,A", "GPGGALONG,120000", "GPRMC",
            "",
        ])
    func skipped(text: String) {
        var decoder = NMEADecoder()
        var all: [Report] = []
        decoder.decode(nmea(text), into: &all)
        decoder.finish(into: &all)
        #expect(decoder.counters.skippedFrames == 1)
        #expect(all.isEmpty)
    }
}

extension String {
    fileprivate var lowercasedChecksum: String {
        guard let star = lastIndex(of: "*") else { return self }
        return self[..<star] + self[star...].lowercased()
    }
}

private func rmc(_ time: String, end: String) -> String { String(ProtocolsTests.rmc(time).dropLast(1)) + end }
private func gga(_ time: String, end: String) -> String { String(ProtocolsTests.gga(time).dropLast(1)) + end }
