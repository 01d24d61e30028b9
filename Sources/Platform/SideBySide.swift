internal import Synchronization

/// Pieces of work that know nothing of each other, done on all processors at once.
public enum SideBySide {
    /// Works through the pieces, this thread too; it returns when all are done.
    /// - Parameters:
    ///   - name: of the other threads, as in `top -H`. Where the machine has none to give, this one does all.
    ///   - work: made in a nonisolated function, as a ``WorkerThread``'s body is.
    /// - Returns: the results, in the pieces' order.
    public static func map<Piece: Sendable, Result: Sendable>(
        _ pieces: [Piece], name: String, _ work: @escaping @Sendable (Piece) -> Result
    ) -> [Result] {
        let bench = Bench(pieces, work)
        let others = min(Machine.processors, pieces.count) - 1
        let threads = (0..<max(0, others)).compactMap { _ in
            try? WorkerThread(name: name) { bench.workThrough() }
        }
        bench.workThrough()
        for thread in threads { thread.join() }
        return bench.results.withLock { results in pieces.indices.compactMap { results[$0] } }
    }
}

/// Where the pieces lie, and their results.
private final class Bench<Piece: Sendable, Result: Sendable>: Sendable {
    let results: Mutex<[Int: Result]> = Mutex([:])
    private let pieces: [Piece]
    private let work: @Sendable (Piece) -> Result
    private let next = Atomic(0)

    init(_ pieces: [Piece], _ work: @escaping @Sendable (Piece) -> Result) {
        self.pieces = pieces
        self.work = work
    }

    /// Takes one piece after the other, until there is none.
    func workThrough() {
        while true {
            let place = next.wrappingAdd(1, ordering: .relaxed).oldValue
            guard place < pieces.count else { return }
            let result = work(pieces[place])
            results.withLock { $0[place] = result }
        }
    }
}
