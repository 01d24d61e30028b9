public import Ingest
public import Logging
public import Platform
public import ServiceLifecycle
public import UnixSignals
internal import Positioning
internal import Protocols

/// The running daemon: the pipeline and its sources, from start to a clean stop.
public final class Daemon: Service {
    public let pipeline: Pipeline
    /// As configured, each with its counters.
    public let sources: [RunningSource]
    /// Brings changed fences into force.
    public let fences: FenceWatcher
    private let log: Logger

    /// A source that was started.
    public struct RunningSource: Sendable {
        public var name: String
        public var source: any Source
        public var counters: SourceCounters
    }

    /// Opens the store, recovers, and starts listening: when it returns, fixes are taken.
    /// - Parameters:
    ///   - hangups: SIGHUP, trapped before, so that one that comes early ends nothing and is not lost.
    ///   - manager: is told of reloads.
    ///   - sockets: handed over by who started the process; each serves the source that names its address.
    ///   - clock: stamps what arrives; `nil`: the machine's.
    /// - Throws: ``PipelineError``, `SourceError`, ``ConfigurationErrors`` where no source names a socket; nothing is left running.
    public init(
        _ setup: Setup, log: Logger, follower: Follower? = nil, hangups: UnixSignalsSequence? = nil,
        manager: ServiceManager? = nil, sockets: [HandedOverSocket] = [], clock: ArrivalClock? = nil
    ) throws {
        self.log = log
        let sockets = try SourceSockets(sockets, for: setup.configuration.sources)
        let clock = clock ?? ArrivalClock(tell: { Self.tell($0, log) })
        let intake = IntakeBounds(setup.configuration, log: log)
        var parts = Pipeline.Parts(
            catalogue: setup.catalogue, configuration: setup.configuration, registry: setup.registry,
            shardCount: Machine.processors, follower: follower)
        parts.clock = clock
        pipeline = try Pipeline(parts, log: log)
        var running: [RunningSource] = []
        do {
            for (number, source) in setup.configuration.sources.enumerated() {
                let counters = SourceCounters()
                let wiring = SourceWiring(
                    source: number, inlet: pipeline.inlet,
                    identity: IdentityRules(device: source.device, byAddress: setup.registry.deviceByAddress),
                    makeDecoder: { intake.makeDecoder(source.proto) }, counters: counters, clock: clock,
                    gathering: setup.configuration.batching == .latency ? .zero : Limits.udpGathering,
                    log: { level, message in log.log(level: level == .warning ? .warning : .info, "\(message)") })
                let made = Self.make(source, wiring, intake, sockets.bySource[number])
                try made.start()
                running.append(RunningSource(name: source.name, source: made, counters: counters))
                // A serial line may have to be waited for: it says itself when it is open.
                if !(made is SerialSource) {
                    log.info("listening", metadata: ["source": "\(source.name)", "protocol": "\(source.proto)"])
                }
            }
        } catch {
            for source in running { source.source.stop() }
            pipeline.stop()
            throw error
        }
        sources = running
        fences = FenceWatcher(setup, pipeline: pipeline, log: log, hangups: hangups, manager: manager)
    }

    private static func make(
        _ source: Configuration.Source, _ wiring: SourceWiring, _ intake: IntakeBounds, _ socket: HandedOverSocket?
    ) -> any Source {
        switch source.kind {
        case .udp(let endpoint): UDPSource(endpoint: endpoint, wiring: wiring, handedOver: socket)
        case .tcp(let endpoint):
            TCPSource(
                endpoint: endpoint, wiring: wiring, bounds: TCPSource.Bounds(connections: intake.connections),
                handedOver: socket)
        case .serial(let path, let baud): SerialSource(path: path, baud: baud, wiring: wiring)
        }
    }

    private static func tell(_ change: ArrivalClock.Change, _ log: Logger) {
        switch change {
        case .held(let step):
            log.warning(
                "the machine's clock was set back; arrivals go on being stamped as before, for the trackers' fixes would else lie in the future: if the clock was ahead before, restart the daemon, else mend it (see `timedatectl`)",
                metadata: ["seconds": "\(step.components.seconds)"])
        case .followed: log.notice("the machine's clock agrees with the arrivals again")
        }
    }

    /// Runs until a graceful shutdown is asked for, or the store turns out to be damaged, then stops.
    /// - Throws: ``DaemonError``, `StoreError`
    public func run() async throws {
        let failure = try await withThrowingTaskGroup(of: (any Error)?.self) { group in
            group.addTask {
                try await self.fences.run()
                return nil
            }
            group.addTask { [failures = pipeline.failures] in await failures.first { _ in true } }
            defer { group.cancelAll() }
            return try await group.next() ?? nil
        }
        let isComplete = stop()
        if let failure { throw failure }
        guard isComplete else { throw DaemonError.gaveUp }
    }

    /// Stops the sources, decides and commits what they took, and ends the pipeline.
    /// - Returns: `false` where the store could not be written and something that was not acknowledged is lost.
    public func stop() -> Bool {
        pipeline.expectStop()
        for source in sources { source.source.stop() }
        let isComplete = pipeline.stop()
        let statistics = pipeline.statistics
        log.info(
            "stopped",
            metadata: [
                "fixes": "\(statistics.accepted)", "rejected": "\(statistics.rejected.values.reduce(0, +))",
                "events": "\(statistics.events.values.reduce(0, +))", "last_seq": "\(statistics.lastSeq)",
            ])
        return isComplete
    }
}

/// Why a daemon ended with an error.
public enum DaemonError: Error, CustomStringConvertible {
    case gaveUp

    public var description: String {
        "the store could not be written until the stop; what came in since is lost, but nothing of it was acknowledged"
    }
}
