import Synchronization

/// A number that one thread counts up and others wait for.
public final class Progress: Sendable {
    private let state = Mutex(State())

    private struct State {
        var reached = 0
        var isOver = false
        var waiting: [(mark: Int, mailbox: Mailbox<Void>)] = []
    }

    public init() {}

    /// Lets those go on who wait for `mark` or less.
    public func reach(_ mark: Int) {
        state.withLock { state in
            state.reached = max(state.reached, mark)
            state.waiting.removeAll { waiter in
                guard waiter.mark <= state.reached else { return false }
                waiter.mailbox.close()
                return true
            }
        }
    }

    /// Lets all go on: the marks that were not reached never will be.
    public func end() {
        state.withLock { state in
            state.isOver = true
            for waiter in state.waiting { waiter.mailbox.close() }
            state.waiting.removeAll()
        }
    }

    /// Blocks until `mark` is reached.
    /// - Returns: `false` where it never will be.
    public func wait(for mark: Int) -> Bool {
        let mailbox = state.withLock { state -> Mailbox<Void>? in
            guard state.reached < mark, !state.isOver else { return nil }
            let mailbox = Mailbox<Void>(capacity: 1)
            state.waiting.append((mark, mailbox))
            return mailbox
        }
        _ = mailbox?.receive(atMost: 1)
        return state.withLock { $0.reached >= mark }
    }
}
