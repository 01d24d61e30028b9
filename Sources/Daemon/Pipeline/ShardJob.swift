internal import Engine
internal import Ingest
internal import Platform
internal import Positioning
internal import Store

/// What a shard is asked to do, in this order: begin, restore, then ready, then batches.
enum ShardJob: Sendable {
    /// With these fences, ascending by their time; the last is in force. About so many devices will be restored.
    case begin([FenceVersion], devices: Int)
    case restore(RecoveryPiece)
    case ready
    case decide(ShardPart)
    /// Go on with these fences; a batch of its own, with a snapshot.
    case adopt(FenceVersion, batch: Int)
}

/// A shard's share of one batch.
struct ShardPart: Sendable {
    /// The same for all shards' shares of a batch; they count up from 0.
    var batch: Int
    /// Ascending by place.
    var arrivals: [Placed] = []
    var takesSnapshot = false
    /// When it was made.
    var now = MonotonicTime.now
    /// Until when all that was received has been given with it, by the clock that stamps arrivals.
    var clock: Timestamp
    /// When listening began again, where nobody did for a while; `nil`: it went on.
    var resumesAt: Timestamp?

    /// A structure and no tuple, which the runtime would take apart field by field.
    struct Placed: Sendable {
        /// In the batch.
        var place: Int
        /// See ``KnownDevices``.
        var number: Int?
        var arrival: Arrival
    }
}
