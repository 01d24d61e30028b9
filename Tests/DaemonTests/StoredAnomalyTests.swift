import Anomalies
import Daemon
import Engine
import GRDB
import Geometry
import Positioning
import Store
import TestSupport
import Testing

/// Anomalies in the store: rows, lines, retractions, and what a later run makes of them.
@Suite struct StoredAnomalyTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private var store: String { scratch.path + "/geofenced.sqlite3" }

    /// Stands at the same place to the last digit from the 100th to the 2000th second, but for one at the 350th.
    private static let reports: [Report] = stride(from: 0.0, through: 3000, by: 10).map { second in
        var report = World.report(second, -400, second < 100 || second > 2000 || second == 350 ? second / 1000 : 0)
        report.measurements.satellites = 4 + Int(second / 10) % 5
        return report
    }

    private func replay(_ reports: [Report], isKept: Bool) throws -> [Substring] {
        let journal = isKept ? try Journal(path: store) : nil
        let replay = try Replay(World.squares(at: [0]), journal: journal)
        var bytes: [UInt8] = []
        try replay.take(reports, device: "van-1") { bytes += $0 }
        try replay.finish { bytes += $0 }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n")
    }

    @Test func theStoreHasTheLinesThatReplayPrints() throws {
        let lines = try replay(Self.reports, isKept: true)
        let printed = try replay(Self.reports, isKept: false)
        #expect(lines.count == 2 && lines == printed)
        var stored: [StoredEvent] = []
        _ = try StoreReader(path: store).events(matching: StoreReader.EventFilter(type: "anomaly"), limit: 10) {
            stored.append($0)
        }
        #expect(stored.map(\.json) == lines.map(String.init))
        #expect(stored.map(\.fence) == [nil, nil] && stored.map(\.confidence) == [nil, nil])
        #expect(try replay(Self.reports, isKept: true) == [], "the same again changes nothing")
    }

    @Test func aRestartTellsNothingTwiceAndClearsWhatStands() throws {
        let whole = try replay(Self.reports, isKept: false)
        let parts = [0..<80, 80..<150, 150..<Self.reports.count]
        #expect(try parts.flatMap { try replay(Array(Self.reports[$0]), isKept: true) } == whole)
    }

    @Test func aLateFixRetractsItWithItsNumber() throws {
        let late = Self.reports.filter { $0.time == World.start.advanced(bySeconds: 350) }
        let live = Self.reports.filter { $0.time != late[0].time && $0.time! <= World.start.advanced(bySeconds: 1600) }
        #expect(try replay(live, isKept: true).map { $0.contains(#""state":"raised""#) } == [true])
        let after = try replay(late, isKept: true)
        try #require(after.count == 2)
        #expect(after[0].contains(#""seq":2,"type":"retract","retracts":1,"device":"van-1","rule":"frozen""#))
        #expect(after[1].contains(#""type":"anomaly""#) && after[1].contains(#""late":true"#))
        try Verification(store: store).run { findings in
            #expect(findings.count == 0 && findings.notes.allSatisfy { !$0.contains("anomal") }, "\(findings)")
        }
    }

    @Test(arguments: [
        "UPDATE event SET state = 'raised' WHERE seq = 2", "UPDATE event SET state = 'cleared' WHERE seq = 1",
        "UPDATE event SET anomaly = anomaly || '0' WHERE seq = 2",
    ]) func verifyFindsAnAnomalyThatIsNotRaisedAndClearedOnce(sql: String) throws {
        #expect(try replay(Self.reports, isKept: true).count == 2)
        try DatabaseQueue(path: store).write { try $0.execute(sql: sql) }
        var failed: Set<String> = []
        try Verification(store: store).run { if $0.count > 0 { failed.insert($0.check) } }
        #expect(failed.isSuperset(of: ["alternation", "lines"]), "\(failed)")
    }

    @Test func verifyOnlyNotesWhatOtherSettingsWouldRaise() throws {
        _ = try replay(Self.reports, isKept: true)
        var verification = Verification(store: store)
        verification.catalogue = try World.squares(at: [0])
        verification.rules.frozen?.fixes = 100_000
        var notes: [String] = []
        try verification.run { findings in
            #expect(findings.count == 0, "\(findings)")
            notes += findings.notes
        }
        #expect(notes.contains { $0.hasPrefix("2 anomalies differ") }, "\(notes)")
    }
}
