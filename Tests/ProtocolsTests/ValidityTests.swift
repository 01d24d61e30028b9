import Positioning
import Protocols
import Testing

@Suite("Validity")
struct ValidityTests {
    @Test(
        "No fix, whatever position stands there",
        arguments: [
            rmc("120000", "V"), rmc("120000", mode: "N"), rmc("120000", ""), gga("120000", "0"), gga("120000", ""),
            gll("120000", "V"),
            rmc("120000") + gga("120000", "0"), rmc("120000", "V") + gga("120000"), rmc("120000") + gll("120000", "V"),
            gga("120000", "0") + gll("120000") + rmc("120000"), rmc("120000") + gga("120000") + gsa(1),
            gsa(1) + rmc("120000") + gsa(1, talker: "GL"), nmea("GNGNS,120000,5926.25,N,02444.75,E,NN,00,99.9,,,,"),
            nmea("GNGNS,120000,5926.25,N,02444.75,E,,00,99.9,,,,"), rmc("120000", position: ",,,"),
            gga("120000", position: "8960.0000,N,36000.0000,E"),
            rmc("120000", "V", position: "0000.0000,N,00000.0000,E"),
            nmea("GPRMC,,V,,,,,,,,,,N"), nmea("GPGGA,,,,,,0,00,99.99,,,,,,"), nmea("GPGLL,,,,,,V,N"),
            nmea("GPRMC,120000,V"),
        ])
    func void(text: String) {
        let found = reports(text)
        #expect(found.allSatisfy { $0.rejection == .void && $0.coordinate == nil })
        #expect(found.count <= 1)
    }

    @Test("An epoch without a fix is told, with its time where the stream gave a date")
    func told() {
        #expect(reports(rmc("120000", "V")) == [Report(time: nil, coordinate: nil, rejection: .void)])
        let found = reports(rmc("120000") + rmc("120001", "V") + rmc("120002"))
        #expect(found.map(\.rejection) == [nil, .void, nil])
        #expect(found.map(\.time?.description) == [0, 1, 2].map { "2026-03-02T12:00:0\($0).0Z" })
    }

    @Test(
        "A fix",
        arguments: [
            rmc("120000"), rmc("120000", mode: "D"), rmc("120000", mode: ""), gga("120000", "2"), gga("120000", "4"),
            gga("120000", "9"),
            gll("120000"), nmea("GPGLL,5926.25,N,02444.75,E,120000,A"), nmea("GPRMC,120000,A,5926.25,N,02444.75,E,,,,"),
            nmea("GNRMC,120000,A,5926.25,N,02444.75,E,1.0,2.0,020326,,,A,V"),
            nmea("GNGNS,120000,5926.25,N,02444.75,E,NA,05,1.5,30.0,18.0,,,V"),
            nmea("GNGNS,120000,5926.25,N,02444.75,E,D,05,1.5,30.0,18.0,,"),
            gsa(1, talker: "GL") + gsa(3) + rmc("120000"), rmc("120000") + gsa(3) + gsa(1, talker: "BD"),
            gga("120000") + gga("120000", "0", position: ",,,", talker: "GL"),
            nmea("GPGNS,120000,,,,,,05,,,,1.0,23") + nmea("GNGNS,120000,5926.25,N,02444.75,E,AA,05,1.5,30.0,18.0,,"),
        ])
    func fix(text: String) {
        let found = reports(text)
        #expect(found.count == 1)
        #expect(found.first?.rejection == nil)
        #expect(found.first?.coordinate?.latitude == 59.4375)
    }

    @Test(
        "Any talker", arguments: ["GP", "GN", "GL", "GA", "GB", "BD", "GQ", "QZ", "GI", "IN", "EC", "II", "U1", "LC"])
    func talkers(talker: String) {
        let found = fixes(rmc("120000", talker: talker) + gga("120000", talker: talker) + gll("120000", talker: talker))
        #expect(found.count == 1 && found.first?.measurements.altitude_m == 31.5)
    }

    @Test(
        "How the receiver came by it is told, and the variation's E is not the mode",
        arguments: [
            (gga("120000", "6") + rmc("120000", mode: "E"), Solution.estimated),
            (gga("120000", "1") + rmc("120000", mode: "E"), .estimated),
            (gga("120000", "8"), .simulated), (gga("120000", "7"), .manual), (rmc("120000", mode: "S"), .simulated),
            (gga("120000", "5") + rmc("120000", mode: "A"), .rtkFloat),
            (rmc("120000", mode: "D") + gga("120000", "4"), .rtkFixed),
            (nmea("GPRMC,120000,A,5926.25,N,02444.75,E,1.0,2.0,020326,8.5,E"), nil),
            (nmea("GPRMC,120000,A,5926.25,N,02444.75,E,1.0,2.0,020326,8.5,E,D"), .differential),
            (nmea("GNGNS,120000,5926.25,N,02444.75,E,EA,05,1.5,,,,"), .autonomous),
            (nmea("GNGNS,120000,5926.25,N,02444.75,E,EN,05,1.5,,,,"), .estimated),
        ] as [(String, Solution?)])
    func solutions(text: String, solution: Solution?) {
        let found = fixes(text)
        #expect(found.count == 1)
        #expect(found.first?.measurements.solution == solution)
    }

    @Test("What a sentence without a fix prints as its dilution is none, of whatever talker, in whatever order")
    func dilutionOfNoFix() {
        let good = gsa(3, hdop: "0.9")
        let blind = nmea("GLGSA,A,1,,,,,,,,,,,,,99.99,99.99,99.99")
        for text in [rmc("120000") + blind + good, blind + rmc("120000") + good, rmc("120000") + good + blind] {
            #expect(fixes(text).map(\.measurements.hdop) == [0.9], "\(text)")
        }
        let all = fixes(gga("120000", "0", hdop: "99.99", talker: "GL") + gga("120000", hdop: "1.2"))
        #expect(all.map(\.measurements.hdop) == [1.2])
    }

    @Test("A receiver that loses and finds its fix: no fix of the one is taken for the other")
    func transitions() {
        let lost = nmea("GPRMC,,V,,,,,,,,,,N") + nmea("GPVTG,,,,,,,,,N") + nmea("GPGGA,,,,,,0,00,99.99,,,,,,") + gsa(1)
        let whole = { (second: Int) in
            rmc("12000\(second)") + nmea("GPVTG,1.0,T,,M,2.0,N,,K,A") + gga("12000\(second)") + gsa(3)
        }
        let found = reports(lost + lost + whole(0) + whole(1) + lost + lost + whole(4) + lost)
        #expect(times(found.filter { $0.rejection == nil }) == ["12:00:00.0", "12:00:01.0", "12:00:04.0"])
        #expect(found.count { $0.rejection == .void } == 5)
    }
}
