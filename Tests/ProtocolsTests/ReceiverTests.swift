import Positioning
import Testing

@testable import Protocols

/// Cycles as families of receivers send them, with made-up numbers: each epoch is one fix, whole.
@Suite("Receivers")
struct ReceiverTests {
    /// A receiver: what it sends for the epoch `index`, whose time of day is `time`.
    struct Receiver: CustomTestStringConvertible, Sendable {
        let name: String
        let step_ms: Int
        let decimals: Int
        /// Fields that every epoch has.
        let gives: Set<String>
        let cycle: @Sendable (_ time: String, _ index: Int) -> String

        init(
            _ name: String, step_ms: Int = 1000, decimals: Int = 2, gives: Set<String> = ["speed", "hdop", "altitude"],
            _ cycle: @escaping @Sendable (String, Int) -> String
        ) {
            self.name = name
            self.step_ms = step_ms
            self.decimals = decimals
            self.gives = gives
            self.cycle = cycle
        }

        var testDescription: String { name }
    }

    static let vtg = nmea("GPVTG,45.0,T,,M,7.5,N,13.9,K,A")
    static let gsv = nmea("GPGSV,2,1,08,04,71,220,44,05,33,120,41") + nmea("GPGSV,2,2,08,09,20,301,38")

    static let all = [
        Receiver("a handheld of two-second cycles, with proprietary sentences", step_ms: 2000, decimals: 0) { time, _ in
            rmc(time, mode: "") + nmea("GPRMB,A,,,,,,,,,,,,V") + gga(time) + gsa(3) + gsv + gll(time)
                + nmea("PGRME,9.1,M,15.0,M,12.0,M") + nmea("PGRMZ,48,f,3") + nmea("HCHDG,23.0,,,1.2,E")
        },
        Receiver("GGA first, satellites every fifth second, RMC and VTG last", decimals: 3) {
            gga($0) + gsa(3) + ($1 % 5 == 0 ? gsv : "") + rmc($0) + vtg
        },
        Receiver("RMC first, GLL last") { time, _ in rmc(time) + vtg + gga(time) + gsa(3) + gsv + gll(time) },
        Receiver("several constellations, one of them unused") { time, _ in
            rmc(time, talker: "GN") + gga(time, talker: "GN") + gsa(3, talker: "GN")
                + gsa(1, hdop: "99.99", talker: "GN")
                + nmea("GNZDA,\(time),02,03,2026,00,00")
        },
        Receiver("GSA first") { time, _ in gsa(3) + rmc(time) + gga(time) },
        Receiver("a phone: GNS of all constellations beside RMC and GGA", gives: ["speed", "hdop", "altitude"]) {
            time, _ in
            rmc(time, mode: "A,V", talker: "GN") + gga(time, talker: "GN") + gsa(3, talker: "GN")
                + nmea("GNGNS,\(time),5926.2500,N,02444.7500,E,AANN,12,0.7,31.5,18.0,,,V")
        },
        Receiver("GGA and ZDA only", gives: ["hdop", "altitude"]) { time, _ in
            gga(time) + nmea("GPZDA,\(time),02,03,2026,00,00")
        },
        Receiver("ZDA a second ahead", gives: ["speed", "hdop", "altitude"]) { time, index in
            rmc(time) + gga(time) + nmea("GPZDA,\(clock((index + 1) * 1000, 2)),02,03,2026,00,00")
        },
        Receiver("a ship's network", decimals: 0) { time, _ in
            nmea("SDDPT,2.3,0.0") + rmc(time, mode: "", talker: "II") + nmea("WIMWV,214.8,R,0.1,K,A")
                + "!AIVDM,1,1,,A,15Muq30003wtPj8MrbQ@bDwt2<0b,0*34\r\n" + gga(time, talker: "II")
        },
        Receiver("fields padded with blanks", gives: ["hdop", "altitude"]) { time, _ in
            nmea("GPGGA,\(time),5926.2500,N,02444.7500,E,1, 8, 1.2,  31.5,M,18.0,M,  ,    ") + rmc(time, knots: "")
        },
        Receiver("20 Hz with three decimals", step_ms: 50, decimals: 3) { time, _ in rmc(time) + gga(time) },
        Receiver("100 Hz, RMC with a decimal more", step_ms: 10, decimals: 2) { time, _ in rmc(time + "0") + gga(time)
        },
        Receiver("5 Hz of GGA, RMC each second", step_ms: 200, gives: ["hdop", "altitude"]) {
            ($1 % 5 == 0 ? rmc($0) : "") + gga($0)
        },
        Receiver("no checksum on what is the vendor's", decimals: 3) { time, _ in
            "$PMTK001,314,3\r\n" + rmc(time) + "$PGRMT,GPS 18,,,,,,,\r\n" + gga(time)
        },
        Receiver("each sentence in an order of its own") { time, index in
            let sentences = [rmc(time), gga(time), gll(time)]
            return (0..<3).map { sentences[($0 + index) % 3] }.joined()
        },
    ]

    @Test("Each epoch of a receiver is one fix with all that its cycle says, however the bytes come", arguments: all)
    func cycles(receiver: Receiver) {
        let times = (0..<24).map { clock($0 * receiver.step_ms, receiver.decimals) }
        let bytes = Array(times.enumerated().map { receiver.cycle($1, $0) }.joined().utf8)
        let found = reports(bytes)
        #expect(found.count == times.count)
        #expect(found.allSatisfy { $0.rejection == nil && $0.coordinate?.latitude == 59.4375 })
        let start = Timestamp(
            date: CivilDate(year: 2026, month: 3, day: 2) ?? CivilDate(daysSinceEpoch: 0),
            microsecondOfDay: 43_200_000_000)
        #expect(
            found.map(\.time?.microseconds)
                == (0..<24).map { start.microseconds + Int64($0 * receiver.step_ms) * 1000 })
        if receiver.gives.contains("speed") { #expect(found.allSatisfy { $0.measurements.speed_mps != nil }) }
        if receiver.gives.contains("hdop") { #expect(found.allSatisfy { $0.measurements.hdop == 1.2 }) }
        if receiver.gives.contains("altitude") { #expect(found.allSatisfy { $0.measurements.altitude_m == 31.5 }) }
        for piece in [1, 7, 64] { #expect(reports(bytes, piece: piece) == found, "pieces of \(piece)") }
    }

    @Test("A 2 Hz receiver that prints whole seconds gives one fix a second")
    func cutDecimals() {
        let text = (0..<12).map { half in
            let position = "5926.25\(10 + half),N,02444.7500,E"
            return rmc(clock(half / 2 * 1000, 0), position: position)
                + gga(clock(half / 2 * 1000, 0), position: position)
        }
        #expect(times(fixes(text.joined())) == (0..<6).map { "12:00:0\($0).0" })
    }

    @Test("A GSA before its cycle's first timed sentence doesn't void the epoch before", arguments: [0, 1, 3, 12])
    func lostFix(at loss: Int) {
        let text = (0..<16).map { second in
            let isLost = second >= loss && second < loss + 2
            let time = clock(second * 1000, 0)
            return gsa(isLost ? 1 : 3) + gga(time, isLost ? "0" : "1") + rmc(time, isLost ? "V" : "A")
        }
        #expect(fixes(text.joined()).count == 14)
    }

    @Test("RMC that is always a second behind GGA still dates the stream")
    func datesFromLateRMC() {
        let text = (0..<8).map { second in
            gga(clock(second * 1000, 0)) + rmc(clock(second * 1000 - 1000, 0), second < 3 ? "V" : "A")
        }
        let found = fixes(text.joined())
        #expect(found.count == 8)
        #expect(found.allSatisfy { $0.time.map { CivilDate($0).day } == 2 })
    }
}
