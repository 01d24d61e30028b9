import ArgumentParser
import Daemon
import Geometry
import Glibc
import Ingest
import Logging
import Platform
import Positioning
import ServiceLifecycle
import UnixSignals

struct Demo: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Everything at once: made-up trackers over real UDP, the daemon, and events as they come.",
        discussion: "Example: geofenced demo --seconds 20")

    @Option(help: "End after so long; default: on Ctrl-C.")
    var seconds: Double?

    @Option(help: "How many trackers.")
    var devices = 12

    /// A day's work in a quarter of an hour.
    private static let speedUp = 30.0
    private static let rate_hz = 10.0
    /// Stream time lies before the clock's, so that no fix comes from the future however long it runs.
    private static let headStart_s = 7 * 86_400.0

    func validate() throws {
        guard (1...1000).contains(devices) else { throw ValidationError("--devices takes 1 to 1000") }
        guard seconds.map({ $0 > 0 && $0 < 1e6 }) ?? true else { throw ValidationError("--seconds takes more than 0") }
    }

    func run() async throws {
        do { try await demonstrate() } catch { throw exitStatus(of: error) }
    }

    private func demonstrate() async throws {
        // Who reads the events may go, as `head` does; that ends the demo, but in order.
        Console.outliveReaders()
        let folder = try Self.makeFolder()
        var log = LogOutput.bootstrap()
        log.logLevel = .warning
        try EmbeddedFences.write(to: "\(folder)/fences")
        let catalogue = try FenceFolder.load("\(folder)/fences")
        let board = EventBoard(fences: catalogue.fences, deviceWidth: "van-\(devices)".count)
        let daemon = try Daemon(Self.setup(folder, catalogue), log: log) { board.show($0, $1) }
        guard let port = daemon.sources.compactMap({ ($0.source as? UDPSource)?.boundPort }).first,
            let target = Endpoint(address: "127.0.0.1", port: port)
        else { throw fail(.unavailable, "the demo's UDP port is not there") }
        let index = try FenceIndex(catalogue)
        let simulator = try Simulator(
            Simulator.Plan(
                target: target, devices: devices, rate_hz: Self.rate_hz, speedUp: Self.speedUp,
                start: WallClock.now.advanced(bySeconds: -Self.headStart_s),
                places: index.fences.indices.map { index.anyInteriorPoint(of: $0) }, prefix: "van"))
        Console.note(
            "\(devices) trackers send NMEA to udp \(target), \(Int(Self.speedUp)) times as fast as life,\n"
                + "among \(catalogue.fences.count) fences; Ctrl-C ends it")
        let begin = MonotonicTime.now
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [
                    .init(service: daemon),
                    .init(service: SimulatorService(simulator: simulator)),
                    .init(
                        service: StatusService(board: board, daemon: daemon, seconds: seconds),
                        successTerminationBehavior: .gracefullyShutdownGroup),
                ], gracefulShutdownSignals: [.sigterm, .sigint], logger: log))
        try await group.run()
        board.clear()
        summarize(daemon, simulator, folder, took: MonotonicTime.now - begin)
    }

    private static func setup(_ folder: String, _ catalogue: FenceCatalogue) -> Setup {
        var configuration = Configuration()
        configuration.store = "\(folder)/geofenced.sqlite3"
        configuration.events = "\(folder)/events.ndjson"
        configuration.metrics = nil
        configuration.fences = "\(folder)/fences"
        configuration.sources = Endpoint("127.0.0.1:0").map { [Configuration.Source(kind: .udp($0))] } ?? []
        return Setup(configuration: configuration, catalogue: catalogue)
    }

    private static func makeFolder() throws -> String {
        let parent = unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? "/tmp"
        // mkdtemp(3) writes the name into what it is given: an array is its own memory, and ends with the 0.
        var template = Array("\(parent)/geofenced-demo.XXXXXX".utf8CString)
        guard unsafe mkdtemp(&template) != nil else {
            throw SystemError(call: "mkdtemp", errno: errno, what: "cannot make a folder for the demo in \(parent)")
        }
        return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private func summarize(_ daemon: Daemon, _ simulator: Simulator, _ folder: String, took: Duration) {
        let statistics = daemon.pipeline.statistics
        let store = OwnCommand.quoted("\(folder)/geofenced.sqlite3")
        let own = OwnCommand.words
        let events = statistics.events.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
        Console.note(
            """

            \(simulator.sentReports) fixes sent, \(statistics.accepted) kept, \
            \(statistics.rejected.values.reduce(0, +)) rejected, in \(took.components.seconds) s
            \(events.isEmpty ? "no events" : events.joined(separator: ", "))

            What it left, to look at:
              \(own) events --store \(store) --type enter
              \(own) track --store \(store) --device van-1 --format gpx
              sqlite3 \(store) 'select type, device, fence from event'
              tail \(OwnCommand.quoted("\(folder)/events.ndjson"))
            """)
    }
}

/// The simulator on a thread of its own, until the group shuts down.
private struct SimulatorService: Service {
    let simulator: Simulator

    func run() async throws {
        let thread = try WorkerThread(name: "simulator") { [simulator] in
            do { try simulator.run() } catch { Console.error("\(error)") }
        }
        try? await gracefulShutdown()
        simulator.stop()
        thread.join()
    }
}

/// Keeps the counters fresh; returns when the time is over or nobody reads any more, which ends the demo.
private struct StatusService: Service {
    let board: EventBoard
    let daemon: Daemon
    let seconds: Double?

    func run() async throws {
        let begin = MonotonicTime.now
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled, !Console.outputIsAbandoned,
                seconds.map({ MonotonicTime.now - begin < .seconds($0) }) ?? true
            {
                let statistics = daemon.pipeline.statistics
                let passed = MonotonicTime.now - begin
                let perSecond = Double(statistics.accepted) / max(passed / .seconds(1), 0.001)
                board.show(
                    status: "\(statistics.accepted) fixes, \(Int(perSecond)) a second · "
                        + "\(statistics.events.values.reduce(0, +)) events · "
                        + "\(statistics.rejected.values.reduce(0, +)) rejected · Ctrl-C ends")
                try? await Task.sleep(for: .milliseconds(250))
            }
        }
    }
}
