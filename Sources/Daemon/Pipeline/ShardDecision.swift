internal import Engine
internal import Ingest
internal import Positioning
internal import Store

/// What a shard made of it.
enum ShardResult: Sendable {
    /// All is restored and replayed, or why not.
    case ready(devices: Int, problem: String?)
    case decided(ShardDecision)
}

struct ShardDecision: Sendable {
    var batch: Int
    /// Of all its reports, in the order in which they came.
    var outcomes: [Outcome] = []
    /// What was decided at them, of those few at which something was; in the same order.
    var decided: [Decided] = []
    /// What became certain without a report, by device: at fences that went, or as late fixes had waited long.
    var revisions: [(device: String, decisions: Decisions)] = []
    /// The same as time passed without a report, by device.
    var passed: [(device: String, decisions: Decisions)] = []
    /// `nil` where none were taken.
    var snapshots: [(device: String, bytes: [UInt8])]?
    /// Every state of the shard's that had changed by the end of this batch is kept with it, or before.
    var keptThrough = -1
    /// See ``JournalBatch/links``.
    var links: [LinkRow] = []
    /// How many devices the shard knows.
    var devices = 0
    /// What this batch brought into force.
    var fences: FenceVersion?

    mutating func keep(_ states: KeptStates) {
        snapshots = (snapshots ?? []) + states.snapshots
        links += states.links
    }

    /// One report's outcome.
    struct Outcome: Sendable {
        /// Of the report in the batch.
        var place: Int
        var device: String
        /// See ``KnownDevices``.
        var number: Int?
        /// The source's place in the configuration, from 0.
        var source: Int
        var received: Timestamp?
        var time: Timestamp?
        var result: Result<Fix, Rejection>

        /// As the journal keeps it.
        func entry(of fix: Fix) -> JournalBatch.Entry {
            JournalBatch.Entry(device: device, number: number, fix: fix, received: received)
        }
    }

    /// What was decided at a report.
    struct Decided: Sendable {
        /// Of the report in the batch.
        var place: Int
        var device: String
        var decisions: Decisions
    }
}

extension [ShardDecision] {
    /// How many reports the batch had.
    var reports: Int { reduce(0) { $0 + $1.outcomes.count } }

    /// Joins one batch's outcomes again: goes through those of all shards in the order of arrival, each with what was decided at it.
    /// - Parameter body: is given `nil` where nothing was.
    func forEachOutcome(_ body: (borrowing ShardDecision.Outcome, Decisions?) -> Void) {
        // Looked at where they are: to take one out, or the array that it is in, counts a reference.
        let parts = span
        var next = [(outcome: Int, decided: Int)](repeating: (0, 0), count: parts.count)
        for _ in 0..<reports {
            var (oldest, place) = (0, Int.max)
            for shard in parts.indices where next[shard].outcome < parts[shard].outcomes.count {
                let candidate = parts[shard].outcomes.span[next[shard].outcome].place
                if candidate < place { (oldest, place) = (shard, candidate) }
            }
            let at = next[oldest]
            next[oldest].outcome += 1
            if at.decided < parts[oldest].decided.count, parts[oldest].decided.span[at.decided].place == place {
                next[oldest].decided += 1
                body(parts[oldest].outcomes.span[at.outcome], parts[oldest].decided.span[at.decided].decisions)
            } else {
                body(parts[oldest].outcomes.span[at.outcome], nil)
            }
        }
    }
}
