import Positioning
import Protocols
import Testing

@Suite("Epochs")
struct EpochTests {
    @Test("One second of a receiver is one fix with all that its sentences said, in whatever order they come")
    func orders() {
        let parts = [
            rmc("120000.00"), gga("120000.00"), gll("120000.00"), nmea("GPGST,120000.00,9.0,4.0,3.0,10.0,3.0,4.0,5.0"),
        ]
        for order in permutations(4) {
            let found = fixes(order.map { parts[$0] }.joined() + gsa(3))
            #expect(found.count == 1)
            guard let fix = found.first else { continue }
            #expect(fix.time == Timestamp("2026-03-02T12:00:00Z"))
            #expect(fix.coordinate == Coordinate(latitude: 59.4375, longitude: 24.745_833_333_333_332))
            let said = fix.measurements
            #expect(said.speed_mps.map { ($0 * 3600).rounded() } == 13_890)
            #expect(said.course_deg == 45 && said.altitude_m == 31.5 && said.hdop == 1.2 && said.satellites == 8)
            #expect(
                said.reportedAccuracy_m == 12.5.squareRoot() && said.dimensions == 3 && said.solution == .autonomous)
        }
    }

    @Test("What no sentence of the epoch said is absent, whatever the one before said")
    func absent() {
        let found = fixes(rmc("120000") + gga("120000") + gsa(3) + gll("120001") + gll("120002"))
        #expect(found.count == 3)
        for fix in found.dropFirst() {
            #expect(fix.measurements.speed_mps == nil && fix.measurements.course_deg == nil)
            #expect(fix.measurements.altitude_m == nil && fix.measurements.hdop == nil)
            #expect(fix.measurements.satellites == nil && fix.measurements.reportedAccuracy_m == nil)
        }
        let blank = fixes(rmc("120000", knots: "", course: "") + gga("120000", satellites: "", hdop: "", altitude: ""))
        #expect(blank.count == 1)
        #expect(blank.first?.measurements.speed_mps == nil && blank.first?.measurements.course_deg == nil)
        #expect(blank.first?.measurements.satellites == nil && blank.first?.measurements.altitude_m == nil)
    }

    @Test(
        "VTG in knots, in kilometres per hour, in the old form, and of no use",
        arguments: [
            ("90.5,T,80.5,M,10.0,N,18.52,K,A", 90.5, 5.144), ("90.5,T,,M,,N,36.0,K,D", 90.5, 10.0),
            ("360.0,T,,,0.0,N,,", 0, 0),
            ("90.5,80.5,10.0,18.52", 90.5, 5.144), (",T,,M,,N,,K,N", nil, nil), ("10.0,T,,M,5.0,N,,K,N", nil, nil),
        ])
    func speeds(text: String, course: Double?, speed: Double?) {
        let found = fixes(gga("120000") + rmc("120000", knots: "", course: "") + nmea("GPVTG,\(text)"))
        #expect(found.first?.measurements.course_deg == course)
        #expect(found.first?.measurements.speed_mps.map { ($0 * 1000).rounded() / 1000 } == speed)
    }

    @Test(
        "Rates from 0.1 to 100 Hz: one fix an epoch",
        arguments: [(10_000, 0), (1000, 0), (200, 1), (100, 1), (10, 2), (5, 3)])
    func rates(milliseconds: Int, decimals: Int) {
        var text = ""
        var expected: [Timestamp] = []
        let noon = Timestamp("2026-03-02T12:00:00Z") ?? Timestamp(microseconds: 0)
        for step in 0..<300 {
            let ms = step * milliseconds
            let time = clock(ms, decimals)
            text += gga(time) + gsa(3) + rmc(time)
            expected.append(Timestamp(microseconds: noon.microseconds + Int64(ms) * 1000))
        }
        #expect(fixes(text).map(\.time) == expected)
    }

    @Test("Sentences that print one time with two and three decimals are one epoch")
    func decimals() {
        let found = fixes(
            gga("120824.758") + rmc("120824.76") + gll("120824.758") + gga("120825.758") + rmc("120825.76")
                + gga("120826.745")
                + rmc("120826.75"))
        #expect(times(found) == ["12:08:24.758", "12:08:25.758", "12:08:26.745"])
    }

    @Test("Repeated sentences, datagrams and bursts give no second fix")
    func repetitions() {
        let burst = { (second: Int) in rmc("12000\(second)") + gga("12000\(second)") }
        let expected = ["12:00:00.0", "12:00:01.0", "12:00:02.0", "12:00:03.0"]
        let doubled = (0...3).map { rmc("12000\($0)") + rmc("12000\($0)") + gga("12000\($0)") + gga("12000\($0)") }
        #expect(times(fixes(doubled.joined())) == expected)
        #expect(times(fixes((0...3).map { burst($0) + burst($0) }.joined())) == expected)
        #expect(
            times(fixes(burst(0) + burst(1) + burst(0) + burst(2) + burst(1) + burst(2) + burst(3) + burst(0)))
                == expected)
        let all = (0...3).map(burst).joined()
        #expect(times(fixes(all + all)) == expected)
    }

    @Test("Neighbouring sentences may change places anywhere, and no epoch is lost or doubled")
    func swaps() {
        var random = Seeded(17)
        let expected = (0...9).map { "12:00:0\($0).0" }
        for round in 0..<300 {
            var sentences = (0...9).flatMap { [gga("12000\($0)"), gsa(3), rmc("12000\($0)")] }
            var place = 0
            while place < sentences.count - 1 {
                if Int.random(in: 0..<4, using: &random) == 0 {
                    sentences.swapAt(place, place + 1)
                    place += 1
                }
                place += 1
            }
            #expect(times(fixes(sentences.joined())).sorted() == expected, "round \(round)")
        }
    }

    @Test("A clock that is set back goes on from there", arguments: [1, 3, 8, 40, 600])
    func setBack(seconds: Int) {
        var text = ""
        var expected = 0
        for step in 0..<100 {
            let at = 43_200 + (step < 60 ? step : step - seconds)
            text += rmc(
                clock(at % 86_400 * 1000 - 43_200_000, 0), position: "59\(10 + step % 50).2500,N,02444.75\(step),E")
            expected += 1
        }
        // The step back itself may hide as many as look like late sentences of the same second: one, here.
        #expect(fixes(text).count >= expected - 2)
        #expect(fixes(text).count <= expected)
    }

    @Test("A tracker that reports at the same second every day gives a fix a day")
    func daily() {
        let days = (1...9).map { rmc("060000", date: "0\($0)0326") }
        #expect(fixes(days.joined()).compactMap(\.time).map { CivilDate($0).day } == Array(1...9))
    }

    @Test("GLL a second after RMC and GGA is an epoch of its own; ZDA ahead is none")
    func outOfStep() {
        let late = (0..<5).map { rmc("12000\(2 * $0)") + gga("12000\(2 * $0)") + gll("12000\(2 * $0 + 1)") }
        #expect(fixes(late.joined()).count == 10)
        let ahead = (0..<5).map { gga("12000\($0)") + gsa(3) + nmea("GPZDA,12000\($0 + 2),02,03,2026,00,00") }
        #expect(times(fixes(ahead.joined())) == (0..<5).map { "12:00:0\($0).0" })
        let behind = (1..<6).map {
            gga("12000\($0)") + nmea("GPZDA,12000\($0 - 1),02,03,2026,00,00") + gll("12000\($0)")
        }
        #expect(times(fixes(behind.joined())) == (1..<6).map { "12:00:0\($0).0" })
    }

    private func permutations(_ count: Int) -> [[Int]] {
        guard count > 0 else { return [[]] }
        return permutations(count - 1).flatMap { shorter in
            (0...shorter.count).map { place in
                var longer = shorter
                longer.insert(count - 1, at: place)
                return longer
            }
        }
    }

    @Test("The same second of another day is a fix of its own, whichever sentence of it comes first")
    func sameSecondNextDay() {
        func at(_ time: String, _ date: String, _ position: String, _ isRMCFirst: Bool) -> String {
            let sentences = [rmc(time, position: position, date: date), gga(time, position: position)]
            return isRMCFirst ? sentences[0] + sentences[1] : sentences[1] + sentences[0]
        }
        for isRMCFirst in [true, false] {
            let text =
                at("080000", "020326", "3954.5220,N,11623.8500,E", isRMCFirst)
                + at("082000", "020326", "3954.6000,N,11623.8500,E", isRMCFirst)
                + at("080000", "030326", "3954.9000,N,11623.8500,E", isRMCFirst)
                + at("090000", "030326", "3954.7000,N,11623.8500,E", isRMCFirst)
            #expect(
                fixes(text).compactMap { $0.time?.description } == [
                    "2026-03-02T08:00:00.0Z", "2026-03-02T08:20:00.0Z", "2026-03-03T08:00:00.0Z",
                    "2026-03-03T09:00:00.0Z",
                ])
        }
    }
}

extension CivilDate {
    init(_ time: Timestamp) {
        self.init(daysSinceEpoch: Int(time.microseconds / Timestamp.microsecondsPerDay))
    }
    var day: Int { yearMonthDay.day }
}

/// The time of day so many milliseconds after noon.
func clock(_ milliseconds: Int, _ decimals: Int) -> String {
    let all = milliseconds + 43_200_000
    func digits(_ value: Int, _ count: Int) -> String {
        let text = String(value)
        return String(repeating: "0", count: max(0, count - text.count)) + text
    }
    let seconds = digits(all / 3_600_000, 2) + digits(all / 60_000 % 60, 2) + digits(all / 1000 % 60, 2)
    return decimals == 0 ? seconds : seconds + "." + digits(all % 1000, 3).prefix(decimals)
}
