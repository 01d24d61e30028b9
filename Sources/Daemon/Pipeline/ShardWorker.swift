internal import Engine
internal import Geometry
internal import Ingest
internal import Platform
internal import Positioning
internal import Store

/// What a shard is asked to do, in this order: restore and replay, then ready, then batches.
enum ShardJob: Sendable {
    case restore(device: String, snapshot: [UInt8])
    case replay(JournalBatch.Entry, fix: Int64)
    case ready
    case decide(ShardPart)
    /// Go on with these fences; a batch of its own, with a snapshot.
    case adopt(FenceCatalogue, batch: Int)
}

/// A shard's share of one batch.
struct ShardPart: Sendable {
    /// The same for all shards' shares of a batch; they count up from 0.
    var batch: Int
    /// With their places in the batch.
    var arrivals: [(place: Int, arrival: Arrival)] = []
    var takesSnapshot = false
    /// When it was made.
    var now = MonotonicTime.now
}

/// What a shard made of it.
enum ShardResult: Sendable {
    /// All is restored and replayed, or why not.
    case ready(devices: Int, exits: Decisions, problem: String?)
    case decided(ShardDecision)
}

struct ShardDecision: Sendable {
    var batch: Int
    var outcomes: [Outcome] = []
    /// What became certain without a report: the past of devices that had gone quiet after late fixes.
    var revisions: [Decisions] = []
    var snapshots: [(device: String, bytes: [UInt8])]?
    /// How many devices the shard knows.
    var devices = 0

    /// One report's outcome.
    struct Outcome: Sendable {
        var place: Int
        var device: String
        /// The source's place in the configuration, from 0.
        var source: Int
        var received: Timestamp?
        var time: Timestamp?
        var result: Result<Fix, Rejection>
        var decisions: Decisions
    }
}

/// A shard on a thread of its own: the state of its devices and the GEOS context live and die there.
final class ShardWorker: Sendable {
    let jobs: Mailbox<ShardJob>
    private let thread: WorkerThread

    init(
        number: Int, _ parts: Pipeline.Parts, status: KeeperStatus, results: Mailbox<ShardResult>
    ) throws {
        let jobs = Mailbox<ShardJob>(capacity: Limits.batchesInFlight)
        self.jobs = jobs
        thread = try WorkerThread(name: "shard-\(number)") {
            Self.work(parts, status: status, jobs: jobs, results: results)
        }
    }

    func join() {
        jobs.close()
        thread.join()
    }

    private static func work(
        _ parts: Pipeline.Parts, status: KeeperStatus, jobs: Mailbox<ShardJob>, results: Mailbox<ShardResult>
    ) {
        let history = PartHistory(
            stored: StoreHistory(path: parts.configuration.store), committed: status.committed, status: status)
        let shard: Shard
        do {
            shard = Shard(try FenceIndex(parts.catalogue), groups: parts.registry.groups, history: history)
        } catch {
            results.send([.ready(devices: 0, exits: Decisions(), problem: "\(error)")])
            jobs.close()
            return
        }
        var problem: String?
        var quiet = QuietDevices()
        while let batch = jobs.receive(atMost: Limits.batchesInFlight) {
            for job in batch {
                switch job {
                case .restore(let device, let snapshot):
                    do {
                        try shard.restore(device: device, from: snapshot)
                    } catch {
                        problem = problem ?? "\(StoreError.snapshot(device: device, why: "\(error)"))"
                    }
                case .replay(let entry, let fix):
                    history.replay(before: fix)
                    do {
                        try shard.recall(entry)
                    } catch {
                        problem = problem ?? "the store's history cannot be read: \(error)"
                    }
                case .ready:
                    history.replay(before: .max)
                    var exits = Decisions()
                    do { exits = try shard.reconcile() } catch { problem = problem ?? "\(error)" }
                    results.send([.ready(devices: shard.deviceCount, exits: exits, problem: problem)])
                case .adopt(let catalogue, let number):
                    results.send([.decided(adopt(catalogue, batch: number, with: shard))])
                case .decide(let part):
                    results.send([.decided(decide(part, with: shard, history, &quiet))])
                }
            }
        }
    }

    private static func adopt(_ catalogue: FenceCatalogue, batch: Int, with shard: Shard) -> ShardDecision {
        var decision = ShardDecision(batch: batch)
        // It fails only for want of memory; then the old fences go on.
        if let index = try? FenceIndex(catalogue) {
            let exits = shard.adopt(index)
            if !exits.isEmpty { decision.revisions.append(exits) }
        }
        decision.snapshots = shard.takeSnapshots()
        decision.devices = shard.deviceCount
        return decision
    }

    private static func decide(
        _ part: ShardPart, with shard: Shard, _ history: PartHistory, _ quiet: inout QuietDevices
    ) -> ShardDecision {
        history.begin(batch: part.batch)
        for (place, arrival) in part.arrivals {
            var outcome = ShardDecision.Outcome(
                place: place, device: arrival.device, source: arrival.source, received: arrival.received,
                time: arrival.report.time, result: .failure(.past), decisions: Decisions())
            // It fails only when the journal is given up: then this batch is never committed.
            if let result = try? shard.step(
                device: arrival.device, report: arrival.report, received: arrival.received,
                decisions: &outcome.decisions)
            {
                outcome.result = result
            }
            history.remember(outcome)
        }
        var revisions: [Decisions] = []
        if quiet.isWatching || !shard.devicesWithLateFixes.isEmpty {
            quiet.hear(history.devicesTaken, late: shard.devicesWithLateFixes, at: part.now)
        }
        for device in quiet.due(at: part.now) {
            var decisions = Decisions()
            try? shard.revise(device: device, decisions: &decisions)
            if !decisions.isEmpty { revisions.append(decisions) }
        }
        return ShardDecision(
            batch: part.batch, outcomes: history.takeOutcomes(), revisions: revisions,
            snapshots: part.takesSnapshot ? shard.takeSnapshots() : nil, devices: shard.deviceCount)
    }
}

extension Shard {
    /// Goes through a fix of the journal once more. What was decided at it is in the store: they were committed together.
    func recall(_ entry: JournalBatch.Entry) throws {
        var told = Decisions()
        let report = Report(
            time: entry.fix.time, coordinate: entry.fix.coordinate, measurements: entry.fix.measurements)
        _ = try step(device: entry.device, report: report, received: entry.received, decisions: &told)
    }
}

/// Devices whose late fixes wait, and how long they have been quiet: the clock drives their stream's time on.
private struct QuietDevices {
    private var heard: [String: MonotonicTime] = [:]

    var isWatching: Bool { !heard.isEmpty }

    mutating func hear(_ devices: some Sequence<String>, late: Set<String>, at now: MonotonicTime) {
        heard = heard.filter { late.contains($0.key) }
        for device in late where heard[device] == nil { heard[device] = now }
        for device in devices where late.contains(device) { heard[device] = now }
    }

    /// In a stable order.
    func due(at now: MonotonicTime) -> [String] {
        heard.filter { now - $0.value >= .seconds(Limits.gatherLate_s) }.keys.sorted()
    }
}
