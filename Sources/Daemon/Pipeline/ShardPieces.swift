internal import Platform
internal import Positioning

/// What recovery gives each shard, in pieces: a message for each device would cost more than what it says.
struct ShardPieces<Element> {
    private let shards: [ShardWorker]
    private let job: ([Element]) -> ShardJob
    /// What waits for each shard.
    private var pieces: [[Element]]

    init(_ shards: [ShardWorker], job: @escaping ([Element]) -> ShardJob) {
        self.shards = shards
        self.job = job
        pieces = shards.map { _ in [] }
    }

    mutating func add(_ element: Element, of device: String) {
        let shard = Dispatcher.shard(of: device, among: shards.count)
        pieces[shard].append(element)
        if pieces[shard].count == Limits.recoveryPiece { flush(shard) }
    }

    /// Sends what still waits.
    mutating func flush() {
        for shard in shards.indices where !pieces[shard].isEmpty { flush(shard) }
    }

    private mutating func flush(_ shard: Int) {
        shards[shard].jobs.send([job(pieces[shard])])
        pieces[shard].removeAll(keepingCapacity: true)
    }
}
