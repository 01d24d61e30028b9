import Positioning
import Protocols
import Testing

@Suite("What trackers raise in the text behind a sentence")
struct AlarmTests {
    private let imei = "imei:860000000000001,"

    /// A sentence with what stands behind it, without its line end.
    private func fix(_ time: String, _ behind: String, status: String = "A") -> String {
        String(rmc(time, status).dropLast(1)) + behind
    }

    private func alarms(_ text: String) -> [Report.Alarms] { reports(text).map(\.alarms) }

    @Test(
        "Words, in any case, between commas",
        arguments: [
            (",F,help me,", .sos), (",L,Help me!!,", .sos), (",F, HELP ME! ,", .sos), (",sos,", .sos),
            (",F,low battery,", .lowBattery), (",F,move!,", .tow), (",F,moved!,", .tow), (",F,ac alarm,", .powerCut),
            (",F,sensor alarm,", .tamper), (",F,door alarm,", .tamper), (",F,bonnet alarm,", .tamper),
            (",F,accident alarm,", .accident), (",F,help me,low battery,", [.sos, .lowBattery]), (",F,,", []),
            (",F,tracker,", []), (",F,stockade,", []), (",F,ACC On,", []), (",F,help,", []), (",F,help mes,", []),
            (",F,don't help me,", []), (",help me imei,", []), (",F,remove,", []),
        ] as [(String, Report.Alarms)])
    func words(text: String, expected: Report.Alarms) {
        for line in [fix("120000", text + imei), fix("120000", text + " " + imei + "05,264.5,F:3.79V,0,122")] {
            let found = reports(line + "\r\n")
            #expect(found.map(\.alarms) == [expected])
            #expect(found.map(\.device) == ["860000000000001"] && found.map(\.rejection) == [nil])
        }
        #expect(alarms(fix("120000", text) + "\r\n") == [expected], "without a name")
    }

    @Test("It is of its own epoch, not of the one that it ends")
    func epoch() {
        let lines = ["", "", "", ",F,help me,", "", ""].enumerated().map { fix("12000\($0)", $1) + "\r\n" }
        #expect(alarms(lines.joined()) == [[], [], [], .sos, [], []])
        #expect(alarms(lines[2...].joined()) == [[], .sos, [], []])
    }

    @Test("A fix whose time was reported already gives a report of its own for the alarm")
    func repeated() {
        let plain = ["120000", "120030", "120100"].map { fix($0, ",F,,") + "\r\n" }.joined()
        let found = reports(plain + fix("120100", ",L,help me,") + "\r\n")
        #expect(found.map(\.alarms) == [[], [], [], .sos])
        #expect(found.map(\.rejection) == [nil, nil, nil, .duplicate])
        #expect(times(found).last == "12:01:00.0")
        // An older one that comes late.
        #expect(alarms(plain + fix("120030", ",L,help me,") + "\r\n" + fix("120130", "") + "\r\n").contains(.sos))
    }

    @Test("No fix, no time, no date, no sentence: none keeps an alarm back")
    func unusable() {
        let void = reports(fix("120000", ",L,help me,", status: "V") + "\r\n")
        #expect(void.map(\.alarms) == [.sos] && void.map(\.rejection) == [.void])
        let timeless = reports(String(nmea("GPRMC,,V,,,,,,,,,,N").dropLast(1)) + ",L,help me," + imei + "\r\n")
        #expect(timeless.map(\.alarms) == [.sos] && timeless.map(\.rejection) == [.void])
        // A GGA has no date: the fix waits for one, the alarm does not.
        var decoder = NMEADecoder()
        var early: [Report] = []
        decoder.decode(String(gga("120000").dropLast(1)) + ",F,help me,\r\n", into: &early)
        decoder.pause(into: &early)
        #expect(early.map(\.alarms) == [.sos] && early.map(\.rejection) == [.undated])
        for line in [",+48600000000,,L,help me, \(imei),,F:4.28V", "imei:860000000000001,help me,0809231929,,L,,,;"] {
            let found = reports(line + "\r\n")
            #expect(found.map(\.alarms) == [.sos] && found.map(\.device) == ["860000000000001"])
            #expect(found.map(\.rejection) == [.void])
        }
        #expect(reports("help me\r\n").isEmpty, "who?")
    }

    @Test("A line of decode names them")
    func line() {
        var report = reports(fix("120000", ",F,help me,low battery," + imei) + "\r\n")[0]
        report.battery_percent = 7
        var bytes: [UInt8] = []
        report.appendJSON(to: &bytes, device: nil)
        let line = String(decoding: bytes, as: UTF8.self)
        #expect(line.hasSuffix(#""battery_percent":7,"alarms":["sos","low_battery"]}"#), "\(line)")
    }

    @Test(
        "A line by itself, as TK102 and TK103 send it: with and without a line end, with `!`, and without `$`",
        arguments: [
            "imei:860000000000001,help me,0809231429,13554900601,L,;",
            "imei:860000000000001,help me!,0809231429,13554900601,L,;",
            "171007160505,,GPRMC,160505.000,A,5323.4680,N,00252.4202,W,000.0,129.7,071017,,,A*7A,F,help me!, "
                + "imei:860000000000001,10,41.1,F:4.28V,1,135,19824,234,15,0062,B7D5",
        ])
    func ownLine(text: String) {
        for end in ["", "\r\n"] {
            var decoder = NMEADecoder()
            var all: [Report] = []
            for _ in 0..<2 {
                decoder.decode(text + end, into: &all)
                decoder.endPacket(into: &all)
            }
            #expect(all.map(\.alarms) == [.sos, .sos] && all.map(\.device) == ["860000000000001", "860000000000001"])
            #expect(alarms(text + end) == [.sos])
        }
    }

    @Test("Any split into reads gives the same")
    func splits() {
        let text =
            fix("120000", ",F,,") + "\r\n" + fix("120001", ",F,help me!," + imei) + "\r\n"
            + fix("120001", ",L,low battery," + imei + "05,3.7") + "\n" + fix("120002", "") + "\r\n"
        let bytes = Array(text.utf8)
        let whole = reports(bytes)
        #expect(whole.reduce(into: Report.Alarms()) { $0.formUnion($1.alarms) } == [.sos, .lowBattery])
        for piece in 1...bytes.count { #expect(reports(bytes, piece: piece) == whole, "in pieces of \(piece)") }
    }

    @Test("Junk behind a sentence is no trap, and no alarm unless it is a word", arguments: [UInt64(1), 2, 3])
    func junk(seed: UInt64) {
        var random = Seeded(seed)
        let parts = [
            "help me", "low battery", ",", ",,", " ", "!", "*", "imei:", "86000000000000", "$", "\\", "é", "\0", "F",
        ]
        for round in 0..<2000 {
            let text = (0..<Int.random(in: 0...30, using: &random)).map { _ in parts.randomElement(using: &random)! }
                .joined()
            let found = reports(fix("120000", text) + "\r\n" + rmc("120001"))
            let said = found.reduce(into: Report.Alarms()) { $0.formUnion($1.alarms) }
            #expect(found.contains { $0.rejection == nil }, "seed \(seed), round \(round)")
            if !text.contains("help me") { #expect(!said.contains(.sos), "seed \(seed), round \(round): \(text)") }
            if !text.contains("low battery") { #expect(!said.contains(.lowBattery), "seed \(seed), round \(round)") }
        }
    }
}
