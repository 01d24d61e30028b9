import Engine
import Geometry
import Positioning
import TestSupport
import Testing

@Suite struct ScreeningTests {
    /// Ten minutes at a desk in the fence, a fix each 10 s.
    private static let desk = stride(from: 0.0, through: 600, by: 10).map { World.report($0, 0) }

    /// What a single wrong fix in the middle of it makes of the events.
    private func told(with wrong: Report, instead: Bool = true) throws -> (lines: [String], withdrawn: [Rejection]) {
        var reports = Self.desk
        if instead { reports[30] = wrong } else { reports.insert(wrong, at: 31) }
        let shard = try TestShard(World.squares(at: [0, 700], properties: #""dwell_s":120"#))
        let lines = try shard.lines(reports)
        return (lines, shard.decisions.withdrawals.map(\.reason))
    }

    private func undisturbed() throws -> [String] {
        try TestShard(World.squares(at: [0, 700], properties: #""dwell_s":120"#)).lines(Self.desk)
    }

    @Test func aSingleOutlierChangesNothing() throws {
        let expected = try undisturbed()
        #expect(expected.count == 2)
        for degrees in stride(from: 0.0, to: 360, by: 15) {
            // 600 m off, also right into another fence: believable by its speed, and of no weight by itself.
            let place = World.place(0, 0).towards(World.place(degrees < 180 ? 600 : -600, degrees - 180), share: 1)
            var report = World.report(300, 0)
            report.coordinate = place
            #expect(try told(with: report).lines == expected, "\(degrees)")
        }
        #expect(try told(with: World.report(300, 700)).lines == expected)
    }

    @Test func aSpikeThatReturnsIsWithdrawnAndAJumpThatStaysIsNot() throws {
        let spike = try told(with: World.report(300, 60_000))
        #expect(spike.lines == (try undisturbed()) && spike.withdrawn == [.impossible_speed])
        let shard = try TestShard(World.squares(at: [0, 60_000]))
        let moved = Self.desk + stride(from: 610.0, through: 900, by: 10).map { World.report($0, 60_000) }
        let lines = try shard.lines(moved)
        #expect(shard.decisions.withdrawals.isEmpty)
        #expect(lines.count == 3 && lines.contains { $0.contains(#""fence":"f1""#) }, "\(lines)")
    }

    @Test func aClockThatIsAheadForOneFixChangesNothing() throws {
        var ahead = World.report(300, 0)
        ahead.time = World.start.advanced(bySeconds: 300 + 20 * 3600)
        let result = try told(with: ahead)
        #expect(result.lines == (try undisturbed()) && result.withdrawn == [.future])
    }

    @Test func aClockThatIsAheadAtTheFirstFixChangesNothingThatStands() throws {
        var ahead = World.report(0, 0)
        ahead.time = World.start.advanced(bySeconds: 20 * 3600)
        let shard = try TestShard(World.squares(at: [0], properties: #""dwell_s":120"#))
        try shard.step(ahead)
        for report in Self.desk { try shard.step(report) }
        try shard.finish()
        #expect(shard.standing.count == 2, "\(shard.standing)")
    }

    @Test func aLongSilenceIsNoWrongClock() throws {
        let shard = try TestShard(World.squares(at: [0]))
        let nextDay = stride(from: 86_400.0, through: 86_500, by: 10).map { World.report($0, -600) }
        let lines = try shard.lines(Self.desk + nextDay)
        #expect(shard.decisions.withdrawals.isEmpty)
        #expect(lines.count == 2 && lines.last?.contains(#""type":"exit""#) == true)
    }

    @Test func aNetworkFixIsCoarse() throws {
        var network = World.report(300, 2000)
        network.measurements.reportedAccuracy_m = 2000
        #expect(try told(with: network).lines == (try undisturbed()))
        var zero = World.report(300, 0)
        zero.coordinate = Coordinate(latitude: 0, longitude: 0)
        #expect(try told(with: zero).lines == (try undisturbed()))
    }
}
