internal import Engine
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
    /// Go on with these fences; a batch of its own, with all states.
    case adopt(FenceVersion, batch: Int)
}

/// A shard's share of one batch.
struct ShardPart: Sendable {
    /// The same for all shards' shares of a batch; they count up from 0.
    var batch: Int
    /// Of the batch, in order, those of other shards among them.
    var arrivals: [AddressedArrivals] = []
    var keeping = Keeping.round(begins: false, atMost: 0)
    /// When it was made.
    var now = MonotonicTime.now
    /// Until when all that was received has been given with it, by the clock that stamps arrivals.
    var clock: Timestamp
    /// When listening began again, where nobody did for a while; `nil`: it went on.
    var resumesAt: Timestamp?

    /// What is to be kept of the devices' states with the batch, beside what is due.
    enum Keeping: Sendable {
        /// All that has changed.
        case all
        /// Of the round that is under way, so many; or of another, where it is time for one and none is under way.
        case round(begins: Bool, atMost: Int)
    }
}
