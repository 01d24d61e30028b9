import GRDB

/// Brings what the journal has in its WAL into the store's own file, beside the writer. Left to SQLite, a commit in a thousand
/// pages does it all, and waits for the disk.
///
/// Only the writer can begin the WAL anew, at a commit when nothing is left to bring: it does, from ``Limits/walPages`` on, and
/// what is left then is little.
///
/// Not `Sendable`: it belongs to one thread.
public final class Checkpointer {
    private let queue: DatabaseQueue

    /// - Parameter path: of a store that a journal has open.
    /// - Throws: SQLite's error
    public init(path: String) throws {
        var configuration = Configuration()
        configuration.label = "checkpointer"
        queue = try DatabaseQueue(path: path, configuration: configuration)
        try queue.writeWithoutTransaction { try Journal.keepLogFiles($0) }
    }

    /// As far as readers let it, and holding up nobody. A disk that fails is left for the writer to meet, which tells of it.
    public func step() {
        try? queue.writeWithoutTransaction { _ = try $0.checkpoint(.passive) }
    }
}
