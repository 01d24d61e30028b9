import Engine
import GRDB
import Positioning
import TestSupport
import Testing

@testable import Store

@Suite struct RetentionTests {
    private static let day = 86_400

    private static func time(_ second: Int) -> Timestamp { Timestamp(microseconds: Int64(second) * 1_000_000) }

    /// A fix, an event and a checkpoint an hour.
    private static func batch(_ hours: Range<Int>, device: String = "van-1") -> JournalBatch {
        var batch = JournalBatch()
        for hour in hours {
            let second = hour * 3600
            batch.fixes.append(JournalBatch.Entry(device: device, fix: Made.fix(Double(second)), received: nil))
            batch.events.append(Made.event(Double(second), device: device, kind: hour % 2 == 0 ? .enter : .exit))
            batch.checkpoints.append(
                Decisions.Checkpoint(device: device, time: time(second + 60), state: [UInt8(hour % 256)]))
        }
        batch.snapshots = [(device, [1])]
        return batch
    }

    private static func sweep(
        _ journal: Journal, fixesBefore: Timestamp?, eventsBefore: Timestamp?, eventFileSeq: Int64 = .max
    ) throws {
        var sweep = journal.beginSweep(fixesBefore: fixesBefore, eventsBefore: eventsBefore)
        while !sweep.isDone { try journal.sweep(&sweep, eventFileSeq: eventFileSeq) }
    }

    private static func integers(_ path: String, _ sql: String) throws -> [Int64] {
        try DatabaseQueue(path: path).read { try Int64.fetchAll($0, sql: sql) }
    }

    /// Several steps' worth of rows: nothing that a late fix, the tail or a state needs goes; all else does, once.
    @Test func fixesGoUpToTheCheckpointBeforeTheCut() throws {
        let scratch = try Scratch()
        let journal = try Journal(path: scratch.store)
        for start in stride(from: 0, to: 2400, by: 240) { _ = try journal.commit(Self.batch(start..<start + 240)) }
        _ = try journal.commit(Made.batch(2400 * 3600..<2400 * 3600 + 3))
        let cut = 2000 * 3600 + 1800
        try Self.sweep(journal, fixesBefore: Self.time(cut), eventsBefore: nil)
        let left = try Made.arrived(in: scratch.store).map { $0.stored.time_us / 1_000_000 }
        // Beyond the late horizon one checkpoint a day is kept: the one before the cut is of 1992:01 h.
        #expect(left.first == 1993 * 3600 && left.count == 407 + 3)
        let checkpoints = try Self.integers(scratch.store, "SELECT time_us / 1000000 FROM checkpoint ORDER BY time_us")
        #expect(checkpoints.min() == Int64(7_171_260))
        #expect(journal.lastSeq == 2403)
        // Once more, nothing is left to do.
        try Self.sweep(journal, fixesBefore: Self.time(cut), eventsBefore: nil)
        #expect(try Made.arrived(in: scratch.store).count == 410)
    }

    @Test func theTailOfRecoveryStays() throws {
        let scratch = try Scratch()
        let journal = try Journal(path: scratch.store)
        _ = try journal.commit(Self.batch(0..<10))
        var tail = Self.batch(10..<20)
        tail.snapshots = nil
        _ = try journal.commit(tail)
        try Self.sweep(journal, fixesBefore: Self.time(1000 * 3600), eventsBefore: Self.time(1000 * 3600))
        var recovered: [Int64] = []
        try journal.recover(device: { _ in }, fix: { _, _, fix, _ in recovered.append(fix.time.microseconds) })
        #expect(recovered == (10..<20).map { Int64($0) * 3_600_000_000 })
    }

    @Test func aFixThatArrivedLatelyIsNotOld() throws {
        let scratch = try Scratch()
        let journal = try Journal(path: scratch.store)
        var batch = Self.batch(0..<4)
        for place in batch.fixes.indices { batch.fixes[place].received = Self.time(100 * Self.day) }
        _ = try journal.commit(batch)
        try Self.sweep(journal, fixesBefore: Self.time(90 * Self.day), eventsBefore: nil)
        #expect(try Made.arrived(in: scratch.store).count == 4)
        try Self.sweep(journal, fixesBefore: Self.time(101 * Self.day), eventsBefore: nil)
        #expect(try Made.arrived(in: scratch.store).isEmpty)
    }

    /// Numbers go on behind what was deleted, also where nothing is left to count from.
    @Test func numbersGoOnAfterAllIsGone() throws {
        let scratch = try Scratch()
        do {
            let journal = try Journal(path: scratch.store)
            _ = try journal.commit(Self.batch(0..<10))
            try Self.sweep(journal, fixesBefore: Self.time(Self.day), eventsBefore: Self.time(Self.day))
            try journal.forgetSilentDevices(since: Self.time(Self.day))
            #expect(try Made.arrived(in: scratch.store).isEmpty)
            #expect(try Self.integers(scratch.store, "SELECT seq FROM event") == [])
        }
        let journal = try Journal(path: scratch.store)
        #expect(journal.lastSeq == 10)
        var back: [Int64] = []
        _ = try journal.commit(Self.batch(100..<101))
        try journal.recover(device: { _ in }, fix: { id, _, _, _ in back.append(id) })
        #expect(journal.lastSeq == 11)
        #expect(try Made.arrived(in: scratch.store).map(\.stored.id) == [11])
    }

    @Test func noEventGoesThatAConsumerOrTheEventFileLacks() throws {
        let scratch = try Scratch()
        let journal = try Journal(path: scratch.store)
        var batch = Self.batch(0..<100)
        batch.checkpoints = []
        _ = try journal.commit(batch)
        let consumers = try Consumers(path: scratch.store)
        try consumers.add("slow", now: Self.time(0))
        try consumers.add("quick", now: Self.time(0))
        try consumers.acknowledge("quick", seq: 90, now: Self.time(0))
        func sweep(_ eventFileSeq: Int64 = .max) throws -> Int64? {
            try Self.sweep(
                journal, fixesBefore: nil, eventsBefore: Self.time(1000 * 3600), eventFileSeq: eventFileSeq)
            return try Self.integers(scratch.store, "SELECT ifnull(min(seq), 0) FROM event").first
        }
        #expect(try sweep() == 1)
        try consumers.acknowledge("slow", seq: 40, now: Self.time(0))
        #expect(try sweep() == 41)
        try consumers.remove("slow")
        #expect(try sweep(60) == 61)
        #expect(try sweep() == 91)
        try consumers.remove("quick")
        #expect(try sweep() == 0)
    }

    @Test func whatStillHoldsStays() throws {
        let scratch = try Scratch()
        let journal = try Journal(path: scratch.store)
        var batch = JournalBatch()
        batch.events = [
            Made.event(10, device: "gone", kind: .enter), Made.event(20, device: "here", kind: .enter),
            Made.event(30, device: "gone", kind: .exit), Made.event(40, device: "wrong", kind: .enter),
        ]
        _ = try journal.commit(batch)
        // Retracted later, when it was not old yet.
        var later = JournalBatch()
        var retraction = Made.event(40, device: "wrong", kind: .retract)
        retraction.retracted = .enter
        retraction.received = Self.time(3 * Self.day)
        later.events = [retraction, Made.event(Double(2 * Self.day), device: "gone", kind: .crossed)]
        _ = try journal.commit(later)
        func left() throws -> [Int64] { try Self.integers(scratch.store, "SELECT seq FROM event ORDER BY seq") }
        try Self.sweep(journal, fixesBefore: nil, eventsBefore: Self.time(Self.day))
        // The enter of who is still there; the retraction, which is young.
        #expect(try left() == [2, 5, 6])
        try Self.sweep(journal, fixesBefore: nil, eventsBefore: Self.time(10 * Self.day))
        #expect(try left() == [2])
        // Who left, and when, was told: now it may go.
        var exit = JournalBatch()
        exit.events = [Made.event(Double(5 * Self.day), device: "here", kind: .exit)]
        _ = try journal.commit(exit)
        try Self.sweep(journal, fixesBefore: nil, eventsBefore: Self.time(10 * Self.day))
        #expect(try left() == [])
        #expect(journal.lastSeq == 7)
    }

    @Test func aRetractionGoesNotBeforeWhatItRetracts() throws {
        let scratch = try Scratch()
        let journal = try Journal(path: scratch.store)
        var batch = JournalBatch()
        var wrong = Made.event(40, kind: .crossed)
        wrong.received = Self.time(20 * Self.day)
        var retraction = wrong
        retraction.kind = .retract
        retraction.retracted = .crossed
        retraction.received = Self.time(1)
        batch.events = [wrong]
        _ = try journal.commit(batch)
        batch.events = [retraction]
        _ = try journal.commit(batch)
        try Self.sweep(journal, fixesBefore: nil, eventsBefore: Self.time(10 * Self.day))
        #expect(try Self.integers(scratch.store, "SELECT seq FROM event ORDER BY seq") == [1, 2])
        for expected in [[2], []] as [[Int64]] {
            try Self.sweep(journal, fixesBefore: nil, eventsBefore: Self.time(30 * Self.day))
            #expect(try Self.integers(scratch.store, "SELECT seq FROM event ORDER BY seq") == expected)
        }
    }

    /// Of an event that a revision from the oldest checkpoint could still retract, the row is needed.
    @Test func eventsAfterTheOldestCheckpointStay() throws {
        let scratch = try Scratch()
        let journal = try Journal(path: scratch.store)
        _ = try journal.commit(Self.batch(0..<48))
        try Self.sweep(journal, fixesBefore: Self.time(24 * 3600), eventsBefore: Self.time(1000 * 3600))
        // The oldest checkpoint is of 23:01; the event of 23:00 became certain ten seconds after it.
        #expect(try Self.integers(scratch.store, "SELECT min(seq) FROM event") == [25])
    }

    @Test func silentDevicesAreForgottenButNotWhoIsInside() throws {
        let scratch = try Scratch()
        do {
            let journal = try Journal(path: scratch.store)
            for (device, hours) in [("out", 0..<4), ("in", 0..<5), ("young", 0..<100)] {
                var batch = Self.batch(hours, device: device)
                batch.reject(.void, device: device, time: Self.time(5))
                _ = try journal.commit(batch)
            }
            try journal.forgetSilentDevices(since: Self.time(50 * 3600))
            // Numbers are not given to another: what was cached of it is gone, too.
            _ = try journal.commit(Self.batch(200..<202, device: "out"))
        }
        let names = try DatabaseQueue(path: scratch.store).read {
            try String.fetchAll($0, sql: "SELECT id FROM device ORDER BY id")
        }
        #expect(names == ["in", "out", "young"])
        let rejected = try DatabaseQueue(path: scratch.store).read {
            try String.fetchAll($0, sql: "SELECT device FROM rejected ORDER BY device")
        }
        #expect(rejected == ["in", "young"])
        let moment = try StoreReader(path: scratch.store)
        #expect(try moment.atOneMoment { $0.checkIntegrity().count } == 0)
        let numbers = try Self.integers(scratch.store, "SELECT number FROM device ORDER BY id")
        let left = try Made.arrived(in: scratch.store)
        #expect(numbers.map { number in left.count { $0.device == number } } == [5, 2, 100])
    }

    /// What lies before the cut is not counted again, and not known to be new.
    @Test func whatRetentionTookCountsAsTaken() throws {
        let scratch = try Scratch()
        let journal = try Journal(path: scratch.store)
        var batch = Self.batch(0..<10)
        batch.reject(.void, device: "van-1", time: Self.time(70))
        _ = try journal.commit(batch)
        try Self.sweep(journal, fixesBefore: Self.time(5 * 3600), eventsBefore: nil)
        var again = JournalBatch()
        again.reject(.void, device: "van-1", time: Self.time(70))
        again.reject(.void, device: "other", time: Self.time(80))
        _ = try journal.commit(again)
        // The other's is the first that is heard of it.
        #expect(try StoreReader(path: scratch.store).summary().rejected == ["void": 1])
        let history = StoreHistory(path: scratch.store)
        // The checkpoint before the cut is of 4:01 h.
        for (second, isHeld) in [
            (0, true), (17, true), (14_460, true), (14_461, false), (6 * 3600, true), (6 * 3600 + 1, false),
        ] {
            #expect(try history.holdsFix(of: "van-1", at: Self.time(second)) == isHeld, "\(second)")
        }
        #expect(try history.hasForgottenFixes(of: "van-1"))
        #expect(try !history.holdsFix(of: "never seen", at: Self.time(17)))
        #expect(try !history.hasForgottenFixes(of: "never seen"))
    }

    /// A device whose clock is wrong by months loses nothing as long as what it sent has come lately.
    @Test func aClockThatIsBehindIsNotThePast() throws {
        let scratch = try Scratch()
        let journal = try Journal(path: scratch.store)
        _ = try journal.commit(Self.batch(0..<10))
        var lagging = Self.batch(0..<10, device: "lagging")
        for place in lagging.fixes.indices { lagging.fixes[place].received = Self.time(100 * Self.day) }
        _ = try journal.commit(lagging)
        try Self.sweep(journal, fixesBefore: Self.time(90 * Self.day), eventsBefore: nil)
        let history = StoreHistory(path: scratch.store)
        #expect(try history.holdsFix(of: "van-1", at: Self.time(17)))
        #expect(try !history.holdsFix(of: "lagging", at: Self.time(17)))
        #expect(try history.holdsFix(of: "lagging", at: Self.time(3600)))
        #expect(try history.checkpoint(of: "lagging", before: Self.time(3600))?.time == Self.time(60))
        var rejected = JournalBatch()
        rejected.reject(.coarse, device: "lagging", time: Self.time(18))
        _ = try journal.commit(rejected)
        #expect(try StoreReader(path: scratch.store).summary().rejected == ["coarse": 1])
    }

    /// A device is given or forgotten, one of both, whatever the disk does.
    @Test func whoCannotBeForgottenGoesOn() throws {
        let scratch = try Scratch()
        let journal = try Journal(path: scratch.store)
        for (device, hours) in [("silent", 0..<4), ("young", 0..<100)] {
            var batch = Self.batch(hours, device: device)
            batch.snapshots = [(device, Array(device.utf8))]
            _ = try journal.commit(batch)
        }
        func recovered(_ cannotForget: (any Error) throws -> Void = { throw $0 }) throws -> [String: [UInt8]?] {
            var devices: [String: [UInt8]?] = [:]
            try journal.recover(forgetting: Self.time(50 * 3600), cannotForget: cannotForget) {
                #expect(devices.updateValue($0.snapshot, forKey: $0.id) == nil)
            } fix: { _, _, _, _ in
            }
            return devices
        }
        let other = try DatabaseQueue(path: scratch.store)
        try other.write {
            try $0.execute(
                sql: "CREATE TRIGGER fails BEFORE DELETE ON snapshot BEGIN SELECT RAISE(ABORT, 'no'); END")
        }
        var problems = 0
        let both = ["silent": Array("silent".utf8), "young": Array("young".utf8)]
        #expect(try recovered { _ in problems += 1 } == both)
        #expect(problems == 1 && journal.deviceCount == 2)
        try other.write { try $0.execute(sql: "DROP TRIGGER fails") }
        #expect(try recovered() == ["young": Array("young".utf8)])
        #expect(journal.deviceCount == 1)
    }

    /// What a forgotten device sent counts as taken, also when it is back; what it sends then does not.
    @Test func aForgottenDeviceGoesOnWhereItWas() throws {
        let scratch = try Scratch()
        let journal = try Journal(path: scratch.store)
        _ = try journal.commit(Self.batch(0..<4))
        try journal.forgetSilentDevices(since: Self.time(50 * 3600))
        let history = StoreHistory(path: scratch.store)
        let last = Self.time(3 * 3600)
        for _ in 0..<2 {
            #expect(try history.holdsFix(of: "van-1", at: Self.time(17)))
            #expect(try history.holdsFix(of: "van-1", at: last))
            #expect(try !history.holdsFix(of: "van-1", at: Self.time(3 * 3600 + 1)))
            let base = try #require(try history.checkpoint(of: "van-1", before: Self.time(20 * 3600)))
            #expect(base.time == last && base.state == DeviceState().snapshot(fences: []))
            #expect(try history.checkpoint(of: "van-1", before: last) == nil)
            // It is back.
            _ = try journal.commit(Made.batch(100 * 3600..<100 * 3600 + 1))
        }
        #expect(try Self.integers(scratch.store, "SELECT count(*) FROM forgotten_device") == [0])
    }

    @Test func theClockAloneDeletesNothing() throws {
        let scratch = try Scratch()
        let journal = try Journal(path: scratch.store)
        #expect(try journal.ageReference(now: Self.time(5)) == nil)
        _ = try journal.commit(Self.batch(0..<10))
        #expect(try journal.ageReference(now: Self.time(10_000 * Self.day)) == Self.time(9 * 3600))
        #expect(try journal.ageReference(now: Self.time(3600)) == Self.time(3600))
    }

    /// One a day stays of the checkpoints before the late horizon, and each within it.
    @Test func oldCheckpointsThinOut() throws {
        let scratch = try Scratch()
        let journal = try Journal(path: scratch.store)
        for start in stride(from: 0, to: 240, by: 8) { _ = try journal.commit(Self.batch(start..<start + 8)) }
        let hours = try Self.integers(scratch.store, "SELECT time_us / 3600000000 FROM checkpoint ORDER BY time_us")
        // 72 h and two intervals before 239 h.
        let base = hours.last { $0 * 3600 + 60 < 239 * 3600 + 60 - 72 * 3600 - 1800 }
        #expect(base == 166)
        #expect(hours.filter { $0 >= 166 } == Array(166..<240))
        #expect(hours.filter { $0 < 166 } == Array(stride(from: 0, to: 166, by: 24)))
    }
}
