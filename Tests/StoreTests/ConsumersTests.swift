import GRDB
import Positioning
import Store
import TestSupport
import Testing

@Suite struct ConsumersTests {
    private static let now = Timestamp(microseconds: 1_000_000)

    private static func store(events: Int) throws -> (Scratch, Journal, Consumers) {
        let scratch = try Scratch()
        let journal = try Journal(path: scratch.store)
        _ = try journal.commit(Made.batch(0..<events))
        return (scratch, journal, try Consumers(path: scratch.store))
    }

    @Test func theyGoForwardsOnly() throws {
        let (scratch, journal, consumers) = try Self.store(events: 10)
        try consumers.add("attendance", now: Self.now)
        #expect(try consumers.all().map(\.behind) == [10])
        try consumers.acknowledge("attendance", seq: 7, now: Self.now)
        try consumers.acknowledge("attendance", seq: 7, now: Self.now)
        #expect(throws: ConsumerError.backwards("attendance", seq: 6, current: 7)) {
            try consumers.acknowledge("attendance", seq: 6, now: Self.now)
        }
        #expect(throws: ConsumerError.beyond(seq: 11, last: 10)) {
            try consumers.acknowledge("attendance", seq: 11, now: Self.now)
        }
        let only = try #require(try consumers.all().first)
        #expect(only.name == "attendance" && only.seq == 7 && only.behind == 3 && only.changed == Self.now)
        withExtendedLifetime((scratch, journal)) {}
    }

    @Test func namesAreChecked() throws {
        let (scratch, journal, consumers) = try Self.store(events: 1)
        try consumers.add("出勤", now: Self.now)
        #expect(throws: ConsumerError.known("出勤", path: scratch.store)) { try consumers.add("出勤", now: Self.now) }
        for name in ["", "a b", "a\n", "\u{0}", String(repeating: "x", count: Limits.consumerNameBytes + 1)] {
            #expect(throws: ConsumerError.badName(name)) { try consumers.add(name, now: Self.now) }
        }
        let unknown = ConsumerError.unknown("attendence", path: scratch.store, known: ["attendance", "出勤"])
        try consumers.add("attendance", now: Self.now)
        #expect(throws: unknown) { try consumers.remove("attendence") }
        #expect(throws: unknown) { try consumers.acknowledge("attendence", seq: 1, now: Self.now) }
        #expect(unknown.description.contains("did you mean `attendance`?"))
        try consumers.remove("attendance")
        #expect(try consumers.all().map(\.name) == ["出勤"])
        withExtendedLifetime(journal) {}
    }

    /// A consumer may move its cursor by SQL: the store itself keeps it between what it was and the last event.
    @Test func theStoreHoldsSQLToTheSameRules() throws {
        let (scratch, journal, consumers) = try Self.store(events: 10)
        try consumers.add("core", now: Self.now)
        let sql = try DatabaseQueue(path: scratch.store)
        func update(_ seq: Int) throws {
            try sql.write { try $0.execute(sql: "UPDATE consumer SET seq = ? WHERE name = 'core'", arguments: [seq]) }
        }
        try update(10)
        for seq in [9, 11, -1] { #expect(throws: DatabaseError.self) { try update(seq) } }
        #expect(try consumers.all().map(\.seq) == [10])
        #expect(throws: DatabaseError.self) {
            try DatabaseQueue(path: scratch.store).write {
                try $0.execute(sql: "INSERT INTO consumer VALUES ('early', 1000000, 1)")
            }
        }
        withExtendedLifetime(journal) {}
    }

    /// Two writers: whoever comes second waits, and neither fails.
    @Test func theyWriteWhileTheJournalDoes() async throws {
        let (scratch, journal, consumers) = try Self.store(events: 1)
        try consumers.add("busy", now: Self.now)
        async let acknowledged: Void = {
            for _ in 0..<200 {
                let consumer = try consumers.all().first
                try consumers.acknowledge(
                    "busy", seq: (consumer?.seq ?? 0) + (consumer?.behind ?? 0), now: Self.now)
            }
        }()
        for round in 1...200 { _ = try journal.commit(Made.batch(round..<round + 1)) }
        try await acknowledged
        #expect(journal.lastSeq == 201)
        withExtendedLifetime(scratch) {}
    }

    @Test func whatIsNoStoreIsNotMade() throws {
        let scratch = try Scratch()
        #expect(throws: StoreError.self) { try Consumers(path: scratch.store) }
        #expect(throws: (any Error).self) { try scratch.text(scratch.store) }
    }
}
