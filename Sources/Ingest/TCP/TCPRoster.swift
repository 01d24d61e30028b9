import NIOCore
import Synchronization

/// The connections of a TCP source, bounded. One leaves only when all that it said is in the inlet, so that the bound
/// holds for what waits as well.
final class TCPRoster: Sendable {
    private struct State {
        var connections: [ObjectIdentifier: any Channel] = [:]
        var isClosed = false
    }

    private let capacity: Int
    private let state = Mutex(State())

    init(capacity: Int) { self.capacity = max(capacity, 1) }

    /// - Returns: `false` where there is no room, or the source was stopped.
    func admit(_ channel: any Channel) -> Bool {
        state.withLock { state in
            guard !state.isClosed, state.connections.count < capacity else { return false }
            state.connections[ObjectIdentifier(channel)] = channel
            return true
        }
    }

    func remove(_ channel: any Channel) {
        _ = state.withLock { $0.connections.removeValue(forKey: ObjectIdentifier(channel)) }
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
