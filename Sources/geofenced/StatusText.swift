import Daemon
import Positioning

/// A daemon's state as people read it.
struct StatusText {
    private let report: StatusReport

    init(_ report: StatusReport) { self.report = report }

    var text: String {
        var lines = [headline]
        if report.problems.isEmpty, let last = report.lastProblem {
            lines.append("  last problem, from \(last.since) to \(last.until ?? "now"): \(last.text)")
        }
        for problem in report.problems { lines.append("  since \(problem.since): \(problem.text)") }
        lines += ["", sources.text, "", totals.text]
        return lines.joined(separator: "\n")
    }

    private var headline: String {
        let state = report.isLive ? report.notReady.map { "not ready: \($0)" } ?? "ready" : "hangs"
        return
            "geofenced \(report.version), pid \(report.pid), up \(Self.span(report.uptimeSeconds)) since \(report.startedAt): \(state)"
    }

    private var sources: Table {
        var table = Table(["source", "fixes/s", "fixes", "accepted", "rejected", "what was not taken, and why"])
        for source in report.sources {
            table.add([
                source.name, "\(Int(source.fixesPerSecond.rounded()))", "\(source.received)", "\(source.accepted)",
                "\(source.rejected.values.reduce(0, +))", Self.list(Self.losses(of: source)),
            ])
        }
        return table
    }

    private var totals: Table {
        var table = Table(["devices", "\(report.devices)"])
        table.add(["fences", "\(report.fences)"])
        table.add(["events", Self.list(report.events)])
        table.add(["anomalies raised", Self.list(report.anomalies)])
        table.add(["last event", "\(report.lastSeq)"])
        table.add(["store", "\(report.store.path), \(Self.size(report.store.bytes + report.store.logBytes))"])
        table.add(["event file", Self.size(report.store.eventFileBytes)])
        table.add(["queue", "\(report.queue.fixes) of \(report.queue.capacity) fixes"])
        table.add([
            "commits",
            report.commits.count == 0
                ? "none yet"
                : "\(report.commits.count), half within \(Self.time(report.commits.halfWithinSeconds)), 99 % within \(Self.time(report.commits.mostWithinSeconds))",
        ])
        table.add([
            "process",
            "\(Self.size(report.process.residentBytes)) of memory, \(Int(report.process.cpuSeconds)) s of processor time",
        ])
        return table
    }

    /// Rejected fixes by reason, and all that never became a fix or never arrived.
    private static func losses(of source: StatusReport.Source) -> [String: Int] {
        source.rejected.merging(source.badFrames, uniquingKeysWith: +).merging(
            [
                "dropped by the kernel": source.kernelDrops, "connections refused": source.refusedConnections,
                "connections closed for silence": source.idleConnections,
                "senders forgotten": source.evictedSessions, "bytes unread at the stop": source.unreadBytes,
                "undelivered at the stop": source.undelivered, "errors": source.errors,
            ], uniquingKeysWith: +)
    }

    /// The most frequent first.
    private static func list(_ counts: [String: Int]) -> String {
        let sorted = counts.filter { $0.value > 0 }.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        return sorted.isEmpty ? "none" : sorted.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
    }

    private static func size(_ bytes: Int) -> String {
        bytes < 10_000_000 ? "\((bytes + 999) / 1000) kB" : "\(bytes / 1_000_000) MB"
    }

    private static func time(_ seconds: Double?) -> String {
        guard let seconds else { return "over a minute" }
        return seconds < 1 ? "\(Int((seconds * 1000).rounded())) ms" : "\(Int(seconds)) s"
    }

    private static func span(_ seconds: Double) -> String {
        let minutes = Int(seconds) / 60
        if minutes >= 2 * 1440 { return "\(minutes / 1440) days" }
        if minutes >= 120 { return "\(minutes / 60) h" }
        return minutes >= 2 ? "\(minutes) min" : "\(Int(seconds)) s"
    }
}
