internal import Platform
internal import Positioning

/// What recovery gives each shard, in pieces: a message for each device would cost more than what it says.
struct ShardPieces<Element> {
    private let hand: (_ shard: Int, [Element]) -> Void
    /// What waits for each shard.
    private var pieces: [[Element]]

    init(_ shards: Int, hand: @escaping (_ shard: Int, [Element]) -> Void) {
        self.hand = hand
        pieces = [[Element]](repeating: [], count: shards)
    }

    mutating func add(_ element: Element, of device: String) {
        let shard = Dispatcher.shard(of: device, among: pieces.count)
        pieces[shard].append(element)
        if pieces[shard].count == Limits.recoveryPiece { flush(shard) }
    }

    /// Sends what still waits.
    mutating func flush() {
        for shard in pieces.indices where !pieces[shard].isEmpty { flush(shard) }
    }

    private mutating func flush(_ shard: Int) {
        hand(shard, pieces[shard])
        pieces[shard].removeAll(keepingCapacity: true)
    }
}
