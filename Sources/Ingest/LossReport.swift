import Platform
import Positioning

/// When losses of one kind are worth a line of the log: at the first, and then once in ``Limits/lossReport`` as long as there
/// are more.
struct LossReport {
    private var untold = 0
    private var lastTold: MonotonicTime?

    /// - Returns: what is to be told, which is all since the last time; `nil`: nothing now.
    mutating func add(_ count: Int, at now: MonotonicTime) -> Int? {
        untold += count
        let isDue = lastTold.map { $0 + Limits.lossReport <= now } ?? true
        guard count > 0, isDue else { return nil }
        lastTold = now
        defer { untold = 0 }
        return untold
    }
}
