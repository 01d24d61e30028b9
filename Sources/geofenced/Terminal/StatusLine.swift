import Glibc
import Synchronization

/// The line of counters at the bottom of a terminal. All that is written while it stands goes above it, from any thread.
enum StatusLine {
    private static let shown = Mutex("")
    /// Back to the line's begin, and erase it.
    private static let erasure = "\r\u{1B}[K"

    /// Draws it anew; empty: takes it away.
    static func show(_ text: String) {
        shown.withLock { shown in
            shown = text
            Console.put(erasure + text, STDOUT_FILENO)
        }
    }

    /// - Parameters:
    ///   - lines: each with its line end.
    ///   - terminal: the descriptor of the terminal that they go to; `nil`: standard error, which is none.
    static func writeAbove(_ lines: String, _ terminal: Int32?) {
        shown.withLock { shown in
            guard let terminal, !shown.isEmpty else {
                Console.put(lines, terminal ?? STDERR_FILENO)
                return
            }
            Console.put(erasure + lines + shown, terminal)
        }
    }
}
