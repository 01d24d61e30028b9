import Positioning

/// Batches in the order in which they came, counted by element; a whole batch goes through without a copy.
struct BatchQueue<Element> {
    private(set) var count = 0
    private var batches: [[Element]] = []
    /// Batches before it are gone, and empty.
    private var head = 0
    /// Elements of the first batch that are gone.
    private var headStart = 0

    var isEmpty: Bool { count == 0 }

    mutating func append(_ batch: [Element]) {
        guard !batch.isEmpty else { return }
        count += batch.count
        batches.append(batch)
    }

    /// The oldest elements, `limit` (above 0) at most: a single batch as it came, or several small ones made one.
    mutating func removeFirst(atMost limit: Int) -> [Element] {
        guard head < batches.count else { return [] }
        var result = takeHead(atMost: limit)
        while head < batches.count, result.count < Limits.mergedBatch,
            result.count + batches[head].count - headStart <= limit
        {
            result.append(contentsOf: takeHead(atMost: limit))
        }
        count -= result.count
        dropGone()
        return result
    }

    private mutating func takeHead(atMost limit: Int) -> [Element] {
        let left = batches[head].count - headStart
        if left > limit {
            let piece = Array(batches[head][headStart..<headStart + limit])
            headStart += limit
            return piece
        }
        var batch: [Element] = []
        swap(&batch, &batches[head])
        if headStart > 0 { batch.removeFirst(headStart) }
        head += 1
        headStart = 0
        return batch
    }

    /// Waits until half is gone, so that each batch is moved at most once for every time that it is passed.
    private mutating func dropGone() {
        guard head > batches.count / 2 else { return }
        batches.removeFirst(head)
        head = 0
    }
}
