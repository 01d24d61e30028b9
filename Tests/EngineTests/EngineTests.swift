import Anomalies
import Engine
import Fencing
import Geometry
import Positioning
import TestSupport
import Testing

@Suite struct EngineTests {
    private func shard(_ catalogue: FenceCatalogue, groups: [String: String] = [:]) throws -> TestShard {
        try TestShard(catalogue, groups: groups)
    }

    /// East at 10 m/s from 600 m west of f0, then waits in it.
    private var visit: [Report] {
        stride(from: 0.0, through: 60, by: 5).map { World.report($0, -600 + $0 * 10) }
            + stride(from: 65.0, through: 400, by: 5).map { World.report($0, 0) }
            + stride(from: 405.0, through: 500, by: 5).map { World.report($0, ($0 - 400) * 10) }
    }

    @Test func aVisitIsAnEnterAndAnExitDatedAtTheBoundary() throws {
        let lines = try shard(try World.squares(at: [0])).lines(visit)
        try #require(lines.count == 2)
        #expect(
            lines[0].hasPrefix(
                #"{"seq":1,"type":"enter","device":"van-1","fence":"f0","time":"2026-03-02T01:00:50.0Z","uncertainty_s":"#
            ))
        #expect(lines[1].contains(#""type":"exit","device":"van-1","fence":"f0","time":"2026-03-02T01:06:50.0Z""#))
        #expect(!lines[0].contains("received") && !lines[0].contains("initial"))
    }

    @Test func adjacentFencesGiveExitBeforeEnterAtTheSharedEdge() throws {
        let catalogue = try World.squares(at: [0, 200])
        let walk = stride(from: 0.0, through: 400, by: 5).map { World.report($0, min($0 * 1.4, 200)) }
        let lines = try shard(catalogue).lines(walk)
        let kinds = lines.map { $0.contains(#""type":"enter""#) ? "enter" : "exit" }
        let fences = lines.map { $0.contains(#""fence":"f0""#) ? "f0" : "f1" }
        #expect(zip(kinds, fences).map { "\($0) \($1)" }.sorted() == ["enter f0", "enter f1", "exit f0"])
        #expect(lines[0].contains(#""initial":true"#))
    }

    @Test func crossedIsToldWhenNeitherFixIsInside() throws {
        let lines = try shard(try World.squares(at: [0])).lines([
            World.report(0, -300), World.report(30, 300), World.report(60, 900),
        ])
        try #require(lines.count == 1)
        #expect(lines[0].contains(#""type":"crossed","device":"van-1","fence":"f0","time":"2026-03-02T01:00:15.0Z""#))
    }

    @Test(arguments: [
        ("too long a gap", [World.report(0, -300), World.report(300, 300)]),
        ("too fast to be straight", [World.report(0, -30_000), World.report(60, 30_000)]),
        ("beside it", [World.report(0, -300, 101), World.report(30, 300, 101)]),
        ("through a corner, less than the noise", [World.report(0, -110, 97), World.report(10, -97, 110)]),
    ])
    func crossedIsNotToldWhereItWouldBeAGuess(why: String, reports: [Report]) throws {
        #expect(try shard(try World.squares(at: [0])).lines(reports) == [], "\(why)")
    }

    @Test func oneFixInsideOnTheWayThroughIsACrossing() throws {
        let lines = try shard(try World.squares(at: [0])).lines(
            stride(from: 0.0, through: 180, by: 20).map { World.report($0, -600 + $0 * 15) })
        #expect(lines.count == 1 && lines[0].contains(#""type":"crossed""#), "\(lines)")
    }

    @Test func aSpikeIntoAFenceAndBackIsNothing() throws {
        let still = stride(from: 0.0, through: 600, by: 10).map { World.report($0, $0 == 300 ? 0 : -600) }
        #expect(try shard(try World.squares(at: [0])).lines(still) == [])
    }

    @Test func whatIsNoUsableFixIsRejectedWithAReasonAndChangesNothing() throws {
        let shard = try shard(try World.squares(at: [0]))
        func outcome(received: Timestamp? = nil, _ change: (inout Report) -> Void) throws -> Rejection? {
            var report = World.report(1000, 0)
            change(&report)
            return try shard.step(report, received: received)
        }
        #expect(try outcome { $0.rejection = .void } == .void)
        #expect(try outcome { $0.coordinate = nil } == .void)
        #expect(try outcome { $0.coordinate = Coordinate(latitude: .nan, longitude: 0) } == .void)
        #expect(try outcome { $0.coordinate = Coordinate(latitude: 91, longitude: 0) } == .void)
        #expect(try outcome { $0.coordinate = Coordinate(latitude: 0, longitude: 0) } == .zero)
        #expect(try outcome { $0.time = nil } == .undated)
        for solution in [Solution.estimated, .manual, .simulated] {
            #expect(try outcome { $0.measurements.solution = solution } == .unobserved)
        }
        #expect(try outcome { $0.measurements.reportedAccuracy_m = 2000 } == .coarse)
        #expect(try outcome(received: World.start) { _ in } == .future)
        #expect(shard.shard.deviceCount == 0, "junk makes no device known")
        #expect(try outcome { _ in } == nil)
        #expect(try outcome { _ in } == .duplicate)
        #expect(shard.decisions.events.isEmpty)
        #expect(try outcome { $0.time = World.start.advanced(bySeconds: 1010) } == nil)
        #expect(try outcome { $0.time = World.start.advanced(bySeconds: -73 * 3600) } == .past)
    }

    @Test func aFenceForAGroupIsForThatGroupAlone() throws {
        let catalogue = try World.squares(at: [0], properties: #""groups":["drivers"]"#)
        let shard = try shard(catalogue, groups: ["van-1": "drivers", "desk-1": "office"])
        #expect(try shard.lines(visit, device: "van-1").count == 2)
        #expect(try shard.lines(visit, device: "desk-1") == [])
        #expect(try shard.lines(visit, device: "stranger") == [])
    }

    /// What a restart does: state to bytes and back between any two fixes changes nothing.
    @Test(arguments: UInt64(1)...8)
    func aSnapshotBetweenAnyTwoFixesChangesNothing(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let catalogue = try World.squares(at: [0, 150, 500], properties: #""dwell_s":60"#)
        var east = -500.0
        let reports = (0..<300).map { step in
            east += Double.random(in: -40...45, using: &random)
            if step % 60 > 40 { east = east.rounded() }
            return World.report(
                Double(step) * 7, step % 60 > 40 ? 20 : east, Double.random(in: -130...130, using: &random))
        }
        let straight = try TestShard(catalogue, rules: Rules()).lines(reports)
        var restarted: [String] = []
        var snapshots: [String: [UInt8]] = [:]
        let history = MemoryHistory()
        for report in reports {
            let shard = try Shard([FenceVersion(catalogue)], history: history)
            for (device, bytes) in snapshots { try shard.restore(device: device, from: bytes) }
            var decisions = Decisions()
            _ = try shard.step(device: "van-1", report: report, received: nil, decisions: &decisions)
            for event in decisions.events {
                var bytes: [UInt8] = []
                event.appendJSON(seq: Int64(restarted.count + 1), to: &bytes)
                restarted.append(String(decoding: bytes, as: UTF8.self))
            }
            for (device, bytes) in shard.takeAll().snapshots { snapshots[device] = bytes }
        }
        #expect(restarted == straight, "seed \(seed)")
        #expect(!straight.isEmpty, "seed \(seed)")
    }

    @Test func aDamagedSnapshotIsAnErrorAndNoTrap() throws {
        let catalogue = try World.squares(at: [0])
        let first = try shard(catalogue)
        _ = try first.lines(Array(visit.prefix(40)))
        let bytes = try #require(first.shard.takeAll().snapshots.first?.bytes)
        let second = try shard(catalogue)
        for length in 0..<bytes.count {
            #expect(throws: SnapshotError.self) { try second.shard.restore(device: "x", from: Array(bytes[..<length])) }
        }
        for index in bytes.indices {
            var damaged = bytes
            damaged[index] ^= 0xFF
            try? second.shard.restore(device: "x", from: damaged)
        }
        #expect(throws: SnapshotError.version(found: 9)) { try second.shard.restore(device: "x", from: [9]) }
    }

    /// Other devices make no difference to one, in whatever way their reports are mixed.
    @Test func devicesDoNotDisturbEachOther() throws {
        let catalogue = try World.squares(at: [0])
        let alone = try shard(catalogue).lines(visit)
        let shard = try shard(catalogue)
        for report in visit {
            for device in ["a", "b", "van-1"] { try shard.step(report, device: device) }
        }
        let events = shard.decisions.events
        let mine = events.filter { $0.device == "van-1" }
        #expect(events.count == 3 * mine.count && mine.count == alone.count)
    }
}
