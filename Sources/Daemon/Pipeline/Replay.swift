internal import Engine
public import Geometry
internal import Ingest
internal import Platform
public import Positioning
public import Store

/// Recorded reports through the same core as the daemon's, on the caller's thread: deterministic, with or without a store.
public final class Replay {
    private let shard: Shard
    private let journal: Journal?
    private let eventFile: EventFile?
    private let admission: Admission
    private var batch = JournalBatch()
    private var outcomes = PipelineStatistics()
    private var lastSeq: Int64 = 0
    private var lines: [UInt8] = []
    private var events: [Event] = []

    /// - Parameters:
    ///   - journal: where fixes and events are kept as well; devices go on from where it has them. `nil`: nothing is kept.
    ///   - eventFile: follows the journal.
    /// - Throws: `GeometryError`, `StoreError`, SQLite's error
    public init(
        _ catalogue: FenceCatalogue, registry: Registry = Registry(),
        unknownDevices: Configuration.UnknownDevices = .accept, journal: Journal? = nil, eventFile: EventFile? = nil
    ) throws {
        let shard = Shard(try FenceIndex(catalogue), groups: registry.groups)
        self.shard = shard
        self.journal = journal
        self.eventFile = eventFile
        admission = Admission(registry: registry, unknownDevices: unknownDevices)
        guard let journal else { return }
        try journal.recover { device, snapshot in
            try shard.restore(device: device, from: snapshot)
        } fix: { device, fix, received in
            var told: [Event] = []
            let report = Report(time: fix.time, coordinate: fix.coordinate, measurements: fix.measurements)
            _ = shard.step(device: device, report: report, received: received, events: &told)
        }
        try eventFile?.follow(journal)
        lastSeq = journal.lastSeq
    }

    public var statistics: PipelineStatistics {
        var statistics = outcomes
        statistics.lastSeq = lastSeq
        return statistics
    }

    /// Takes reports in the order in which the recording has them.
    /// - Parameters:
    ///   - device: who it is where the stream does not say.
    ///   - output: given the lines of events that are certain, and committed where there is a journal.
    /// - Throws: what the journal or `output` throws
    public func take(
        _ reports: [Report], device: String, output: ([UInt8]) throws -> Void
    ) throws {
        for report in reports {
            var arrival = Arrival(
                device: report.device ?? device, report: report, received: nil, source: 0, origin: "file")
            admission.admit(&arrival)
            let before = events.count
            let result = shard.step(device: arrival.device, report: arrival.report, received: nil, events: &events)
            for event in events[before...] { outcomes.events[event.kind.rawValue, default: 0] += 1 }
            switch result {
            case .success(let fix):
                outcomes.accepted += 1
                if journal != nil {
                    batch.fixes.append(JournalBatch.Entry(device: arrival.device, fix: fix, received: nil))
                }
            case .failure(let reason):
                outcomes.rejected[reason, default: 0] += 1
                if journal != nil { batch.reject(reason, device: arrival.device, time: arrival.report.time) }
            }
            if batch.fixes.count >= Limits.batchReports { try flush(output) }
        }
        if journal == nil { try flush(output) }
    }

    /// Commits what is left, with a snapshot.
    public func finish(output: ([UInt8]) throws -> Void) throws {
        batch.snapshots = journal == nil ? nil : shard.takeSnapshots()
        try flush(output)
    }

    private func flush(_ output: ([UInt8]) throws -> Void) throws {
        if let journal {
            batch.events = events
            let committed = try journal.commit(batch)
            batch = JournalBatch()
            lastSeq = committed.lastSeq
            try eventFile?.follow(journal, newest: committed)
            if committed.count > 0 { try output(committed.bytes) }
        } else if !events.isEmpty {
            lines.removeAll(keepingCapacity: true)
            for event in events {
                lastSeq += 1
                event.appendJSON(seq: lastSeq, to: &lines)
                lines.append(UInt8(ascii: "\n"))
            }
            try output(lines)
        }
        events.removeAll(keepingCapacity: true)
    }
}
