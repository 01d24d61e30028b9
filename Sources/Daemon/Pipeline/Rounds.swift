internal import Engine
internal import Store

/// The shards' rounds of keeping states: up to which fix the store has all of them.
struct Rounds {
    /// Of batches with which a round may have begun, ascending, the last fix.
    private var ends: [(batch: Int, lastFix: Int64)] = []

    /// - Parameter decisions: all shards' of one batch.
    /// - Returns: see ``Store/JournalBatch/snapshotsReach``.
    func reach(of decisions: [ShardDecision]) -> Int64 {
        let kept = decisions.keptThrough
        guard kept != decisions.first?.batch else { return .max }
        let after = ends.partitioningIndex { $0.batch > kept }
        return after > 0 ? ends[after - 1].lastFix : 0
    }

    /// A batch was committed.
    mutating func note(_ decisions: [ShardDecision], lastFix: Int64) {
        guard let batch = decisions.first?.batch else { return }
        ends.append((batch, lastFix))
        let kept = decisions.keptThrough
        var past = 0
        while past + 1 < ends.count, ends[past + 1].batch <= kept { past += 1 }
        ends.removeFirst(past)
    }
}

extension [ShardDecision] {
    /// See ``ShardDecision/keptThrough``: of all shards.
    fileprivate var keptThrough: Int { map(\.keptThrough).min() ?? -1 }
}
