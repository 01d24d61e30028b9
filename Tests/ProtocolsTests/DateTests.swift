import Positioning
import Protocols
import Testing

@Suite("Dates")
struct DateTests {
    @Test("A date carries over midnight, forwards and backwards, for sentences without one")
    func midnight() {
        let forwards = rmc("235958") + gga("235959") + gga("000000") + gga("000001")
        #expect(
            moments(forwards) == [
                "2026-03-02T23:59:58.0Z", "2026-03-02T23:59:59.0Z", "2026-03-03T00:00:00.0Z", "2026-03-03T00:00:01.0Z",
            ])
        let backwards = rmc("000003") + gga("000002") + gga("235950") + gga("000004")
        #expect(
            moments(backwards) == [
                "2026-03-02T00:00:03.0Z", "2026-03-02T00:00:02.0Z", "2026-03-01T23:59:50.0Z", "2026-03-02T00:00:04.0Z",
            ])
    }

    @Test("GGA alone for three days: each midnight counts")
    func days() {
        var text = rmc("120000")
        for hour in 1...72 {
            text += gga(clock(hour * 3_600_000 % 86_400_000 - (hour * 3600 % 86_400 >= 43_200 ? 86_400_000 : 0), 0))
        }
        let found = fixes(text).compactMap(\.time)
        let start = Timestamp("2026-03-02T12:00:00Z") ?? Timestamp(microseconds: 0)
        #expect(found == (0...72).map { start.advanced(bySeconds: Double($0) * 3600) })
    }

    @Test("After a night's silence the first fixes wait for the date of the new day")
    func silence() {
        let text =
            rmc("180000") + gga("180001") + gga("070000.20") + gga("070000.40") + rmc("070001.00", date: "050326")
        #expect(
            moments(text) == [
                "2026-03-02T18:00:00.0Z", "2026-03-02T18:00:01.0Z", "2026-03-05T07:00:00.2Z",
                "2026-03-05T07:00:00.4Z", "2026-03-05T07:00:01.0Z",
            ])
        #expect(fixes(rmc("180000") + gga("070000.20")).map { $0.time != nil } == [true, false], "none comes")
    }

    @Test("A leap second is the second after :59")
    func leap() {
        let found = moments(
            rmc("235959", date: "311216") + rmc("235960", date: "311216") + rmc("000001", date: "010117"))
        #expect(found == ["2016-12-31T23:59:59.0Z", "2017-01-01T00:00:00.0Z", "2017-01-01T00:00:01.0Z"])
    }

    @Test("A void RMC gives no date; a valid one without a date neither; no one is made up")
    func undated() {
        let text = rmc("120000", "V", date: "161206") + gga("120001") + rmc("120002", date: "") + gll("120003")
        #expect(fixes(text).count == 3)
        #expect(fixes(text).allSatisfy { $0.time == nil && $0.coordinate != nil })
    }

    @Test("A fix without a date waits for one, and gets it if it is near")
    func held() {
        var decoder = NMEADecoder()
        #expect(decoder.decoding(gga("235958") + gga("235959") + gga("000000")).isEmpty)
        let given = decoder.decoding(rmc("000001") + gga("000002"))
        #expect(
            given.map { $0.time?.description } == [
                "2026-03-01T23:59:58.0Z", "2026-03-01T23:59:59.0Z", "2026-03-02T00:00:00.0Z", "2026-03-02T00:00:01.0Z",
            ])
        // The clock of a cold start is not that of the fix: far off, or ahead.
        #expect(fixes(gga("000343") + rmc("193515")).map { $0.time == nil } == [true, false])
        #expect(fixes(gga("120500") + rmc("120000")).map { $0.time == nil } == [true, false])
    }

    @Test("As many wait as the limit says; the oldest is given first")
    func bounded() {
        var decoder = NMEADecoder()
        var all: [Report] = []
        let extra = 700
        for second in 0...Limits.undatedFixes + extra {
            decoder.decode(gga(clock(second * 1000, 0), altitude: String(second)), into: &all)
        }
        // A cycle of GGA alone is learned, so none is open: the limit waits, the rest was given.
        #expect(all.count == extra + 1)
        decoder.finish(into: &all)
        #expect(all.map(\.measurements.altitude_m) == (0...Limits.undatedFixes + extra).map(Double.init))
    }

    @Test("ZDA gives the date of its own epoch, and of one near it")
    func zda() {
        let zda = { (time: String, date: String) in nmea("GPZDA,\(time),\(date),00,00") }
        #expect(moments(gga("120000") + zda("120000", "02,03,2026") + gga("120001")).count == 2)
        #expect(moments(zda("115959", "02,03,2026") + gga("120000")) == ["2026-03-02T12:00:00.0Z"])
        #expect(moments(gga("235959") + zda("000001", "03,03,2026") + gga("000000")).last == "2026-03-03T00:00:00.0Z")
        // An hour before, the clock may have been anything.
        #expect(fixes(zda("110000", "02,03,2026") + gga("120000")).first?.time == nil)
        // RMC's date stands above that of a ZDA of the same epoch.
        #expect(moments(zda("120000", "06,01,1980") + rmc("120000")) == ["2026-03-02T12:00:00.0Z"])
        #expect(fixes(zda("120000", "31,02,2026") + gga("120000")).first?.time == nil)
    }

    @Test("The week rollover is left as it is")
    func rollover() {
        #expect(moments(rmc("120000", date: "220899")) == ["1999-08-22T12:00:00.0Z"])
    }

    @Test("A receiver that corrects its date is believed")
    func corrected() {
        let text = rmc("120000", date: "220899") + gga("120001") + rmc("120002", date: "020326") + gga("120003")
        #expect(moments(text).map { $0.prefix(10) } == ["1999-08-22", "1999-08-22", "2026-03-02", "2026-03-02"])
    }

    private func moments(_ text: String) -> [String] { fixes(text).compactMap { $0.time?.description } }
}
