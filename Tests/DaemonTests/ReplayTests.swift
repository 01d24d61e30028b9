import Anomalies
import Daemon
import Foundation
import GRDB
import Geometry
import Ingest
import Positioning
import Store
import TestSupport
import Testing

@Suite struct ReplayTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private func told(_ reports: [Report], isKept: Bool, lateHours: Double = 72) throws -> (String, PipelineStatistics)
    {
        let horizon_s = lateHours * 3600
        let journal = isKept ? try Journal(path: scratch.store, lateHorizon_s: horizon_s) : nil
        let replay = try Replay(World.squares(at: [0]), rules: .none, journal: journal, lateHorizon_s: horizon_s)
        var lines: [UInt8] = []
        try replay.take(reports, device: "van-1") { lines += $0 }
        try replay.finish { lines += $0 }
        return (String(decoding: lines, as: UTF8.self), replay.statistics)
    }

    /// A visit of four days ago, told of late: within a horizon of five days it counts, beyond one of three it doesn't.
    @Test(arguments: [true, false]) func theHorizonIsASetting(isKept: Bool) throws {
        let visit = stride(from: 1010.0, to: 3000, by: 10).map { World.report($0, $0 < 2000 ? 0 : -600) }
        let rest = [0.0, 1000] + stride(from: 3000.0, through: 96 * 3600, by: 120)
        let reports = rest.map { World.report($0, -600) } + visit
        let (lines, statistics) = try told(reports, isKept: isKept, lateHours: 120)
        let types = lines.split(separator: "\n").map { $0.contains(#""type":"enter""#) ? "enter" : "exit" }
        #expect(types == ["enter", "exit"] && statistics.rejected.isEmpty, "\(lines)")
    }

    @Test(arguments: [true, false]) func whatIsBeyondTheHorizonIsPast(isKept: Bool) throws {
        let late = World.report(1010, 0)
        let rest = stride(from: 0.0, through: 96 * 3600, by: 120).map { World.report($0, -600) }
        #expect(try told(rest + [late], isKept: isKept).1.rejected == [.past: 1])
    }

    /// Whose it is, and why, with threads and without.
    @Test(arguments: [0, 2]) func aStateThatCannotBeReadIsToldOf(threads: Int) throws {
        _ = try told((0..<20).map { World.report(Double($0) * 10, 0) }, isKept: true)
        try DatabaseQueue(path: scratch.store).write { db in try db.execute(sql: "UPDATE snapshot SET state = x'FF'") }
        let journal = try Journal(path: scratch.store)
        #expect {
            _ = try Replay(World.squares(at: [0]), rules: .none, journal: journal, threads: threads)
        } throws: { error in
            guard case StoreError.snapshot("van-1", _)? = error as? StoreError else { return false }
            return true
        }
    }

    /// One batch with a store, or each report by itself in memory: the same lines.
    @Test(arguments: UInt64(1)...4) func aStoreChangesNothing(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let catalogue = try World.squares(at: [-400, 0, 420], properties: "\"dwell_s\":60")
        let arrivals = CrashTests.unruly(&random)
        let lines = try [nil, Journal(path: scratch.path + "/\(seed).sqlite3")].map { journal in
            let replay = try Replay(catalogue, journal: journal)
            var lines: [UInt8] = []
            for arrival in arrivals { try replay.take([arrival.report], device: arrival.device) { lines += $0 } }
            try replay.finish { lines += $0 }
            return String(decoding: lines, as: UTF8.self)
        }
        #expect(lines[0] == lines[1], "seed \(seed)")
        #expect(lines[0].contains("\"late\":true"), "seed \(seed)")
    }

    /// However many threads decide, and in whatever portions: the lines that the caller's own thread tells. Given once more to the
    /// same store, shared out otherwise, they tell nothing.
    @Test(arguments: [(UInt64(1), true), (2, false)]) func threadsChangeNothing(seed: UInt64, isKept: Bool) throws {
        var random = SeededGenerator(seed: seed)
        let catalogue = try World.squares(at: [-400, 0, 420], properties: "\"dwell_s\":60")
        var arrivals = FleetTests.stream(seed: seed)
        for arrival in CrashTests.unruly(&random) {
            arrivals.append(arrival)
            arrivals[arrivals.count - 1].device = "unruly-" + arrival.device
        }
        func told(threads: Int, store: String) throws -> String {
            let portions =
                threads == 0
                ? Replay.Portions(part: 1)
                : Replay.Portions(
                    part: Int.random(in: 1...300, using: &random), batch: Int.random(in: 1...900, using: &random))
            let replay = try Replay(
                catalogue, rules: FleetTests.rules, journal: isKept ? Journal(path: store) : nil, threads: threads,
                portions: portions)
            var lines: [UInt8] = []
            for arrival in arrivals {
                try replay.take([arrival.report], device: arrival.device) { lines += $0 }
                if Int.random(in: 0..<400, using: &random) == 0 { try replay.settle { lines += $0 } }
            }
            try replay.finish { lines += $0 }
            return String(decoding: lines, as: UTF8.self)
        }
        let stores = (0..<3).map { "\(scratch.path)/threads-\($0).sqlite3" }
        let expected = try told(threads: 0, store: stores[0])
        #expect(expected.contains("\"late\":true") && expected.contains("\"rule\":\"gathering\""), "seed \(seed)")
        for (threads, store) in zip([2, 5], stores.dropFirst()) {
            #expect(try told(threads: threads, store: store) == expected, "seed \(seed), \(threads) threads")
        }
        if isKept { #expect(try told(threads: 3, store: stores[1]) == "", "seed \(seed)") }
    }

    /// Who waits for more has all that is certain of what came so far.
    @Test func whatIsSettledIsTold() throws {
        let replay = try Replay(World.squares(at: [0]), rules: .none, threads: 2)
        var lines: [UInt8] = []
        for step in 0..<100 {
            try replay.take([World.report(Double(step) * 10, step < 50 ? -600 : 0)], device: "van-1") { lines += $0 }
        }
        try replay.settle { lines += $0 }
        #expect(String(decoding: lines, as: UTF8.self).contains(#""type":"enter""#))
    }
}
