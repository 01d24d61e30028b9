public import Logging
internal import Platform
internal import Positioning
public import ServiceLifecycle

/// Tells people and the service manager how the daemon fares: that it runs, that it gets on, and that it stops.
///
/// The watchdog is fed by the pipeline's progress and by nothing else: where the dispatcher, a shard or the keeper hangs, it
/// starves, and the service manager starts the daemon anew. A disk that is full is no hanging: the keeper goes on trying.
public final class Supervision: Service {
    private let status: DaemonStatus
    private let manager: ServiceManager?
    private let log: Logger
    private let facts: Logger.Metadata
    private let settle: @Sendable () -> Void

    /// - Parameters:
    ///   - manager: `nil` where none is to be told.
    ///   - facts: what is logged of the daemon as it begins to run.
    ///   - settle: called once a second, for whoever has something to finish by then.
    public init(
        _ status: DaemonStatus, manager: ServiceManager?, log: Logger, facts: Logger.Metadata = [:],
        settle: @escaping @Sendable () -> Void = {}
    ) {
        self.status = status
        self.manager = manager
        self.log = log
        self.facts = facts
        self.settle = settle
    }

    /// Until a graceful shutdown. By the time that it runs, signals are caught: who hears that the daemon is ready may end it
    /// at once, and it ends in order.
    public func run() async throws {
        log.info("running", metadata: facts)
        manager?.tell(.ready, .status(status.report().summary))
        await cancelWhenGracefulShutdown { await self.watch() }
        status.stop()
        manager?.tell(.stopping, .status("stopping: what was taken is being decided and kept"))
    }

    private func watch() async {
        // Several looks in an interval: one that comes late must not starve it.
        let watchdog = manager?.watchdogInterval
        let pause = min(.seconds(Limits.tick_s), (watchdog ?? .seconds(Limits.tick_s)) / Limits.watchdogLooks)
        var told = ""
        while !Task.isCancelled {
            try? await Task.sleep(for: pause)
            let hasAdvanced = status.sample()
            settle()
            guard let manager else { continue }
            if hasAdvanced, watchdog != nil { manager.tell(.watchdog) }
            let summary = status.report().summary
            if summary != told { manager.tell(.status(summary)) }
            told = summary
        }
    }
}

extension StatusReport {
    /// A line for people, as `systemctl status` shows it.
    public var summary: String {
        let rate = Int(sources.reduce(0) { $0 + $1.fixesPerSecond }.rounded())
        let wrong = problems.map { "; since \($0.since): \($0.text)" }.joined()
        let hanging = isLive ? "" : "; the pipeline hangs"
        return "\(devices) devices, \(rate) fixes/s, \(fences) fences, last event \(lastSeq)\(hanging)\(wrong)"
    }
}
