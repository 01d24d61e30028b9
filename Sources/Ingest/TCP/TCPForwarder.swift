import Platform
import Positioning

/// Waits for room in the inlet, so that the event loop need not: takes what it could not hand over, and says when it is in.
final class TCPForwarder: Sendable {
    /// What one connection could not hand over.
    private struct Parked: Sendable {
        var arrivals: [Arrival]
        var isIn: @Sendable () -> Void
    }

    private let waiting: Mailbox<Parked>
    private let thread: WorkerThread

    /// - Parameter connections: the most that there are at once.
    init(connections: Int, delivery: Delivery) throws(SystemError) {
        // Of each at most what it read, since it reads no more until that is in, and what it left when it was closed.
        let waiting = Mailbox<Parked>(capacity: 2 * max(connections, 1))
        self.waiting = waiting
        thread = try WorkerThread(name: "tcp to inlet") {
            while let parked = waiting.receive(atMost: 1)?.first {
                delivery.deliver(parked.arrivals)
                parked.isIn()
            }
        }
    }

    /// Never blocks: there is room for all that connections can park.
    func park(_ arrivals: [Arrival], isIn: @escaping @Sendable () -> Void) {
        let isParked = waiting.trySend([Parked(arrivals: arrivals, isIn: isIn)])
        invariant(isParked, "more is parked than two batches for each connection, or after the end")
    }

    /// Returns when all that was parked is in the inlet, or was given up.
    func finish() {
        waiting.close()
        thread.join()
    }
}
