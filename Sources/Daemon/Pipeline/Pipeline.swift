public import Engine
public import Geometry
public import Ingest
public import Logging
public import Platform
public import Positioning
public import Store
import Synchronization

/// The way of a fix, from the inlet to the event file: three kinds of thread, batches between them, one direction.
///
/// ```
///  sources ─▶ inlet ─▶ dispatcher ─▶ shard 0…n ─▶ keeper ─▶ store ─▶ event file ─▶ followers
///                      batches,      decide       joins, numbers,
///                      addresses                  commits
/// ```
/// The dispatcher numbers batches in the order of arrival and gives each to all shards, which take their own of it; the keeper
/// joins what they made of it again in that order. So the events' order depends on the order of arrival alone, however many
/// shards there are.
public final class Pipeline: Sendable {
    /// Where sources put what they receive.
    public let inlet: Inlet
    private let shards: [ShardWorker]
    private let results: Mailbox<ShardResult>
    private let dispatcher: Dispatcher
    private let dispatching: WorkerThread
    private let keeper: WorkerThread
    private let keeping: KeeperStatus

    /// What the pipeline works with, checked beforehand.
    public struct Parts: Sendable {
        public var catalogue: FenceCatalogue
        public var configuration: Configuration
        public var registry: Registry
        public var shardCount: Int
        public var follower: Follower?
        public var patience = Patience()
        /// Says from when on fences are in force: the one that stamps arrivals.
        public var clock = ArrivalClock()
        /// What the event file is written by.
        public var fileCalls = FileCalls.system

        public init(
            catalogue: FenceCatalogue, configuration: Configuration, registry: Registry, shardCount: Int,
            follower: Follower? = nil
        ) {
            self.catalogue = catalogue
            self.configuration = configuration
            self.registry = registry
            if configuration.batching == .latency {
                patience.batch = .zero
                patience.states = Limits.batchStatesHurried
            }
            self.shardCount = min(max(shardCount, 1), Limits.shards)
            self.follower = follower
        }
    }

    /// Opens the store and the event file, puts every device back where it was, and starts the threads.
    /// - Throws: `StoreError`, `SystemError`, SQLite's error
    public init(_ parts: Parts, log: Logger) throws {
        let results = Mailbox<ShardResult>(capacity: Limits.batchesInFlight * parts.shardCount)
        let status = KeeperStatus(patience: parts.patience, log: log)
        status.statistics.withLock { $0.fences = parts.catalogue.fences.count }
        let shards = try (0..<parts.shardCount).map {
            try ShardWorker(number: $0, parts, status: status, results: results)
        }
        let started = Mailbox<StartResult>(capacity: 1)
        let inlet = Inlet(capacity: Limits.inletReports)
        // The journal belongs to the keeper's thread, so it is opened and recovered there.
        keeper = try WorkerThread(name: "keeper") {
            Keeper.run(parts, shards: shards, results: results, status: status, started: started)
        }
        let outcome =
            started.receive(atMost: 1)?.first ?? .failed(PipelineError(description: "the keeper ended before it began"))
        let stored: Dictionary<String, Int64>.Keys
        let inForce: FenceVersion
        switch outcome {
        case .started(let devices, let fences): (stored, inForce) = (devices, fences)
        case .failed(let problem):
            for shard in shards { shard.join() }
            keeper.join()
            throw problem
        }
        let admission = Admission(
            registry: parts.registry, unknownDevices: parts.configuration.unknownDevices,
            sourceDatums: parts.configuration.sources.map(\.datum), deviceLimit: parts.configuration.maxDevices,
            stored: stored)
        let dispatcher = Dispatcher(
            inlet: inlet, shards: shards, admission: admission, parts, committed: status.committed, log: log)
        // What was changed while nothing ran is as if it were changed now; so is what a wrong clock put into the future.
        if inForce.catalogue != parts.catalogue || inForce.since > parts.clock.now {
            log.notice("the fences have changed since the last run; they are in force from now on")
            dispatcher.reload.withLock { $0 = (parts.catalogue, nil) }
        }
        dispatching = try WorkerThread(name: "dispatcher") { dispatcher.run() }
        self.dispatcher = dispatcher
        self.inlet = inlet
        self.shards = shards
        self.results = results
        keeping = status
    }

    /// Goes on with these fences, after the batch at hand (within ``Limits/tick_s``).
    /// - Parameter since: from when on they are in force; `nil`: from that moment.
    public func adopt(_ catalogue: FenceCatalogue, since: Timestamp? = nil) {
        dispatcher.reload.withLock { $0 = (catalogue, since) }
        keeping.statistics.withLock { $0.fences = catalogue.fences.count }
    }

    /// Begins the wait after which a journal that cannot be written is given up; to be called before the sources are stopped, for
    /// they wait for room in the inlet.
    public func expectStop() { keeping.isStopping.store(true, ordering: .relaxed) }

    /// Decides and commits all that is in the inlet, takes a last snapshot, and ends the threads. The sources must have ended before.
    /// - Returns: `false` where the journal could not be written and batches were given up.
    @discardableResult
    public func stop() -> Bool {
        expectStop()
        inlet.close()
        dispatching.join()
        for shard in shards { shard.join() }
        results.close()
        keeper.join()
        return !keeping.hasGivenUp.load(ordering: .relaxed)
    }

    /// Says why where the store turns out to be damaged, and the journal is given up: then only ``stop()`` is left to do.
    public var failures: AsyncStream<any Error> { keeping.failures }

    public var statistics: PipelineStatistics {
        var statistics = keeping.statistics.withLock { $0 }
        statistics.inletDepth = inlet.count
        return statistics
    }

    /// Says what is wrong around the pipeline, from now until ``clear(_:)``.
    /// - Parameter subject: of what: `fences`, `metrics`.
    public func raise(_ subject: String, _ text: String) {
        keeping.statistics.withLock { statistics in
            let since = statistics.problems[subject]?.since ?? WallClock.now
            statistics.begin(PipelineStatistics.Problem(subject: subject, text: text, since: since))
        }
    }

    public func clear(_ subject: String) { keeping.statistics.withLock { $0.end(subject) } }

    /// How often a batch has come all the way to the keeper and was committed or tried, or a shard tried to read the store
    /// again. It grows once each ``Limits/tick_s`` at least while the dispatcher, every shard and the keeper go round, be the
    /// disk full or not.
    public var rounds: Int { keeping.rounds.load(ordering: .relaxed) }
}

/// Called on a thread of the pipeline with every batch that has events, after it is committed: the lines, and the same as values.
public typealias Follower = @Sendable (_ lines: CommittedEvents, _ events: [Event]) -> Void

/// Why a pipeline did not start.
public struct PipelineError: Error, Sendable, CustomStringConvertible {
    public var description: String
}

enum StartResult: Sendable {
    /// With the devices that the store has, and the fences that it has as being in force.
    case started(devices: Dictionary<String, Int64>.Keys, inForce: FenceVersion)
    case failed(any Error)
}
