import Anomalies
import Engine
import GRDB
import Logging
import Positioning
import Store
import TestSupport
import Testing

@testable import Daemon

@Suite struct CompactionStepsTests {
    /// Between two commits only so much is done; what comes meanwhile waits for the next pass.
    @Test func rowsBecomeChunksBetweenCommits() throws {
        let scratch = try Scratch()
        let journal = try Journal(path: scratch.store)
        var retention = Retention(Configuration.Keep(), log: Logger(label: "test"))
        var watch = FleetWatch(Fleet(), rules: Rules(), groups: [:])
        var second = 0
        var steps = 0
        func rows() throws -> Int {
            try DatabaseQueue(path: scratch.store).read {
                try Int.fetchOne($0, sql: "SELECT sum(fixes) FROM fix_page") ?? 0
            }
        }
        func commit() throws {
            var batch = JournalBatch()
            for _ in 0..<1700 {
                let time = World.start.advanced(bySeconds: Double(second))
                let fix = Fix(time: time, coordinate: World.place(Double(second % 97), 0))
                batch.fixes.append(JournalBatch.Entry(device: "van-\(second % 9)", fix: fix, received: nil))
                second += 1
            }
            batch.snapshots = []
            _ = try journal.commit(batch)
        }
        func step() -> Bool {
            retention.step(
                journal, &watch, now: World.start.advanced(bySeconds: Double(second)), eventFileSeq: journal.lastSeq)
        }
        while second < Limits.tailFixes.lowerBound + Int64(Limits.witnessFixes) {
            try commit()
            // Retention's own pass is over at once: nothing is old.
            while step() {}
        }
        #expect(try rows() == second)
        try commit()
        while step() {
            steps += 1
            if steps % 5 == 0, second < 30_000 { try commit() }
        }
        #expect(steps > 6)
        #expect(try rows() < 12_000)
        let reader = try StoreReader(path: scratch.store)
        #expect(try reader.summary().fixes == second)
        for device in 0..<9 {
            var track: [Timestamp] = []
            _ = try reader.track(device: "van-\(device)", from: nil, to: nil) { track.append($0.time) }
            #expect(
                track
                    == stride(from: device, to: second, by: 9).map { World.start.advanced(bySeconds: Double($0)) })
        }
    }
}
