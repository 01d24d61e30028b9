public import Protocols
import Synchronization

/// A bound that many share, by places: what one takes is there for the others again when it is given back.
public final class Budget: Sendable {
    /// The most places that are taken at once.
    public let capacity: Int
    private let taken = Atomic<Int>(0)

    /// - Parameter capacity: places; below 0 is none.
    public init(capacity: Int) { self.capacity = max(capacity, 0) }

    /// Places that are taken now.
    public var inUse: Int { taken.load(ordering: .relaxed) }

    /// Takes a place.
    /// - Returns: `false` where none is left.
    func take() -> Bool {
        var now = taken.load(ordering: .relaxed)
        while now < capacity {
            let (isDone, seen) = taken.weakCompareExchange(expected: now, desired: now + 1, ordering: .relaxed)
            if isDone { return true }
            now = seen
        }
        return false
    }

    func giveBack(_ count: Int) { taken.subtract(count, ordering: .relaxed) }

    /// For one decoder: each grant takes a place, and all are given back when the decoder is gone.
    public func memoryForDecoder() -> MemoryRequest {
        let share = Share(of: self)
        return { share.take() }
    }

    private final class Share: Sendable {
        private let budget: Budget
        private let taken = Atomic<Int>(0)

        init(of budget: Budget) { self.budget = budget }

        func take() -> Bool {
            guard budget.take() else { return false }
            taken.add(1, ordering: .relaxed)
            return true
        }

        deinit { budget.giveBack(taken.load(ordering: .relaxed)) }
    }
}
