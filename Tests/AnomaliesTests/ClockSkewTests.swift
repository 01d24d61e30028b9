import Anomalies
import Positioning
import TestSupport
import Testing

/// A device whose clock says something else than the time of arrival.
@Suite struct ClockSkewTests {
    /// Reports at every so many seconds of arrival, each so many seconds behind; ahead where negative.
    private func stream(
        _ lags_s: [Double], every step_s: Double = 60, isLive: Bool = true, restarts: Bool = false,
        _ change: (inout ClockSkew) -> Void = { _ in }
    ) throws -> HeardStream {
        var rules = Rules()
        var rule = ClockSkew()
        change(&rule)
        rules.clockSkew = rule
        var stream = try HeardStream(rules: rules)
        for (index, lag_s) in lags_s.enumerated() {
            let arrival = Double(index) * step_s
            try stream.take(World.report(arrival - lag_s, arrival / 10), at: isLive ? arrival : nil)
            if restarts { try stream.restart() }
        }
        return stream
    }

    private func told(
        _ lags_s: [Double], every step_s: Double = 60, isLive: Bool = true,
        _ change: (inout ClockSkew) -> Void = { _ in }
    ) throws -> [String] {
        // Of the same device's silence others speak.
        try stream(lags_s, every: step_s, isLive: isLive, change).told.filter { $0.hasPrefix("clock_skew") }
    }

    private func steady(_ lag_s: Double, _ count: Int) -> [Double] { Array(repeating: lag_s, count: count) }

    @Test func aSteadyDifferenceRaisesItEitherWayAndARightClockClearsIt() throws {
        let behind = try told(steady(1, 3) + steady(300, 10) + steady(1, 10))
        #expect(behind.map { $0.split(separator: "@")[0] } == ["clock_skew raised", "clock_skew cleared"])
        let ahead = try stream(steady(1, 3) + steady(-300, 10) + steady(1, 10))
        #expect(ahead.told.map { $0.split(separator: "@")[0] } == ["clock_skew raised", "clock_skew cleared"])
        #expect(ahead.outcomes.filter { $0 == .failure(.future) }.count == 10, "they are rejected, and heard")
    }

    @Test func theLineHasTheNumbers() throws {
        let stream = try stream([300, 305, 297] + steady(300, 8))
        try #require(stream.lines.count == 1)
        #expect(
            stream.lines[0].contains(
                #""evidence":{"behind_s":301,"spread_s":8,"fixes":10,"from":"2026-03-02T01:00:00.0Z","to":"2026-03-02T01:09:00.0Z","duration_s":540}"#
            ), "\(stream.lines)")
    }

    @Test func boundaries() throws {
        #expect(try told(steady(120, 20)) == [] && told(steady(-120, 20)) == [])
        #expect(try told(steady(120.1, 20)).count == 1 && told(steady(-120.1, 20)).count == 1)
        #expect(try told(steady(300, 30), every: 10) == [], "ten seconds less than five minutes")
        #expect(try told(steady(300, 31), every: 10).count == 1, "five")
        #expect(try told(steady(300, 9)) == [], "nine fixes")
        #expect(try told(steady(300, 10)).count == 1)
        let swing = (0..<12).map { $0 % 2 == 0 ? 300.0 : 310 }
        #expect(try told(swing).count == 1)
        #expect(try told(swing.map { $0 == 310 ? 310.1 : $0 }) == [])
        #expect(try told(steady(300, 10)) { $0.skew_s = 300 } == [])
        #expect(try told(steady(130, 10) + [119, 119, 119, 119, 119, 119, 119]).count == 1, "at the edge it stays")
    }

    @Test func whatMustNotRaiseIt() throws {
        #expect(try told(steady(0.3, 200)) == [])
        #expect(try told(steady(3000, 20), isLive: false) == [], "a recording has no time of arrival")
        // Twenty hours of fixes, one every half minute, sent at ten a second, newest last.
        let backlog = (0..<2400).map { Double(2400 - $0) * 29.9 }
        #expect(try told(backlog, every: 0.1) == [])
        // The same drained at twice the speed at which they were made.
        #expect(try told((0..<200).map { 6000 - Double($0) * 30 }, every: 30) == [])
        // An upload each ten minutes, of a fix a minute.
        let batches = (0..<200).map { Double(9 - $0 % 10) * 60 + 200 }
        #expect(try told(batches, every: 60) == [])
        // A parked tracker's fix each 152.1 s, in batches of 150: one fix a batch, and its lag drifts.
        let beat = (0..<200).map { 150 - (Double($0) * 2.1).truncatingRemainder(dividingBy: 150) + 30 }
        #expect(try told(beat, every: 150) == [])
        // Live fixes, and old ones between them.
        #expect(try told((0..<200).map { $0 % 2 == 0 ? 1 : 3000 - Double($0) }) == [])
        // One stuck time: the difference grows.
        #expect(try told((0..<200).map { 200 + Double($0) * 60 }) == [])
    }

    @Test func noSatellitesNoWordOfTheClock() throws {
        var stream = try HeardStream()
        for minute in 0..<60 {
            var report = World.report(Double(minute) * 60 - 3000, 0)
            report.rejection = .void
            try stream.take(report, at: Double(minute) * 60)
        }
        #expect(stream.told.filter { $0.hasPrefix("clock_skew") } == [])
    }

    @Test func aBacklogThatPassesByDoesNotClearIt() throws {
        let backlog = (0..<60).map { 1500 - Double($0) * 30 }
        #expect(try told(steady(-300, 10) + backlog + steady(-300, 10)).count == 1)
    }

    @Test func silenceClearsNothing() throws {
        #expect(try told(steady(300, 10)).count == 1)
        #expect(try told(steady(300, 10) + [300], every: 3000).count == 1)
    }

    @Test func aCooldownFollows() throws {
        let again = steady(300, 10) + steady(0, 10) + steady(300, 60)
        let raised = try told(again).filter { $0.contains("raised") }
        #expect(raised.count == 2)
        #expect(try told(steady(300, 10) + steady(0, 10) + steady(300, 20)).count == 2, "not yet")
    }

    @Test func asManyOverAsLongClearIt() throws {
        let wrong = steady(300, 10)
        #expect(try told(wrong + steady(1, 9)).count == 1 && told(wrong + steady(1, 10)).count == 2)
        let often = steady(300, 31)
        #expect(try told(often + steady(1, 30), every: 10).count == 1, "ten seconds less than five minutes")
        #expect(try told(often + steady(1, 31), every: 10).count == 2)
        #expect(try told(wrong + steady(120, 10)).count == 2 && told(wrong + steady(120.1, 10)).count == 1)
    }

    /// It cleared at 1140.
    @Test func theCooldownHasItsLength() throws {
        let again = steady(300, 10) + steady(0, 10)
        #expect(try told(again + steady(300, 29)).count == 2)
        #expect(try told(again + steady(300, 30)).count == 3)
    }

    @Test func aRestartChangesNothing() throws {
        let lags_s = steady(1, 3) + steady(-300, 10) + steady(1, 10) + steady(400, 50)
        #expect(try stream(lags_s, restarts: true).lines == stream(lags_s).lines)
    }

    @Test(arguments: [UInt64(1), 2, 3, 4]) func aNetworksDelaysAreNoSkew(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let lags_s = (0..<500).map { _ in
            Bool.random(using: &random)
                ? Double.random(in: 0...3, using: &random) : Double.random(in: 0...900, using: &random)
        }
        #expect(try told(lags_s) == [], "seed \(seed)")
    }
}
