internal import Engine
internal import Geometry
internal import Ingest
internal import Platform
internal import Positioning
internal import Store

/// What a shard is asked to do, in this order: restore and replay, then ready, then batches.
enum ShardJob: Sendable {
    case restore(device: String, snapshot: [UInt8])
    case replay(JournalBatch.Entry)
    case ready
    case decide(ShardPart)
}

/// A shard's share of one batch.
struct ShardPart: Sendable {
    /// The same for all shards' shares of a batch; they count up from 0.
    var batch: Int
    /// With their places in the batch.
    var arrivals: [(place: Int, arrival: Arrival)] = []
    var takesSnapshot = false
}

/// What a shard made of it.
enum ShardResult: Sendable {
    /// All is restored and replayed, or why not.
    case ready(devices: Int, problem: String?)
    case decided(ShardDecision)
}

struct ShardDecision: Sendable {
    var batch: Int
    var outcomes: [Outcome] = []
    var snapshots: [(device: String, bytes: [UInt8])]?

    /// One report's outcome.
    struct Outcome: Sendable {
        var place: Int
        var source: Int
        var device: String
        var received: Timestamp?
        var time: Timestamp?
        var result: Result<Fix, Rejection>
        var events: [Event]
    }
}

/// A shard on a thread of its own: the state of its devices and the GEOS context live and die there.
final class ShardWorker: Sendable {
    let jobs: Mailbox<ShardJob>
    private let thread: WorkerThread

    init(
        number: Int, catalogue: FenceCatalogue, groups: [String: String], results: Mailbox<ShardResult>
    ) throws {
        let jobs = Mailbox<ShardJob>(capacity: Limits.batchesInFlight)
        self.jobs = jobs
        thread = try WorkerThread(name: "shard-\(number)") {
            Self.work(catalogue: catalogue, groups: groups, jobs: jobs, results: results)
        }
    }

    func join() {
        jobs.close()
        thread.join()
    }

    private static func work(
        catalogue: FenceCatalogue, groups: [String: String], jobs: Mailbox<ShardJob>, results: Mailbox<ShardResult>
    ) {
        let shard: Shard
        do {
            shard = Shard(try FenceIndex(catalogue), groups: groups)
        } catch {
            results.send([.ready(devices: 0, problem: "\(error)")])
            jobs.close()
            return
        }
        var problem: String?
        while let batch = jobs.receive(atMost: Limits.batchesInFlight) {
            for job in batch {
                switch job {
                case .restore(let device, let snapshot):
                    do {
                        try shard.restore(device: device, from: snapshot)
                    } catch {
                        problem = problem ?? "\(StoreError.snapshot(device: device, why: "\(error)"))"
                    }
                case .replay(let entry):
                    // What was decided at these fixes is in the store: they were committed together.
                    var told: [Event] = []
                    let report = Report(
                        time: entry.fix.time, coordinate: entry.fix.coordinate, measurements: entry.fix.measurements)
                    _ = shard.step(device: entry.device, report: report, received: entry.received, events: &told)
                case .ready:
                    results.send([.ready(devices: shard.deviceCount, problem: problem)])
                case .decide(let part):
                    results.send([.decided(decide(part, with: shard))])
                }
            }
        }
    }

    private static func decide(_ part: ShardPart, with shard: Shard) -> ShardDecision {
        var decision = ShardDecision(batch: part.batch)
        decision.outcomes.reserveCapacity(part.arrivals.count)
        for (place, arrival) in part.arrivals {
            var events: [Event] = []
            let result = shard.step(
                device: arrival.device, report: arrival.report, received: arrival.received, events: &events)
            decision.outcomes.append(
                ShardDecision.Outcome(
                    place: place, source: arrival.source, device: arrival.device, received: arrival.received,
                    time: arrival.report.time, result: result, events: events))
        }
        if part.takesSnapshot { decision.snapshots = shard.takeSnapshots() }
        return decision
    }
}
