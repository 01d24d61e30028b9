import Glibc
internal import Anomalies
internal import Engine
internal import Ingest
internal import Platform
internal import Positioning
internal import Protocols
import Synchronization

/// Gathers a running daemon's ``StatusReport``.
public final class DaemonStatus: Sendable {
    private let daemon: Daemon
    private let setup: Setup
    private let startedAt: Timestamp
    private let began = MonotonicTime.now
    private let isStopping = Atomic<Bool>(false)
    private let state = Mutex(State())

    private struct State {
        /// Of each source's fixes.
        var rates = RateMeter()
        var rounds = -1
        var advanced = MonotonicTime.now
    }

    public init(of daemon: Daemon, setup: Setup) {
        self.daemon = daemon
        self.setup = setup
        startedAt = WallClock.now
        sample()
    }

    /// Measures rates and progress from here on; called once a ``Limits/tick_s`` or so.
    /// - Returns: whether the pipeline has gone round since the last sample.
    @discardableResult
    func sample() -> Bool {
        let now = MonotonicTime.now
        let received = daemon.sources.map { $0.counters.snapshot().decoder.reports }
        let rounds = daemon.pipeline.rounds
        return state.withLock { state in
            state.rates.sample(received, at: now)
            guard rounds != state.rounds else { return false }
            state.rounds = rounds
            state.advanced = now
            return true
        }
    }

    /// From here on it is not ready any more.
    func stop() { isStopping.store(true, ordering: .relaxed) }

    public func report() -> StatusReport {
        let statistics = daemon.pipeline.statistics
        let problems = statistics.problems.values.sorted { $0.since < $1.since }
        var report = StatusReport()
        report.pid = getpid()
        report.startedAt = "\(startedAt)"
        report.uptimeSeconds = (MonotonicTime.now - began) / .seconds(1)
        report.notReady =
            isStopping.load(ordering: .relaxed)
            ? "it is stopping" : (statistics.problems["store"] ?? statistics.problems["history"])?.text
        report.problems = problems.map {
            StatusReport.Problem(subject: $0.subject, text: $0.text, since: "\($0.since)")
        }
        let (rates, advanced) = state.withLock { ($0.rates.perSecond, $0.advanced) }
        report.isLive = MonotonicTime.now - advanced < .seconds(Limits.liveInterval_s)
        report.sources = daemon.sources.indices.map { place in
            let decided = statistics.bySource.indices.contains(place) ? statistics.bySource[place] : .init()
            return describe(place, decided, perSecond: rates.indices.contains(place) ? rates[place] : 0)
        }
        report.lastProblem = statistics.lastProblem.map {
            StatusReport.Problem(
                subject: $0.subject, text: $0.text, since: "\($0.since)", until: $0.until.map { "\($0)" })
        }
        report.events = Dictionary(uniqueKeysWithValues: Event.Kind.allCases.map { ($0.rawValue, 0) })
            .merging(statistics.events) { $1 }
        report.anomalies = Dictionary(uniqueKeysWithValues: RuleName.allCases.map { ($0.rawValue, 0) })
            .merging(statistics.anomalies) { $1 }
        report.lastSeq = statistics.lastSeq
        report.devices = statistics.devices
        report.fences = statistics.fences
        report.store = StatusReport.Store(
            path: setup.configuration.store, bytes: Self.size(setup.configuration.store),
            logBytes: Self.size(setup.configuration.store + "-wal"),
            eventFileBytes: Self.size(setup.configuration.events))
        report.queue = StatusReport.Queue(fixes: statistics.inletDepth, capacity: statistics.inletCapacity)
        report.commits = StatusReport.Commits(
            count: statistics.commitSeconds.count, halfWithinSeconds: Self.quantile(0.5, statistics.commitSeconds),
            mostWithinSeconds: Self.quantile(0.99, statistics.commitSeconds))
        report.process = Self.process()
        return report
    }

    private func describe(
        _ place: Int, _ decided: PipelineStatistics.Decided, perSecond: Double
    ) -> StatusReport.Source {
        let totals = daemon.sources[place].counters.snapshot()
        var source = StatusReport.Source()
        source.name = daemon.sources[place].name
        source.proto = setup.configuration.sources[place].proto.rawValue
        source.received = totals.decoder.reports
        source.accepted = decided.accepted
        source.rejected = Dictionary(
            uniqueKeysWithValues: Rejection.allCases.map { ($0.rawValue, decided.rejected[$0] ?? 0) })
        source.fixesPerSecond = perSecond
        source.bytes = totals.bytes
        source.kernelDrops = totals.kernelDrops
        source.badFrames = [
            "bad_checksum": totals.decoder.badChecksums, "missing_checksum": totals.decoder.missingChecksums,
            "broken": totals.decoder.brokenFrames,
        ]
        source.connections = totals.connections
        source.refusedConnections = totals.refusedConnections
        source.idleConnections = totals.idleConnections
        source.evictedSessions = totals.evictedSessions
        source.heldBack = totals.heldBack
        source.unreadBytes = totals.unreadBytes
        source.undelivered = totals.undelivered
        source.errors = totals.openErrors + totals.readErrors
        return source
    }

    /// As Prometheus reads it.
    public var metrics: String { report().metrics(commits: daemon.pipeline.statistics.commitSeconds) }

    private static func quantile(_ share: Double, _ durations: Histogram) -> Double? {
        durations.quantile(share).flatMap { $0.isFinite ? $0 : nil }
    }

    private static func size(_ path: String) -> Int {
        var about = stat()
        return unsafe stat(path, &about) == 0 ? Int(about.st_size) : 0
    }

    private static func process() -> StatusReport.Process {
        var usage = rusage()
        _ = unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
        return StatusReport.Process(
            cpuSeconds: seconds(usage.ru_utime) + seconds(usage.ru_stime), residentBytes: Machine.residentBytes,
            openDescriptors: Machine.openDescriptors)
    }
}
