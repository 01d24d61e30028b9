/// Who does pieces of work that know nothing of each other: the core has no threads, and takes them from whoever calls it.
public protocol Workers: Sendable {
    /// Works through the pieces; it returns when all are done.
    /// - Returns: the results, in the pieces' order.
    func map<Piece: Sendable, Result: Sendable>(
        _ pieces: [Piece], _ work: @escaping @Sendable (Piece) -> Result
    ) -> [Result]
}

/// The thread that asks, one piece after the other.
public struct OwnThread: Workers {
    public init() {}

    public func map<Piece: Sendable, Result: Sendable>(
        _ pieces: [Piece], _ work: @escaping @Sendable (Piece) -> Result
    ) -> [Result] { pieces.map(work) }
}
