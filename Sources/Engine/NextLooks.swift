internal import Positioning

/// Devices by the time at which each is to be looked at next: a binary heap.
struct NextLooks {
    private var heap: [(time: Timestamp, device: String)] = []

    var isEmpty: Bool { heap.isEmpty }

    mutating func add(_ device: String, at time: Timestamp) {
        heap.append((time, device))
        var child = heap.count - 1
        while child > 0, heap[child].time < heap[(child - 1) / 2].time {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    /// - Returns: one that is due, which is taken out; `nil` where none is.
    mutating func next(dueAt now: Timestamp) -> String? {
        guard let first = heap.first, first.time <= now else { return nil }
        let last = heap.removeLast()
        if !heap.isEmpty {
            heap[0] = last
            sink()
        }
        return first.device
    }

    private mutating func sink() {
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2]
            where child < heap.count && heap[child].time < heap[least].time {
                least = child
            }
            guard least != parent else { return }
            heap.swapAt(least, parent)
            parent = least
        }
    }
}
