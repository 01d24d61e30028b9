import Anomalies
import Daemon
import Fencing
import Foundation
import Geometry
import Ingest
import Logging
import Platform
import Positioning
import Protocols
import Store
import Synchronization
import TestSupport
import Testing

/// A clock that the test turns.
private final class TurnedClock: Sendable {
    private let seconds = Mutex(0.0)

    var second: Double { seconds.withLock { $0 } }
    var now: Timestamp { World.start.advanced(bySeconds: second) }

    func turn(to second: Double) { seconds.withLock { $0 = second } }

    var arrivals: ArrivalClock {
        ArrivalClock(wall: { self.now }, monotonic: { MonotonicTime(nanoseconds: Int64(self.second * 1e9)) })
    }
}

/// A pipeline over a real store, whose clock a test turns, and a device `pulse` that keeps it going round.
private final class TurnedSite {
    let scratch: Scratch
    let clock = TurnedClock()
    private(set) var pipeline: Pipeline
    private var folder: String
    private var copies = 0
    private var marks = 0

    init(_ rules: Rules) throws {
        scratch = try Scratch()
        self.rules = rules
        folder = scratch.path
        pipeline = try Self.pipeline(in: folder, rules, clock)
    }

    private let rules: Rules

    private static func pipeline(in folder: String, _ rules: Rules, _ clock: TurnedClock) throws -> Pipeline {
        var configuration = Configuration()
        configuration.store = folder + "/geofenced.sqlite3"
        configuration.events = folder + "/events.ndjson"
        configuration.sources = []
        configuration.anomalies = rules
        var log = Logger(label: "test")
        log.logLevel = .critical
        var parts = Pipeline.Parts(
            catalogue: try World.squares(at: [0]), configuration: configuration, registry: Registry(), shardCount: 2)
        parts.clock = clock.arrivals
        parts.patience.batch = .zero
        let pipeline = try Pipeline(parts, log: log)
        // Listening has begun.
        while pipeline.rounds == 0 { pause(for: .microseconds(50)) }
        return pipeline
    }

    /// Lets time go by, in steps that are no pause, while others report.
    func pass(to second: Double, _ others: [String] = []) {
        while clock.second < second {
            clock.turn(to: min(clock.second + 20, second))
            say(["pulse"] + others)
        }
    }

    /// Returns when a batch of this moment is committed, so that none lags by what would count as a pause.
    func mark() {
        marks += 1
        let report = Report(
            time: clock.now, coordinate: Coordinate(latitude: 0, longitude: 0), measurements: Measurements())
        pipeline.inlet.send([Arrival(device: "mark", report: report, received: clock.now, source: 0)])
        while pipeline.statistics.rejected[.zero] != marks { pause(for: .microseconds(50)) }
    }

    /// Each says where it is; returns when it is committed.
    func say(_ devices: [String]) {
        let before = pipeline.statistics
        pipeline.inlet.send(
            devices.map { device in
                Arrival(
                    device: device, report: World.report(clock.second, 500), received: clock.now, source: 0)
            })
        while pipeline.statistics.accepted + pipeline.statistics.rejected.values.reduce(0, +)
            < before.accepted + before.rejected.values.reduce(0, +) + devices.count
        { pause(for: .microseconds(50)) }
    }

    /// What a crash leaves at this moment is started from again.
    func crash(after seconds: Double = 0) throws {
        let next = scratch.path + "/\(copies)"
        copies += 1
        try FileManager.default.createDirectory(atPath: next, withIntermediateDirectories: true)
        for file in ["geofenced.sqlite3", "geofenced.sqlite3-wal", "events.ndjson"]
        where FileManager.default.fileExists(atPath: "\(folder)/\(file)") {
            try FileManager.default.copyItem(atPath: "\(folder)/\(file)", toPath: "\(next)/\(file)")
        }
        pipeline.stop()
        folder = next
        clock.turn(to: clock.second + seconds)
        pipeline = try Self.pipeline(in: folder, rules, clock)
    }

    /// As `van raised@1140 level 1`.
    func told() throws -> [String] {
        try String(contentsOfFile: folder + "/events.ndjson", encoding: .utf8).split(separator: "\n").map { line in
            let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any] ?? [:]
            let evidence = object["evidence"] as? [String: Any] ?? [:]
            let detected = Timestamp(object["detected"] as? String ?? "") ?? World.start
            return "\(object["device"] ?? "") \(object["state"] ?? "")@\(Int(detected.seconds(since: World.start)))"
                + " level \(evidence["level"] ?? "")"
        }
    }

    func findings() throws -> [String] {
        var verification = Verification(store: folder + "/geofenced.sqlite3")
        verification.eventFiles = [folder + "/events.ndjson"]
        verification.rules = rules
        var lines: [String] = []
        try verification.run { lines += $0.lines }
        return lines
    }
}

/// Devices that fall silent while the daemon runs.
@Suite struct SilentDevicesTests {
    private static func rules(_ change: (inout Silence) -> Void = { _ in }) -> Rules {
        var rules = Rules.none
        let hours = ActiveHours(days: Set(ActiveHours.Day.allCases), from: 0, to: 1440, timeZone: "UTC")
        var silence = Silence()
        silence.scope.hours = Schedule(periods: [Schedule.Period(hours: hours, zone: LocalTime([]))])
        change(&silence)
        rules.silence = silence
        var noPosition = NoPosition()
        noPosition.scope = silence.scope
        rules.noPosition = noPosition
        return rules
    }

    private func expect(_ site: TurnedSite, _ expected: [String], at place: SourceLocation = #_sourceLocation) throws {
        let told = try site.told()
        #expect(told == expected, sourceLocation: place)
    }

    @Test func aCrashInTheMiddleOfASilenceTellsNothingTwice() throws {
        let site = try TurnedSite(Self.rules())
        site.pass(to: 600, ["van"])
        site.pass(to: 1300)
        try expect(site, ["van raised@1200 level 1"])
        for _ in 0..<3 {
            try site.crash()
            site.pass(to: site.clock.second + 400)
        }
        try expect(site, ["van raised@1200 level 1"])
        // Half an hour after the last time that listening began.
        site.pass(to: 4400)
        try expect(site, ["van raised@1200 level 1", "van raised@3900 level 2"])
        try site.crash()
        site.say(["van"])
        try site.crash()
        site.pass(to: 4600, ["van"])
        #expect(try site.told().dropFirst(2) == ["van cleared@4400 level 2"])
        #expect(site.pipeline.stop())
        #expect(try site.findings() == [])
    }

    @Test func aCrashJustBeforeItIsDueGivesTheDeviceTime() throws {
        let site = try TurnedSite(Self.rules())
        site.pass(to: 600, ["van"])
        site.pass(to: 1190)
        try site.crash()
        site.pass(to: 1700)
        try expect(site, [])
        site.pass(to: 1840)
        try expect(site, ["van raised@1790 level 1"])
        #expect(site.pipeline.stop())
    }

    /// Nobody listened for an hour: nobody was silent.
    @Test(arguments: [true, false]) func downtimeIsHeldAgainstNobody(isCrash: Bool) throws {
        let site = try TurnedSite(Self.rules())
        site.pass(to: 600, ["van", "car"])
        if isCrash {
            try site.crash(after: 3600)
        } else {
            // The machine slept.
            site.clock.turn(to: 4200)
        }
        site.say(["pulse", "van"])
        site.pass(to: 4780, ["van"])
        try expect(site, [])
        site.pass(to: 4840, ["van"])
        try expect(site, ["car raised@4800 level 1"])
        #expect(site.pipeline.stop())
        #expect(try site.findings() == [])
    }

    /// What waits behind a disk that is full was received in time.
    @Test func aBacklogIsNoSilence() throws {
        let site = try TurnedSite(Self.rules())
        site.pass(to: 600, ["van"])
        let backlog = stride(from: 620.0, through: 3000, by: 20).flatMap { second in
            ["pulse", "van"].map { device in
                Arrival(
                    device: device, report: World.report(second, 500),
                    received: World.start.advanced(bySeconds: second), source: 0)
            }
        }
        site.clock.turn(to: 3000)
        site.pipeline.inlet.send(backlog)
        site.pass(to: 3200, ["van"])
        try expect(site, [])
        #expect(site.pipeline.stop())
    }

    /// Over real UDP, with the time of arrival, and from the bytes alone: the same anomalies of every device, to the byte but
    /// for their numbers and arrival times.
    @Test(arguments: UInt64(1)...2) func runTellsWhatReplayTells(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let site = try TurnedSite(Self.rules { $0.cooldown_s = 300 })
        let counters = SourceCounters()
        let source = UDPSource(
            endpoint: try #require(Endpoint("127.0.0.1:0")),
            wiring: SourceWiring(
                inlet: site.pipeline.inlet, makeDecoder: { TrackerProtocol.nmea.makeDecoder() }, counters: counters,
                clock: site.clock.arrivals))
        try source.start()
        let port = try #require(source.boundPort)
        let sender = try UDPSender(to: try #require(Endpoint(address: "127.0.0.1", port: port)))
        var sent: [[UInt8]] = []
        // Until when a device says nothing, and until when it has no position.
        var silent: [String: Double] = [:]
        var lost: [String: Double] = [:]
        for second in stride(from: 0.0, through: 12_000, by: 10) {
            site.clock.turn(to: second)
            for device in ["pulse", "a", "b", "c", "d"] {
                if device != "pulse", second > 200, second < 11_000 {
                    if Int.random(in: 0..<60, using: &random) == 0, silent[device, default: 0] < second {
                        silent[device] = second + Double.random(in: 0...5000, using: &random)
                    }
                    if Int.random(in: 0..<60, using: &random) == 0, lost[device, default: 0] < second {
                        lost[device] = second + Double.random(in: 0...3000, using: &random)
                    }
                }
                guard second >= min(silent[device, default: 0], 11_000) else { continue }
                let hasPlace = second >= min(lost[device, default: 0], 11_000)
                let place = hasPlace ? World.place(500 + Double.random(in: 0...3, using: &random), 0) : nil
                sent.append(
                    NMEA.rmc(place, at: World.start.advanced(bySeconds: second), device: device))
                try sender.send(sent[sent.count - 1])
            }
            while counters.snapshot().datagrams < sent.count { pause(for: .microseconds(50)) }
            site.mark()
        }
        source.stop()
        #expect(site.pipeline.stop())
        let replay = try Replay(
            World.squares(at: [0]), rules: Self.rules { $0.cooldown_s = 300 })
        var decoder = TrackerProtocol.nmea.makeDecoder()
        var reports: [Report] = []
        for bytes in sent { decoder.decode(bytes.span, into: &reports) }
        decoder.finish(into: &reports)
        var output: [UInt8] = []
        try replay.take(reports, device: "nobody") { output += $0 }
        try replay.finish { output += $0 }
        let expected = try Self.byDevice(String(decoding: output, as: UTF8.self))
        let told = try Self.byDevice(try site.scratch.text(site.scratch.events))
        for (device, lines) in expected {
            let pairs = zip(told[device, default: []] + ["nothing"], lines + ["nothing"])
            #expect(pairs.first { $0 != $1 } ?? ("", "") == ("", ""), "seed \(seed)")
        }
        #expect(told.keys.sorted() == expected.keys.sorted())
        let all = expected.values.joined().joined()
        #expect(all.contains("silence") && all.contains("no_position") && all.contains("cleared"), "seed \(seed)")
        #expect(try site.findings() == [])
    }

    /// The lines of each device, without their numbers and times of arrival.
    private static func byDevice(_ text: String) throws -> [String: [String]] {
        var lines: [String: [String]] = [:]
        for line in text.split(separator: "\n") {
            var object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any] ?? [:]
            object["seq"] = nil
            object["received"] = nil
            let data = try JSONSerialization.data(withJSONObject: object, options: .sortedKeys)
            lines["\(object["device"] ?? "")", default: []].append(String(decoding: data, as: UTF8.self))
        }
        return lines
    }
}
