import Synchronization

/// A source's totals, written by its thread once a round and read by anyone.
public final class SourceCounters: Sendable {
    private let totals = Mutex(SourceTotals())

    public init() {}

    /// All totals as they stood together at one moment.
    public func snapshot() -> SourceTotals { totals.withLock { $0 } }

    func add(_ round: SourceTotals) { totals.withLock { $0.add(round) } }

    func update(_ body: (inout SourceTotals) -> Void) { totals.withLock { body(&$0) } }
}
