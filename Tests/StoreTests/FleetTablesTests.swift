import Engine
import GRDB
import Positioning
import Store
import TestSupport
import Testing

@testable import Anomalies

@Suite struct FleetTablesTests {
    private static func signals(_ count: Int, seed: UInt64) -> [(device: String, signal: FleetSignal)] {
        var random = SeededGenerator(seed: seed)
        return (0..<count).map { index in
            let time = Timestamp(microseconds: Int64(index) * 20_000_000)
            let place = World.place(
                Double.random(in: 0...60, using: &random), Double.random(in: 0...60, using: &random))
            let kind: FleetSignal.Kind =
                switch Int.random(in: 0..<6, using: &random) {
                case 0: .jammed(since: time)
                case 1: .unjammed
                case 2: .present
                default:
                    .pattern(
                        PatternRun(
                            digest: UInt64(Int.random(in: 0..<300, using: &random)) << 55 | 3,
                            before: PatternRun.Flank(bits: UInt64.random(in: 1...2, using: &random) << 63 | 1),
                            after: PatternRun.Flank(bits: .max), ended: time, tens: 0b11111))
                }
            return ("van-\(Int.random(in: 0..<9, using: &random))", FleetSignal(kind, time: time, place: place))
        }
    }

    private static var rules: Rules {
        var rules = Rules()
        rules.gathering = Gathering()
        rules.replayed?.clear_s = 60
        return rules
    }

    /// After any commit, another process that opens the store has the same.
    @Test(arguments: [1, 2, 3]) func theStoreHasWhatTheFleetIs(seed: UInt64) throws {
        let scratch = try Scratch()
        var watch = FleetWatch(rules: Self.rules)
        var events = 0
        var journal: Journal? = try Journal(path: scratch.store)
        for (index, (device, signal)) in Self.signals(400, seed: seed).enumerated() {
            var decisions = Decisions()
            decisions.signals = [signal]
            watch.take(&decisions, of: device, received: nil)
            if index % 50 == 25 {
                watch.forgetPatterns(before: Timestamp(microseconds: Int64(index - 100) * 20_000_000))
            }
            var batch = JournalBatch()
            batch.fixes = [JournalBatch.Entry(device: device, fix: Made.fix(Double(index)), received: nil)]
            batch.add(decisions)
            batch.fleet = watch.takeRecord()
            events += decisions.events.count
            _ = try journal?.commit(batch)
            if index % 7 == 0 {
                journal = nil
                journal = try Journal(path: scratch.store)
            }
            #expect(try journal?.fleet() == watch.fleet, "seed \(seed), signal \(index)")
        }
        #expect(events > 20, "seed \(seed): \(events)")
    }

    @Test func aDeviceThatIsForgottenLeavesNothing() throws {
        let scratch = try Scratch()
        let journal = try Journal(path: scratch.store)
        for (index, name) in ["van-1", "van-2"].enumerated() {
            var watch = FleetWatch(try journal.fleet(), rules: Self.rules)
            var batch = JournalBatch()
            for second in [index * 1_000_000, index * 1_000_000 + 100] {
                let time = Timestamp(microseconds: Int64(second) * 1_000_000)
                var decisions = Decisions()
                decisions.signals = [
                    FleetSignal(.present, time: time, place: World.origin),
                    FleetSignal(
                        .pattern(PatternRun(digest: UInt64(second), ended: time, tens: 1)), time: time,
                        place: World.origin),
                ]
                watch.take(&decisions, of: name, received: nil)
                batch.fixes.append(JournalBatch.Entry(device: name, fix: Made.fix(Double(second)), received: nil))
            }
            batch.fleet = watch.takeRecord()
            batch.snapshots = []
            _ = try journal.commit(batch)
        }
        func rows(_ table: String) throws -> [Int64] {
            try DatabaseQueue(path: scratch.store).read {
                try Int64.fetchAll($0, sql: "SELECT device FROM \(table) ORDER BY device")
            }
        }
        #expect(try rows("pattern") == [1, 1, 2, 2] && rows("fleet_member") == [1, 2])
        try journal.forgetSilentDevices(since: Timestamp(microseconds: 500_000_000_000))
        #expect(try rows("pattern") == [2, 2] && rows("fleet_member") == [2])
        #expect(try FleetWatch(journal.fleet(), rules: Self.rules).fleet == journal.fleet())
    }

    /// A digest, whose, and when: of the way itself nothing is kept there.
    @Test func aPatternHoldsNoPlace() throws {
        let scratch = try Scratch()
        _ = try Journal(path: scratch.store)
        let columns = try DatabaseQueue(path: scratch.store).read { try $0.columns(in: "pattern").map(\.name) }
        #expect(columns == ["id", "digest", "flank_before", "flank_after", "device", "time_us"])
    }

    @Test func whatCannotBeReadSaysSo() throws {
        let scratch = try Scratch()
        let journal = try Journal(path: scratch.store)
        var batch = JournalBatch()
        var record = FleetRecord()
        record.incidents = [9]
        batch.fleet = record
        _ = try journal.commit(batch)
        #expect { try journal.fleet() } throws: { "\($0)".hasPrefix("what is remembered of several devices together") }
    }
}
