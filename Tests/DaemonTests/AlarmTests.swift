import Daemon
import Ingest
import Logging
import Platform
import Positioning
import Store
import TestSupport
import Testing

/// What trackers raise, through the pipeline: whoever calls for help is told of, and first.
@Suite struct AlarmTests {
    private let scratch: Scratch
    private var setup: Setup

    init() throws {
        scratch = try Scratch()
        var configuration = Configuration()
        configuration.store = scratch.path + "/s.sqlite3"
        configuration.events = scratch.path + "/e.ndjson"
        configuration.sources = []
        setup = Setup(configuration: configuration, catalogue: try World.squares(at: [0]))
    }

    /// - Returns: the lines of the event file after these batches.
    private func lines(_ batches: [[Arrival]], shards: Int = 2) throws -> [String] {
        var log = Logger(label: "test")
        log.logLevel = .critical
        let pipeline = try Pipeline(
            Pipeline.Parts(
                catalogue: setup.catalogue, configuration: setup.configuration, registry: setup.registry,
                shardCount: shards), log: log)
        for batch in batches { pipeline.inlet.send(batch) }
        #expect(pipeline.stop())
        return try scratch.text(setup.configuration.events).split(separator: "\n").map(String.init)
    }

    private func arrival(
        _ second: Double, _ device: String, alarms: Report.Alarms = [], void: Bool = false,
        origin: String = "udp:10.0.0.7"
    ) -> Arrival {
        var report = World.report(second, second / 100)
        report.alarms = alarms
        if void { report.rejection = .void }
        return Arrival(
            device: device, report: report, received: World.start.advanced(bySeconds: second + 0.5), source: 0,
            origin: origin)
    }

    private func raised(_ lines: [String]) -> [String] {
        lines.filter { $0.contains(#""rule":"device_alarm","state":"raised""#) }.map { line in
            String(line.split(separator: #""device":""#)[1].prefix { $0 != "\"" })
        }
    }

    @Test(arguments: [1, 3]) func aCallIsFirstOfAllThatIsCommittedWithIt(shards: Int) throws {
        var batch = (0..<40).flatMap { step in
            (0..<5).map { arrival(Double(step * 10), "van-\($0)", alarms: step == 20 ? .powerCut : []) }
        }
        batch.append(arrival(400, "late", alarms: .sos))
        let lines = try lines([batch], shards: shards)
        #expect(lines.count > 10)
        #expect(lines[0].contains(#""seq":1,"#) && lines[0].contains(#""id":"late/device_alarm/sos/"#))
        #expect(raised(lines).count == 6)
    }

    @Test(arguments: [Configuration.UnknownDevices.accept, .quarantine, .reject])
    mutating func aStrangersCallIsToldOfOnce(policy: Configuration.UnknownDevices) throws {
        setup.configuration.unknownDevices = policy
        setup.registry = try Registry(yaml: "devices:\n  - id: known\n    sources: [udp:10.0.0.7]", file: "d.yaml")
        let told = try lines([
            [
                arrival(0, "known"), arrival(1, "known", alarms: .sos, origin: "udp:10.0.0.8"),
                arrival(2, "stranger", alarms: .sos), arrival(3, "stranger", alarms: .sos),
                arrival(4, "void", alarms: .sos, void: true), arrival(5, "void", alarms: .sos),
            ],
            (0..<30).map { arrival(10 + Double($0) * 30, "stranger") },
        ])
        #expect(raised(told).sorted() == ["known", "stranger", "void"])
        #expect(told.filter { $0.contains(#""state":"cleared""#) }.count == 1)
        let fixes = try StoreReader(path: setup.configuration.store).summary().fixes
        #expect(policy == .accept ? fixes > 30 : fixes == 1, "an alarm opens no door to what it comes with")
    }

    @Test mutating func oneTooManyIsHeardToo() throws {
        setup.configuration.maxDevices = 1
        #expect(try raised(lines([[arrival(0, "first"), arrival(1, "second", alarms: .sos)]])) == ["second"])
    }

    @Test func aRestartTellsItNotAgainAndClearsIt() throws {
        let call = [arrival(0, "van-1"), arrival(10, "van-1", alarms: .sos)]
        #expect(try raised(lines([call])) == ["van-1"])
        #expect(try raised(lines([[arrival(20, "van-1", alarms: .sos)]])) == ["van-1"])
        let all = try lines([(1..<30).map { arrival(20 + Double($0) * 30, "van-1") }])
        #expect(all.filter { $0.contains("device_alarm") }.count == 2 && all[all.count - 1].contains("cleared"))
        try Verification(store: setup.configuration.store).run { findings in
            #expect(findings.count == 0, "\(findings)")
        }
    }

    /// A flood of names that nobody knows.
    @Test mutating func aFloodOfCallsIsToldOfAndTakesNoMoreThanItsBound() throws {
        setup.configuration.unknownDevices = .reject
        let flood = (0..<2000).map { arrival(Double($0) / 100, "flood-\($0)", alarms: .sos) }
        #expect(try raised(lines([flood])).count == 2000)
        #expect(try StoreReader(path: setup.configuration.store).summary().devices == 0)
    }

    /// The same in a recording: its first fix waits for the next to be believed, an alarm does not.
    @Test func aRecordingsCallsAreToldOfOnce() throws {
        let journal = try Journal(path: setup.configuration.store)
        var texts: [String] = []
        for _ in 0..<2 {
            let replay = try Replay(setup.catalogue, journal: journal)
            var bytes: [UInt8] = []
            var repeated = World.report(40, 4)
            (repeated.alarms, repeated.rejection) = (.powerCut, .duplicate)
            let reports = [arrival(0, "van-1", alarms: .sos).report] + (1..<5).map { World.report(Double($0) * 10, 1) }
            try replay.take(reports + [repeated], device: "van-1") { bytes += $0 }
            try replay.finish { bytes += $0 }
            texts.append(String(decoding: bytes, as: UTF8.self))
        }
        #expect(raised(texts[0].split(separator: "\n").map(String.init)).count == 2, "\(texts[0])")
        #expect(texts[1] == "", "the same again changes nothing")
    }

    /// A device whose date is behind: its fixes are where they belong, marked, and the same after a restart.
    @Test func correctedDatesAreKeptAndVerified() throws {
        let cycle_s = 619_315_200.0
        for part in [0..<20, 20..<40] {
            _ = try lines([
                part.map { step in
                    var one = arrival(Double(step) * 30, "old-1")
                    one.report.time = one.report.time?.advanced(bySeconds: -cycle_s)
                    return one
                }
            ])
        }
        var fixes: [Fix] = []
        _ = try StoreReader(path: setup.configuration.store).track(device: "old-1", from: nil, to: nil) {
            fixes.append($0)
        }
        #expect(fixes.count == 40 && fixes.allSatisfy { $0.weeksAdded == 1024 })
        #expect(fixes.first?.time == World.start)
        let told = try scratch.text(setup.configuration.events).split(separator: "\n")
        #expect(told.filter { $0.contains("week_rollover") }.count == 1)
        #expect(told.contains { $0.contains(#""type":"enter""#) && $0.contains(#""time":"2026-"#) })
        try Verification(store: setup.configuration.store).run { findings in
            #expect(findings.count == 0, "\(findings)")
        }
    }
}
