import NIOCore
import Platform
import Synchronization

/// The connections of a TCP source, each with a place in the budget. One leaves only when all that it said is in the inlet,
/// so that the bound holds for what waits as well.
final class TCPRoster: Sendable {
    private struct State {
        var connections: [ObjectIdentifier: any Channel] = [:]
        var isClosed = false
        var refusals = LossReport()
    }

    private let budget: Budget
    private let state = Mutex(State())

    init(_ budget: Budget) { self.budget = budget }

    /// - Returns: `false` where there is no room, or the source was stopped.
    func admit(_ channel: any Channel) -> Bool {
        state.withLock { state in
            guard !state.isClosed, budget.take() else { return false }
            state.connections[ObjectIdentifier(channel)] = channel
            return true
        }
    }

    /// One was not admitted.
    /// - Returns: how many were refused, where that is to be told.
    func refuse() -> Int? { state.withLock { $0.isClosed ? nil : $0.refusals.add(1, at: MonotonicTime.now) } }

    func remove(_ channel: any Channel) {
        let left = state.withLock { $0.connections.removeValue(forKey: ObjectIdentifier(channel)) }
        if left != nil { budget.giveBack(1) }
    }

    /// Admits no more.
    /// - Returns: those that are there.
    func close() -> [any Channel] {
        state.withLock { state in
            state.isClosed = true
            return Array(state.connections.values)
        }
    }
}
