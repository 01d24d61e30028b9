import Positioning
import Protocols
import Testing

@Suite("Whose a sentence is")
struct NamingTests {
    private let fix = String(rmc("120000").dropLast(1))
    private let imei = "860000000000001"

    @Test(
        "Prefixes",
        arguments: [
            ("860000000000001", "860000000000001"), ("860000000000001,", "860000000000001"),
            ("13800138000,", nil),
            ("van-01,", "van-01"), ("TRK_0042", "TRK_0042"), ("imei:860000000000001,", "860000000000001"),
            ("x/y/van-01/", "van-01"),
            ("1772452800,", nil), ("1772452800123 ", nil), ("12:00:01 ", nil), ("20260302120000,", nil),
            ("260302120000,", nil),
            ("GPS: ", nil), ("GPS,", nil), ("42,", nil), ("42ab,", nil), ("7A", nil), ("E*7A", nil), ("N,0245", nil),
            ("a b1c2,", nil),
            ("van-01\u{1}", nil), ("é1234,", nil), (String(repeating: "a1", count: 33), nil),
            (String(repeating: "a1", count: 500), nil),
        ] as [(String, String?)])
    func prefixes(text: String, device: String?) {
        let found = fixes(text + fix + "\r\n")
        #expect(found.map(\.device) == [device])
    }

    @Test(
        "Suffixes",
        arguments: [
            (",860000000000001", "860000000000001"), (" 860000000000001", "860000000000001"), (",van-01 ", "van-01"),
            (",L,help me!!,imei:860000000000001,05,F:3.9V", "860000000000001"),
            (",IMEI 860000000000001", "860000000000001"),
            (",1772452800.123", nil), (" 12:00:01", nil), (" -87dBm", nil), (",A,3,26", nil), ("van-01", nil),
            (";van-01", nil),
            (",,", nil),
            (",van-01,7", nil), (", " + String(repeating: "x1", count: 200), nil),
        ] as [(String, String?)])
    func suffixes(text: String, device: String?) {
        #expect(fixes(fix + text + "\r\n").map(\.device) == [device])
        #expect(fixes(fix + text).map(\.device) == [device])
        #expect(fixes(fix + text + String(rmc("120001").dropLast(1))).first?.device == device)
    }

    @Test(
        "Lines and sentences that name the device for what follows",
        arguments: [
            ("860000000000001\r\n", "860000000000001"), ("860000000000001;\n", "860000000000001"),
            ("imei:860000000000001,\r\n", "860000000000001"),
            ("##,imei:860000000000001,A;\r\n", "860000000000001"), ("IMEI 860000000000001\r\n", "860000000000001"),
            (nmea("PGID,van"), "van"), (nmea("DEVID,8"), "8"), (nmea("GPFID,unit 7"), "unit 7"),
            ("13800138000\r\n", nil), ("van-01\r\n", nil), ("86000000000000x\r\n", nil), ("8600000000000012\r\n", nil),
            ("{\"imei\":\"860000000000001\"}\r\n", nil), (nmea("PGID,"), nil), ("$PGID,van*00\r\n", nil),
        ] as [(String, String?)])
    func announced(text: String, device: String?) {
        #expect(fixes(text + rmc("120000") + gga("120000") + rmc("120001")).map(\.device) == [device, device])
    }

    @Test("TAG blocks: the source, among other fields, for its sentence and its group only")
    func tags() {
        let text =
            tag("s:van-01,c:1772452800") + rmc("120000") + tag("c:1,s:van-02,n:4") + rmc("120000") + tag("c:1")
            + rmc("120000")
            + tag("g:1-2-77,s:van-03") + rmc("120000") + tag("g:2-2-77") + gga("120000") + "\\s:van-04*00\\"
            + gll("130000")
            + tag("s:van-05") + "\r\n" + gll("120000") + tag("g:1-1-5") + tag("s:van-06") + rmc("120000")
            + "UdPbC\0" + tag("s:GP0001,n:1") + gll("120000") + "\\s:van-07" + rmc("140000")
        let found = fixes(text)
        #expect(Set(found.map(\.device)) == [nil, "van-01", "van-02", "van-03", "van-06", "GP0001"])
        #expect(found.first { $0.device == "van-03" }?.measurements.altitude_m == 31.5)
        #expect(found.count == 6)
    }

    @Test("A damaged TAG block takes nothing from a stream that names no sources")
    func damagedTag() {
        #expect(fixes("\\c:1*00\\" + rmc("120000")).count == 1)
        #expect(fixes("C:\\log\\" + rmc("120000")).count == 1)
    }

    @Test("A sentence's own name stands above the announced one")
    func precedence() {
        let text =
            nmea("PGID,boat-1") + rmc("120000") + "van-01," + rmc("120000") + tag("s:van-02") + "van-01,"
            + rmc("120000")
        #expect(fixes(text).map(\.device) == ["boat-1", "van-01", "van-02"])
    }

    @Test("Devices that talk in turn have epochs, cycles and dates of their own")
    func interleaved() {
        let names = (0..<200).map { "unit-\($0)" }
        var text = ""
        for second in 0..<5 {
            for (place, name) in names.enumerated() {
                let time = clock((second * 7 + place * 61) * 1000, 0)
                text += tag("s:\(name)") + gga(time, altitude: "\(place)")
            }
            for (place, name) in names.enumerated() {
                let time = clock((second * 7 + place * 61) * 1000, 0)
                text += tag("s:\(name)") + rmc(time, date: place < 100 ? "020326" : "150426")
            }
        }
        let found = fixes(text)
        #expect(found.count == 1000)
        for (place, name) in names.enumerated() {
            let own = found.filter { $0.device == name }
            #expect(own.count == 5)
            #expect(own.allSatisfy { $0.measurements.altitude_m == Double(place) && $0.measurements.speed_mps != nil })
            #expect(
                own.allSatisfy { $0.time?.description.hasPrefix(place < 100 ? "2026-03-02" : "2026-04-15") == true })
        }
    }

    /// What packets come to, and what the stream comes to that they are cut from.
    private func packets(_ packets: [String]) -> [Report] {
        var decoder = NMEADecoder()
        var all: [Report] = []
        for packet in packets {
            decoder.decode(packet, into: &all)
            decoder.endPacket(into: &all)
        }
        decoder.finish(into: &all)
        return all.filter { $0.rejection == nil }
    }

    @Test(
        "A packet ends a line that it does not end, and no sentence",
        arguments: ["\r\n", ""])
    func packets(end: String) {
        let sentences = (0..<5).map { String(rmc("12000\($0)").dropLast(1)) }
        let prefixed = packets(sentences.map { imei + "," + $0 + end })
        #expect(prefixed.map(\.device) == Array(repeating: imei, count: 5))
        let suffixed = packets(sentences.map { $0 + "," + imei + end })
        #expect(suffixed.map(\.device) == Array(repeating: imei, count: 5))
        let tagged = packets(sentences.enumerated().map { tag("s:van-\($0)") + $1 + end })
        #expect(tagged.map(\.device) == (0..<5).map { "van-\($0)" })
        let announced = packets([imei + end] + sentences.map { $0 + end })
        #expect(announced.map(\.device) == Array(repeating: imei, count: 5))
        // Two of a device in one packet, and one that is cut in two.
        #expect(packets([sentences[0] + sentences[1] + end, sentences[2] + end]).count == 3)
        #expect(packets([String(sentences[0].prefix(30)), sentences[0].dropFirst(30) + end]).count == 1)
    }

    @Test("A pause ends a line, too, and the decoder asks for one")
    func pausedLine() {
        var decoder = NMEADecoder()
        var all: [Report] = []
        decoder.decode(imei, into: &all)
        #expect(decoder.isPending)
        decoder.pause(into: &all)
        #expect(!decoder.isPending && all.isEmpty)
        for second in 0..<3 { decoder.decode(rmc("12000\(second)"), into: &all) }
        decoder.finish(into: &all)
        #expect(all.map(\.device) == [imei, imei, imei])
    }

    @Test(
        "At its limit of devices the one silent longest is forgotten, after its fix is given; a flood takes no more memory"
    )
    func limit() {
        var decoder = NMEADecoder(deviceLimit: 3)
        var all: [Report] = []
        for name in ["a-01", "b-02", "c-03"] { decoder.decode("\(name)," + rmc("120000"), into: &all) }
        decoder.decode("a-01," + rmc("120001"), into: &all)
        #expect(all.map(\.device) == ["a-01"])
        decoder.decode("d-04," + rmc("120000") + "e-05," + rmc("120000"), into: &all)
        #expect(all.map(\.device) == ["a-01", "b-02", "c-03"])
        for number in 0..<5000 { decoder.decode("flood\(number)," + rmc("120000"), into: &all) }
        #expect(all.count == 3 + 3 + 5000 - 3)
        decoder.finish(into: &all)
        #expect(all.count == 6 + 5000)
        #expect(Set(all.map(\.device)).count == 5005)
    }
}
