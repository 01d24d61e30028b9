internal import Anomalies
internal import Engine
internal import Logging
internal import Platform
public import Positioning
internal import Store
import Synchronization

/// What came through since the start, and what stands in the way.
public struct PipelineStatistics: Sendable, Equatable {
    /// By source, in the order of the configuration; as many as have had a report.
    public var bySource: [Decided] = []
    public var events: [String: Int] = [:]
    /// Raised, by rule; each level of one that grows worse counts.
    public var anomalies: [String: Int] = [:]
    public var batches = 0
    /// How often other fences came into force.
    public var reloads = 0
    public var devicesAtStart = 0
    /// Devices that the shards know.
    public var devices = 0
    /// Fences in force.
    public var fences = 0
    /// The last event's number.
    public var lastSeq: Int64 = 0
    /// The last event's that is in the event file.
    public var fileSeq: Int64 = 0
    /// From a batch's first try to its commit: what a full disk holds up counts with the batch that waited.
    public var commitSeconds = Histogram()
    /// Reports that wait in the inlet now, and the most that it holds.
    public var inletDepth = 0
    public var inletCapacity = Limits.inletReports
    /// What is wrong now, by subject (`store`, `events`, `history`, `fences`, `metrics`).
    public var problems: [String: Problem] = [:]
    /// The newest, over or not.
    public var lastProblem: Problem?

    public init() {}

    public var accepted: Int { bySource.reduce(0) { $0 + $1.accepted } }
    public var rejected: [Rejection: Int] { bySource.reduce(into: [:]) { $0.merge($1.rejected, uniquingKeysWith: +) } }

    /// What became of a source's reports.
    public struct Decided: Sendable, Equatable {
        public var accepted = 0
        public var rejected: [Rejection: Int] = [:]

        public init() {}
    }

    mutating func count(_ event: Event) {
        events[event.kind.rawValue, default: 0] += 1
        guard event.kind == .anomaly, let anomaly = event.anomaly, anomaly.state == .raised else { return }
        anomalies[anomaly.rule.rawValue, default: 0] += 1
    }

    mutating func count(_ result: Result<Fix, Rejection>, from source: Int) { bySource.tally(result, from: source) }

    public struct Problem: Sendable, Equatable {
        /// Of what: `store`, `events` (the file), `history` (what late fixes are decided from), `fences`, `metrics`.
        public var subject: String
        public var text: String
        public var since: Timestamp
        /// `nil` while it lasts.
        public var until: Timestamp?
    }

    mutating func begin(_ problem: Problem) {
        problems[problem.subject] = problem
        lastProblem = problem
    }

    mutating func end(_ subject: String) {
        guard var problem = problems.removeValue(forKey: subject) else { return }
        problem.until = WallClock.now
        if lastProblem?.subject == subject { lastProblem = problem }
    }
}

/// By source, in the order of the configuration.
extension [PipelineStatistics.Decided] {
    mutating func tally(_ result: Result<Fix, Rejection>, from source: Int) {
        while count <= source { append(PipelineStatistics.Decided()) }
        switch result {
        case .success: self[source].accepted += 1
        case .failure(let reason): self[source].rejected[reason, default: 0] += 1
        }
    }

    mutating func add(_ others: Self) {
        while count < others.count { append(PipelineStatistics.Decided()) }
        for (source, other) in others.enumerated() {
            self[source].accepted += other.accepted
            self[source].rejected.merge(other.rejected, uniquingKeysWith: +)
        }
    }
}

/// What the keeper tells other threads, and they it.
final class KeeperStatus: Sendable {
    let isStopping = Atomic<Bool>(false)
    let hasGivenUp = Atomic<Bool>(false)
    /// How many batches are committed.
    let committed = Progress()
    let statistics = Mutex(PipelineStatistics())
    /// See ``Pipeline/rounds``.
    let rounds = Atomic<Int>(0)
    let patience: Patience
    let log: Logger
    /// Why the pipeline has given up by itself: once, or never.
    let failures: AsyncStream<any Error>
    private let failing: AsyncStream<any Error>.Continuation

    init(patience: Patience, log: Logger) {
        self.patience = patience
        self.log = log
        (failures, failing) = AsyncStream.makeStream()
    }

    /// Gives the journal up, if the error says that the store is damaged.
    /// - Returns: whether it does.
    func gaveUp(for error: any Error, in store: String) -> Bool {
        guard let damage = StoreError.damage(error, in: store) else { return false }
        try? DamageMark.leave(besides: store)
        hasGivenUp.store(true, ordering: .relaxed)
        failing.yield(damage)
        return true
    }
}

/// What the pipeline waits for, and how long.
public struct Patience: Sendable {
    /// From a batch's first report to its closing.
    public var batch = Duration.seconds(Limits.batchInterval_s)
    /// From one round of keeping the devices' states to the next.
    public var round = Duration.seconds(Limits.roundInterval_s)
    /// How many states a batch waits for to be kept with it.
    public var states = Limits.batchStates
    /// With how many states a batch is closed when all are kept at the stop.
    public var lastStates = Limits.lastStates
    /// Until a store or an event file that failed is tried again.
    public var retry = Duration.seconds(Limits.retryInterval_s)
    /// From the stop on, until the batches that are not committed are given up.
    public var stop = Duration.seconds(Limits.stopPatience_s)

    public init() {}
}
