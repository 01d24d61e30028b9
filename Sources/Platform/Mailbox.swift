import Glibc

/// A bounded queue between threads that hands over batches: many producers, one consumer, nothing lost, nothing copied.
///
/// The bound is a number of elements, exactly: a batch that is larger than the room left goes in by pieces. What one
/// producer sends comes out in its order.
///
/// Proof of `@unchecked Sendable`: `queue`, `isClosed` and `wanted` are read and written only between `lock()` and
/// `unlock()`; the mutex and the conditions stay at one address from `init` to `deinit`, and `deinit` runs when no other
/// thread can still hold a reference.
@safe
public final class Mailbox<Element: Sendable>: @unchecked Sendable {
    /// The most elements that wait in it. A full mailbox blocks its producers.
    public let capacity: Int

    private var queue = BatchQueue<Element>()
    private var isClosed = false
    /// Elements that the consumer is to be woken for.
    private var wanted = 1
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let hasRoom: UnsafeMutablePointer<pthread_cond_t>
    private let hasElements: UnsafeMutablePointer<pthread_cond_t>

    /// - Parameter capacity: elements; at least 1 is taken.
    public init(capacity: Int) {
        self.capacity = max(capacity, 1)
        unsafe mutex = .allocate(capacity: 1)
        unsafe hasRoom = .allocate(capacity: 1)
        unsafe hasElements = .allocate(capacity: 1)
        var clock = pthread_condattr_t()
        unsafe pthread_condattr_init(&clock)
        unsafe pthread_condattr_setclock(&clock, CLOCK_MONOTONIC)
        unsafe pthread_mutex_init(mutex, nil)
        unsafe pthread_cond_init(hasRoom, &clock)
        unsafe pthread_cond_init(hasElements, &clock)
        unsafe pthread_condattr_destroy(&clock)
    }

    deinit {
        unsafe pthread_cond_destroy(hasElements)
        unsafe pthread_cond_destroy(hasRoom)
        unsafe pthread_mutex_destroy(mutex)
        unsafe hasElements.deallocate()
        unsafe hasRoom.deallocate()
        unsafe mutex.deallocate()
    }

    /// Elements that wait now.
    public var count: Int { locked { queue.count } }

    /// Hands over the whole batch, and blocks while there is no room for it.
    /// - Returns: `false` once closed: what had not gone in by then is lost.
    @discardableResult
    public func send(_ batch: [Element]) -> Bool {
        var rest = batch
        return offer(&rest, until: nil)
    }

    /// As ``send(_:)``, but gives up at the deadline.
    /// - Parameters:
    ///   - batch: what did not go in is left in it.
    ///   - deadline: `nil` is never.
    /// - Returns: `false` once closed.
    public func offer(_ batch: inout [Element], until deadline: MonotonicTime?) -> Bool {
        lock()
        defer { unlock() }
        var sent = 0
        defer { if sent == batch.count { batch = [] } else { batch.removeFirst(sent) } }
        while sent < batch.count {
            if isClosed { return false }
            let piece = min(capacity - queue.count, batch.count - sent)
            if piece > 0 {
                queue.append(piece == batch.count ? batch : Array(batch[sent..<sent + piece]))
                sent += piece
                wakeConsumer()
            } else if unsafe !wait(hasRoom, until: deadline) {
                return true
            }
        }
        return !isClosed
    }

    /// Hands over the whole batch if there is room for all of it now; never blocks.
    /// - Returns: `false` where nothing went in: no room, or closed. A batch over ``capacity`` never has room.
    public func trySend(_ batch: [Element]) -> Bool {
        lock()
        defer { unlock() }
        guard !isClosed, batch.count <= capacity - queue.count else { return false }
        if !batch.isEmpty {
            queue.append(batch)
            wakeConsumer()
        }
        return true
    }

    /// Takes what waits, and blocks while nothing does.
    /// - Parameters:
    ///   - count: the most that is taken, at least 1.
    ///   - orWait: the longest wait; `nil` waits without end.
    ///   - worth: where nothing waits, so many are waited for, or as many as come by the end of the wait: one that is woken for
    ///     each costs its producers more than to hand them over.
    /// - Returns: the elements; empty when the wait was in vain; `nil` when closed and empty.
    public func receive(atMost count: Int, orWait: Duration? = nil, forAtLeast worth: Int = 1) -> [Element]? {
        let deadline = orWait.map { MonotonicTime.now + $0 }
        lock()
        defer { unlock() }
        if queue.isEmpty {
            wanted = min(max(worth, 1), capacity)
            defer { wanted = 1 }
            while queue.count < wanted, !isClosed, unsafe wait(hasElements, until: deadline) {}
            if queue.isEmpty { return isClosed ? nil : [] }
        }
        let batch = queue.removeFirst(atMost: max(count, 1))
        // All of them: one that needs little room must not hide that there is room for the others.
        unsafe pthread_cond_broadcast(hasRoom)
        return batch
    }

    /// Takes nothing more; what waits can still be received.
    public func close() {
        lock()
        defer { unlock() }
        isClosed = true
        unsafe pthread_cond_broadcast(hasRoom)
        unsafe pthread_cond_broadcast(hasElements)
    }

    private func wakeConsumer() { if queue.count >= wanted { unsafe pthread_cond_signal(hasElements) } }

    private func lock() { unsafe pthread_mutex_lock(mutex) }

    private func unlock() { unsafe pthread_mutex_unlock(mutex) }

    private func locked<Result>(_ body: () -> Result) -> Result {
        lock()
        defer { unlock() }
        return body()
    }

    /// - Returns: `false` once the deadline has passed.
    private func wait(_ condition: UnsafeMutablePointer<pthread_cond_t>, until deadline: MonotonicTime?) -> Bool {
        guard let deadline else {
            unsafe pthread_cond_wait(condition, mutex)
            return true
        }
        var time = deadline.asTimespec
        return unsafe pthread_cond_timedwait(condition, mutex, &time) != ETIMEDOUT
    }
}
