internal import Engine
internal import Platform
internal import Positioning
internal import Store

/// What the store has of a shard's devices, many at once: a message for each device would cost more than what it says.
enum RecoveryPiece: Sendable {
    case devices([StoredDevice])
    /// With the fixes' numbers in the journal, ascending.
    case fixes([(fix: Int64, entry: JournalBatch.Entry)])

    /// Puts it back.
    /// - Throws: ``Store/StoreError/snapshot(device:why:)``, ``PipelineError``
    func restore(to shard: Shard, _ history: PartHistory) throws {
        switch self {
        case .devices(let devices):
            for device in devices {
                do {
                    try shard.restore(
                        device: device.id, from: device.snapshot, decidedFix: device.decidedFix,
                        link: device.link?.bytes, linkedFix: device.linkedFix)
                } catch {
                    throw StoreError.snapshot(device: device.id, why: "\(error)")
                }
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
}

extension Journal {
    /// Gives each shard, piece by piece, what it goes on from: what is stored of its devices, then the fixes after that in the
    /// order of arrival.
    /// - Parameters: as of ``recover(forgetting:cannotForget:device:fix:)``
    /// - Throws: SQLite's error
    func recover(
        shards: Int, forgetting cut: Timestamp? = nil, cannotForget: (any Error) throws -> Void = { throw $0 },
        hand: @escaping (_ shard: Int, RecoveryPiece) -> Void
    ) throws {
        var devices = ShardPieces(shards) { hand($0, .devices($1)) }
        var fixes = ShardPieces(shards) { hand($0, .fixes($1)) }
        try recover(forgetting: cut, cannotForget: cannotForget) { device in
            devices.add(device, of: device.id)
        } fix: { id, device, fix, received in
            devices.flush()
            fixes.add((id, JournalBatch.Entry(device: device, fix: fix, received: received)), of: device)
        }
        devices.flush()
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
        let shard = DeviceHash(device).shard(among: pieces.count)
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
