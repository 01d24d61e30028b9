internal import Engine
internal import Platform
internal import Positioning
internal import Store

/// What the store has of a shard's devices, many at once: a message for each device would cost more than what it says.
enum RecoveryPiece: Sendable {
    case states([(device: String, snapshot: [UInt8])])
    /// With the last fix that each contains.
    case links([(link: LinkRow, afterFix: Int64)])
    /// With the fixes' numbers in the journal, ascending.
    case fixes([(fix: Int64, entry: JournalBatch.Entry)])

    /// Puts it back.
    /// - Throws: ``Store/StoreError/snapshot(device:why:)``, ``PipelineError``
    func restore(to shard: Shard, _ history: PartHistory) throws {
        switch self {
        case .states(let states):
            for (device, snapshot) in states {
                try Self.read(device) { try shard.restore(device: device, from: snapshot) }
            }
        case .links(let links):
            for (link, afterFix) in links {
                try Self.read(link.device) { try shard.restore(link, afterFix: afterFix) }
            }
        case .fixes(let fixes):
            for (fix, entry) in fixes {
                history.replay(before: fix)
                do {
                    try shard.recall(entry, number: fix)
                } catch {
                    throw PipelineError(description: "the store's history cannot be read: \(error)")
                }
            }
        }
    }

    private static func read(_ device: String, _ body: () throws -> Void) throws {
        do { try body() } catch { throw StoreError.snapshot(device: device, why: "\(error)") }
    }
}

extension Journal {
    /// Gives each shard, piece by piece, what it goes on from: the states and links of its devices, then the fixes after them in
    /// the order of arrival.
    /// - Throws: SQLite's error
    func recover(shards: Int, hand: @escaping (_ shard: Int, RecoveryPiece) -> Void) throws {
        var states = ShardPieces(shards) { hand($0, .states($1)) }
        var links = ShardPieces(shards) { hand($0, .links($1)) }
        var fixes = ShardPieces(shards) { hand($0, .fixes($1)) }
        try recover { device, snapshot in
            states.add((device, snapshot), of: device)
        } link: { link, afterFix in
            links.add((link, afterFix), of: link.device)
        } fix: { id, device, fix, received in
            states.flush()
            links.flush()
            fixes.add((id, JournalBatch.Entry(device: device, fix: fix, received: received)), of: device)
        }
        states.flush()
        links.flush()
        fixes.flush()
    }
}

/// What waits to be handed to each shard.
private struct ShardPieces<Element> {
    private let hand: (_ shard: Int, [Element]) -> Void
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

    /// Hands over what still waits.
    mutating func flush() {
        for shard in pieces.indices where !pieces[shard].isEmpty { flush(shard) }
    }

    private mutating func flush(_ shard: Int) {
        hand(shard, pieces[shard])
        pieces[shard].removeAll(keepingCapacity: true)
    }
}
