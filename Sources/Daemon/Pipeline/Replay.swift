public import Anomalies
public import Engine
public import Geometry
internal import Ingest
internal import Platform
public import Positioning
public import Store

/// Recorded reports through the same core as the daemon's, on the caller's thread: deterministic, with or without a store.
public final class Replay {
    private let shard: Shard
    private let past: Past
    private let eventFile: EventFile?
    private var admission: Admission
    private var watch: FleetWatch
    private var batch = JournalBatch()
    private var outcomes = PipelineStatistics()
    private var lastSeq: Int64 = 0

    /// Where what was decided is kept for late fixes.
    private enum Past {
        case memory(MemoryHistory, numbers: RecentNumbers)
        case store(Journal, PartHistory)
    }

    /// - Parameters:
    ///   - rules: about each device's stream.
    ///   - deviceLimit: as `max_devices`.
    ///   - journal: where fixes and events are kept as well; devices go on from where it has them. `nil`: nothing is kept.
    ///   - eventFile: follows the journal.
    ///   - lateHorizon_s: seconds by which a fix may be late; as the journal's.
    /// - Throws: `GeometryError`, `StoreError`, SQLite's error
    public init(
        _ catalogue: FenceCatalogue, registry: Registry = Registry(),
        unknownDevices: Configuration.UnknownDevices = .accept, rules: Rules = Rules(),
        deviceLimit: Int = Limits.devices,
        journal: Journal? = nil, eventFile: EventFile? = nil, lateHorizon_s: Double = Limits.lateHorizon_s
    ) throws {
        self.eventFile = eventFile
        admission = Admission(
            registry: registry, unknownDevices: unknownDevices, deviceLimit: deviceLimit,
            stored: journal?.devices ?? [])
        watch = FleetWatch(try journal?.fleet() ?? Fleet(), rules: rules, groups: registry.groups)
        guard let journal else {
            let history = MemoryHistory(lateHorizon_s: lateHorizon_s)
            shard = try Shard(
                [FenceVersion(catalogue)], groups: registry.groups, rules: rules, lateHorizon_s: lateHorizon_s,
                history: history)
            past = .memory(history, numbers: RecentNumbers(lateHorizon_s: lateHorizon_s))
            return
        }
        let history = PartHistory(stored: StoreHistory(path: journal.path), committed: Progress())
        let known = try journal.knownFences(orElse: catalogue)
        let shard = try Shard(
            known, groups: registry.groups, rules: rules, lateHorizon_s: lateHorizon_s, history: history)
        self.shard = shard
        past = .store(journal, history)
        shard.expect(devices: journal.deviceCount)
        try journal.recover { device, snapshot in
            try shard.restore(device: device, from: snapshot)
        } link: { link, afterFix in
            try shard.restore(link, afterFix: afterFix)
        } fix: { id, device, fix, received in
            history.replay(before: id)
            try shard.recall(device: device, fix, number: id, received: received)
        }
        history.begin(batch: 0)
        try eventFile?.follow(journal)
        lastSeq = journal.lastSeq
        guard known.last?.catalogue != catalogue else { return }
        // A recording has no clock: what is given is for all its time.
        let given = FenceVersion(catalogue)
        for removal in try shard.adopt(given) { keep(removal.decisions, of: removal.device) }
        batch.fences = given
        batch.snapshots = shard.takeSnapshots()
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
        if batch.fences != nil { try flush(output) }
        for report in reports {
            var arrival = Arrival(
                device: report.device ?? device, report: report, received: nil, source: 0, origin: "file")
            admission.admit(&arrival)
            try take(arrival, output)
            if batch.fixes.count >= Limits.replayReports { try flush(output) }
        }
        if case .memory = past { try flush(output) }
    }

    private func take(_ arrival: Arrival, _ output: ([UInt8]) throws -> Void) throws {
        var decisions = Decisions()
        let result = try shard.step(
            device: arrival.device, report: arrival.report, received: nil, decisions: &decisions)
        keep(result, decisions, of: arrival)
    }

    private func keep(_ result: Result<Fix, Rejection>, _ decisions: Decisions, of arrival: Arrival) {
        outcomes.count(result, from: arrival.source)
        switch result {
        case .success(let fix):
            switch past {
            case .memory(let history, _): history.remember(fix, of: arrival.device, Decisions())
            case .store(_, let history):
                history.remember(
                    ShardDecision.Outcome(
                        place: 0, device: arrival.device, source: arrival.source, received: nil, time: fix.time,
                        result: result),
                    decisions)
                batch.fixes.append(JournalBatch.Entry(device: arrival.device, fix: fix, received: nil))
            }
        case .failure(let reason):
            batch.reject(reason, device: arrival.device, time: arrival.report.time)
        }
        keep(decisions, of: arrival.device)
    }

    private func keep(_ decisions: Decisions, of device: String) {
        guard !decisions.isEmpty else { return }
        var decisions = decisions
        watch.take(&decisions, of: device, received: nil)
        for event in decisions.events { outcomes.count(event) }
        for withdrawal in decisions.withdrawals { outcomes.count(.failure(withdrawal.reason), from: 0) }
        if case .memory(let history, _) = past { history.remember(nil, of: device, decisions) }
        batch.add(decisions)
    }

    /// Decides what still waits, and commits what is left, with a snapshot.
    public func finish(output: ([UInt8]) throws -> Void) throws {
        try flush(output)
        for device in shard.devicesWithLateFixes.sorted() {
            var decisions = Decisions()
            try shard.revise(device: device, decisions: &decisions)
            keep(decisions, of: device)
        }
        for (device, decisions) in shard.passRecording() { keep(decisions, of: device) }
        if case .store = past { batch.snapshots = shard.takeSnapshots() }
        try flush(output)
        if case .store(let journal, _) = past { try journal.compact(all: true) }
    }

    private func flush(_ output: ([UInt8]) throws -> Void) throws {
        batch.fleet = watch.takeRecord()
        var done = batch
        batch = JournalBatch()
        switch past {
        case .memory(_, let numbers):
            guard !done.events.isEmpty else { return }
            lastSeq += Int64(done.events.count)
            try output(numbers.lines(of: done.events))
        case .store(let journal, let history):
            history.begin(batch: 0)
            if done.snapshots == nil, journal.wantsSnapshots(with: done.fixes.count) {
                done.snapshots = shard.takeSnapshots()
            }
            done.links = shard.takeLinks(all: done.snapshots != nil)
            let committed = try journal.commit(done)
            lastSeq = committed.lastSeq
            if done.snapshots != nil {
                try journal.compact(all: false)
                shard.packIdle()
            }
            try eventFile?.follow(journal, newest: committed)
            if committed.count > 0 { try output(committed.bytes) }
        }
    }
}

/// Numbers events where no journal does, and remembers the numbers for retractions.
private final class RecentNumbers {
    private let lateHorizon_s: Double
    private var lastSeq: Int64 = 0
    private var standing: [String: [(seq: Int64, event: Event)]] = [:]

    init(lateHorizon_s: Double) { self.lateHorizon_s = lateHorizon_s }

    /// - Returns: the events as lines, each with its line end.
    func lines(of events: [Event]) -> [UInt8] {
        var lines: [UInt8] = []
        for event in events {
            lastSeq += 1
            var retracts: Int64?
            if event.kind == .retract {
                let wrong = standing[event.device]?.lastIndex { $0.event.isRetracted(by: event) }
                if let wrong { retracts = standing[event.device]?.remove(at: wrong).seq }
            } else {
                standing[event.device, default: []].append((lastSeq, event))
                forget(before: event.detected, of: event.device)
            }
            event.appendJSON(seq: lastSeq, retracts: retracts, to: &lines)
            lines.append(UInt8(ascii: "\n"))
        }
        return lines
    }

    private func forget(before time: Timestamp, of device: String) {
        guard let count = standing[device]?.count, count > 1000 else { return }
        let horizon = time.advanced(bySeconds: -2 * lateHorizon_s)
        standing[device]?.removeAll { $0.event.detected < horizon }
    }
}
