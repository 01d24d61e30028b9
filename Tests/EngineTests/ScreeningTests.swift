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

    @Test(arguments: [7.0, 20, 100, 100_000]) func aClockThatIsAheadAtTheFirstFixChangesNothing(hours: Double) throws {
        let ahead = World.report(hours * 3600, 0)
        let shard = try TestShard(World.squares(at: [0, 700], properties: #""dwell_s":120"#))
        #expect(try shard.lines([ahead] + Self.desk) == (try undisturbed()))
        #expect(shard.decisions.withdrawals.map(\.reason) == [.future])
        // Given again, it is no news.
        for report in [ahead] + Self.desk { #expect(try shard.step(report) == .duplicate) }
    }

    /// At its first contact, or after a night without any, a tracker sends its newest fix before what it has kept, and that
    /// in any order. All of it counts: the time of arrival vouches for the newest.
    @Test(arguments: UInt64(1)...12) func theNewestBeforeTheBacklogIsNoWrongClock(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let evening = stride(from: -50_000.0, through: -49_000, by: 10).map { World.report($0, -600) }
        let backlog = stride(from: -20_000.0, to: 0, by: 50).map { World.report($0, $0 < -9000 ? -600 : 0) }
        let live = stride(from: 0.0, through: 200, by: 10).map { World.report($0, 0) }
        let catalogue = try World.squares(at: [0], properties: #""dwell_s":120"#)
        let expected = try TestShard(catalogue)
        for report in evening + backlog + live { try expected.step(report) }
        #expect(expected.standing.count == 2)

        let mixed = [backlog, backlog.reversed(), backlog.shuffled(using: &random)][Int(seed % 3)]
        let shard = try TestShard(catalogue)
        for report in seed % 2 == 0 ? evening : [] { try shard.step(report, received: report.time) }
        for (index, report) in (live.prefix(1) + mixed).enumerated() {
            #expect(try shard.step(report, received: World.start.advanced(bySeconds: Double(index) / 100)) == nil)
            // The clock drives it on.
            if Int.random(in: 0..<100, using: &random) == 0 { try shard.finish() }
        }
        for report in live.dropFirst() { #expect(try shard.step(report, received: report.time) == nil) }
        try shard.finish()
        #expect(shard.decisions.withdrawals.isEmpty, "seed \(seed)")
        #expect(shard.standing == expected.standing, "seed \(seed)")
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
