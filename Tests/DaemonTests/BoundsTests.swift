import Daemon
import Ingest
import Logging
import Platform
import Positioning
import Store
import Synchronization
import TestSupport
import Testing

/// What is bounded at the intake, and what a clock that is set does to it.
@Suite struct BoundsTests {
    private static func setup(_ scratch: Scratch, maxDevices: Int = 100, registry: String = "devices: []") throws
        -> Setup
    {
        var configuration = Configuration()
        configuration.store = scratch.store
        configuration.events = scratch.events
        configuration.maxDevices = maxDevices
        configuration.sources = []
        return Setup(
            configuration: configuration, registry: try Registry(yaml: registry, file: "d.yaml"),
            catalogue: try World.squares(at: [0]))
    }

    private static func pipeline(_ setup: Setup, shards: Int, log: Logger) throws -> Pipeline {
        try Pipeline(
            Pipeline.Parts(
                catalogue: setup.catalogue, configuration: setup.configuration, registry: setup.registry,
                shardCount: shards), log: log)
    }

    private static func arrival(_ device: String, _ second: Double) -> Arrival {
        Arrival(device: device, report: World.report(second, 0), received: nil, source: 0)
    }

    /// Ten devices at the most: those that came first go on, over a restart too, a registered one has its place whenever it
    /// comes, and all others are turned away, in the order of arrival whatever the number of shards.
    @Test(arguments: [1, 3]) func atTheBoundTheKnownGoOn(shards: Int) throws {
        let scratch = try Scratch()
        let setup = try Self.setup(scratch, maxDevices: 10, registry: "devices:\n  - id: late-comer")
        let words = LogWords()
        for round in 0..<3 {
            let pipeline = try Self.pipeline(setup, shards: shards, log: words.logger)
            for number in 0..<40 { pipeline.inlet.send([Self.arrival("d\(number)", Double(round * 10))]) }
            if round == 1 { pipeline.inlet.send([Self.arrival("late-comer", 10)]) }
            #expect(pipeline.stop())
            #expect(pipeline.statistics.accepted == (round == 1 ? 10 : 9))
            #expect(pipeline.statistics.rejected == [.too_many_devices: 31])
        }
        let reader = try StoreReader(path: scratch.store)
        #expect(try reader.summary().fixes == 28)
        #expect(try reader.summary().rejected == ["too_many_devices": 93])
        #expect(words.all.count { $0.contains("max_devices") } == 3, "once a run: \(words.all)")
    }

    /// Junk makes nobody known: a place is for who sent a position.
    @Test func junkTakesNoPlace() throws {
        let scratch = try Scratch()
        let pipeline = try Self.pipeline(try Self.setup(scratch, maxDevices: 2), shards: 2, log: LogWords().logger)
        for number in 0..<50 {
            var arrival = Self.arrival("junk-\(number)", 1)
            arrival.report.rejection = .void
            pipeline.inlet.send([arrival])
        }
        pipeline.inlet.send([Self.arrival("a", 2), Self.arrival("b", 2)])
        #expect(pipeline.stop())
        #expect(pipeline.statistics.accepted == 2 && pipeline.statistics.rejected == [.void: 50])
        let rejected = try StoreReader(path: scratch.store).summary().rejected
        #expect(rejected == ["void": 50])
    }

    /// The machine's clock is set by an hour, to and fro, while trackers whose clocks are right go on over a real socket:
    /// nothing is rejected, and the transitions are those of a clock that was never touched. That the clocks differ is suspected.
    @Test func aClockThatIsSetTurnsNobodyAway() throws {
        let scratch = try Scratch()
        var setup = try Self.setup(scratch)
        setup.configuration.sources = [.init(kind: .udp(try #require(Endpoint("127.0.0.1:0"))), device: "van")]
        let words = LogWords()
        let state = Mutex<(offset_s: Double, second: Double)>((0, 0))
        let clock = ArrivalClock(
            wall: { state.withLock { World.start.advanced(bySeconds: $0.second + $0.offset_s) } },
            monotonic: { state.withLock { MonotonicTime(nanoseconds: Int64($0.second * 1e9)) } })
        let daemon = try Daemon(setup, log: words.logger, clock: clock)
        let port = try #require((daemon.sources[0].source as? UDPSource)?.boundPort)
        let sender = try UDPSender(to: try #require(Endpoint(address: "127.0.0.1", port: port)))
        var expected: [Report] = []
        for step in 0..<120 {
            let second = Double(step * 10)
            state.withLock { state in
                state.second = second
                state.offset_s = [0, -3600, 0, 3600, 0, -3600][step / 20]
            }
            let east = step % 40 < 20 ? 0.0 : 400
            try sender.send(NMEA.rmc(World.place(east, 0), at: World.start.advanced(bySeconds: second)))
            expected.append(World.report(second, east))
            // Each is read under its own clock.
            #expect(eventually { daemon.sources[0].counters.snapshot().datagrams == step + 1 })
        }
        #expect(daemon.stop())
        #expect(daemon.pipeline.statistics.accepted == 120 && daemon.pipeline.statistics.rejected.isEmpty)
        let kinds = try scratch.text(scratch.events).split(separator: "\n").map { line in
            if line.contains(#""type":"anomaly""#) {
                return line.contains(#""rule":"clock_skew","state":"raised""#) ? "skew" : "?"
            }
            return line.contains(#""type":"enter""#) ? "in" : line.contains(#""type":"exit""#) ? "out" : "?"
        }
        // The clock that was set forward is not followed back: from then on all devices are an hour behind it.
        #expect(kinds == ["in", "out", "in", "out", "in", "skew", "out"])
    }
}

private func eventually(_ condition: () -> Bool) -> Bool {
    let deadline = MonotonicTime.now + .seconds(60)
    while MonotonicTime.now < deadline {
        if condition() { return true }
        pause(for: .microseconds(200))
    }
    return false
}

/// What was logged.
private final class LogWords: Sendable {
    private let lines = Mutex<[String]>([])

    var all: [String] { lines.withLock { $0 } }

    var logger: Logger { Logger(label: "test") { _ in Handler(words: self) } }

    private struct Handler: LogHandler {
        let words: LogWords
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.info

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) { words.lines.withLock { $0.append("\(event.level) \(event.message)") } }
    }
}
