import Daemon
import Foundation
import Geometry
import Ingest
import Logging
import Platform
import Positioning
import Store
import TestSupport
import Testing

@Suite struct PipelineTests {
    /// Forty devices that come and go among three fences, mixed, with late and void ones in between.
    private static func arrivals(seed: UInt64) -> [Arrival] {
        var random = SeededGenerator(seed: seed)
        var places = [String: Double]()
        var arrivals: [Arrival] = []
        for step in 0..<200 {
            for device in (0..<40).map({ "dev-\($0)" }) {
                let east = places[device, default: Double.random(in: -900...900, using: &random)]
                places[device] = east > 900 ? -900 : east + Double.random(in: 0...60, using: &random)
                var report = World.report(Double(step * 10), east, Double.random(in: -90...90, using: &random))
                // Late by minutes, between two others; none near the end, so that none still waits then.
                if step > 60, step < 180, Int.random(in: 0..<50, using: &random) == 0 {
                    report.time = report.time?.advanced(bySeconds: -505)
                }
                if Int.random(in: 0..<50, using: &random) == 0 { report.rejection = .void }
                arrivals.append(Arrival(device: device, report: report, received: nil, source: 0))
            }
        }
        return arrivals
    }

    private static func setup(_ scratch: Scratch) throws -> Setup {
        var configuration = Configuration()
        configuration.store = scratch.path + "/s.sqlite3"
        configuration.events = scratch.path + "/e.ndjson"
        configuration.sources = []
        return Setup(
            configuration: configuration,
            catalogue: try World.squares(at: [-400, 0, 420], properties: "\"dwell_s\":60"))
    }

    private static func pipeline(_ setup: Setup, shards: Int) throws -> Pipeline {
        var log = Logger(label: "test")
        log.logLevel = .critical
        return try Pipeline(
            Pipeline.Parts(
                catalogue: setup.catalogue, configuration: setup.configuration, registry: setup.registry,
                shardCount: shards), log: log)
    }

    private static func replayed(_ arrivals: [Arrival], _ setup: Setup) throws -> String {
        let replay = try Replay(setup.catalogue)
        var output: [UInt8] = []
        for arrival in arrivals { try replay.take([arrival.report], device: arrival.device) { output += $0 } }
        try replay.finish { output += $0 }
        return String(decoding: output, as: UTF8.self)
    }

    /// However many shards and whatever batches: the event file is, byte for byte, what a plain loop over the core says.
    @Test(arguments: [1, 2, 5], Configuration.Batching.allCases)
    func anyNumberOfShardsGivesTheEventsOfReplay(shards: Int, batching: Configuration.Batching) throws {
        let scratch = try Scratch()
        var setup = try Self.setup(scratch)
        setup.configuration.batching = batching
        let arrivals = Self.arrivals(seed: UInt64(shards))
        let pipeline = try Self.pipeline(setup, shards: shards)
        var random = SeededGenerator(seed: 99)
        var rest = arrivals[...]
        while !rest.isEmpty {
            let size = Int.random(in: 1...300, using: &random)
            pipeline.inlet.send(Array(rest.prefix(size)))
            rest = rest.dropFirst(size)
        }
        #expect(pipeline.stop())
        let events = try scratch.text(setup.configuration.events)
        #expect(events == (try Self.replayed(arrivals, setup)))
        #expect(events.contains("\"retracts\"") && events.contains("\"late\":true"))
        var stored = ""
        _ = try StoreReader(path: setup.configuration.store).events(matching: .init(), limit: 1_000_000) {
            stored += $0.json + "\n"
        }
        #expect(stored == events)
    }

    /// Stopped and started again between any two batches, with another number of shards each time.
    @Test func aRestartTellsNothingOfItsOwnAndLosesNothing() throws {
        let scratch = try Scratch()
        let setup = try Self.setup(scratch)
        let arrivals = Self.arrivals(seed: 7)
        for (round, start) in stride(from: 0, to: arrivals.count, by: 1000).enumerated() {
            let pipeline = try Self.pipeline(setup, shards: 1 + round % 3)
            #expect(pipeline.statistics.devicesAtStart == (round == 0 ? 0 : 40))
            pipeline.inlet.send(Array(arrivals[start..<min(start + 1000, arrivals.count)]))
            #expect(pipeline.stop())
        }
        #expect(try scratch.text(setup.configuration.events) == Self.replayed(arrivals, setup))
    }

    @Test func theSameInputGivenAgainChangesNothing() throws {
        let scratch = try Scratch()
        let setup = try Self.setup(scratch)
        let arrivals = Self.arrivals(seed: 3).filter { $0.report.rejection == nil }
        for _ in 0..<2 {
            let pipeline = try Self.pipeline(setup, shards: 2)
            pipeline.inlet.send(arrivals)
            #expect(pipeline.stop())
        }
        #expect(try scratch.text(setup.configuration.events) == Self.replayed(arrivals, setup))
    }

    @Test(arguments: [Configuration.UnknownDevices.accept, .quarantine, .reject])
    func strangersAreTreatedAsConfigured(policy: Configuration.UnknownDevices) throws {
        let scratch = try Scratch()
        var setup = try Self.setup(scratch)
        setup.configuration.unknownDevices = policy
        setup.registry = try Registry(yaml: "devices:\n  - id: known\n    sources: [udp:10.0.0.7]", file: "d.yaml")
        let pipeline = try Self.pipeline(setup, shards: 2)
        let report = World.report(0, 0, 0)
        pipeline.inlet.send([
            Arrival(device: "known", report: report, received: nil, source: 0, origin: "udp:10.0.0.7"),
            Arrival(device: "known", report: World.report(1, 0, 0), received: nil, source: 0, origin: "udp:10.0.0.8"),
            Arrival(device: "stranger", report: report, received: nil, source: 0, origin: "udp:10.0.0.7"),
        ])
        #expect(pipeline.stop())
        let summary = try StoreReader(path: setup.configuration.store).summary()
        #expect(summary.fixes == (policy == .accept ? 2 : 1))
        let quarantined = policy == .quarantine ? ["foreign_source": 1, "quarantined": 1] : ["foreign_source": 1]
        #expect(summary.rejected == quarantined)
        #expect(pipeline.statistics.rejected[.unknown_device] == (policy == .reject ? 1 : nil))
    }

    /// A tracker that reports as Chinese maps are drawn is 500 m off, until its datum is known: its own, or its source's.
    @Test(arguments: [
        (nil, Datum.wgs84, false), (Datum.gcj02, .wgs84, true), (nil, .gcj02, true), (Datum.wgs84, .gcj02, false),
    ])
    func shiftedPositionsAreConvertedOnce(own: Datum?, ofSource: Datum, isInside: Bool) throws {
        let scratch = try Scratch()
        var setup = try Self.setup(scratch)
        let line = own.map { "\n    datum: \($0)" } ?? ""
        setup.registry = try Registry(yaml: "devices:\n  - id: van-1\(line)", file: "d.yaml")
        var source = Configuration.Source(kind: .serial(path: "/dev/null", baud: .auto))
        source.datum = ofSource
        setup.configuration.sources = [source]
        let pipeline = try Self.pipeline(setup, shards: 1)
        pipeline.inlet.send(
            stride(from: 0.0, through: 60, by: 10).map { second in
                var report = World.report(second, 0)
                report.coordinate = report.coordinate.map(Datum.gcj02.fromWGS84)
                return Arrival(device: "van-1", report: report, received: nil, source: 0)
            })
        #expect(pipeline.stop())
        let entered = try scratch.text(setup.configuration.events).contains(
            #""type":"enter","device":"van-1","fence":"f1""#)
        #expect(entered == isInside)
    }
}
