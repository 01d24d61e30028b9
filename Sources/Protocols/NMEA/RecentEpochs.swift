import Positioning

/// The epochs that a device reported last: how a repetition is known.
struct RecentEpochs {
    private struct Entry {
        var microseconds: Int64
        var decimals: UInt8
        var imprint: EpochImprint

        var time: TimeOfDay { TimeOfDay(microseconds: microseconds, decimals: decimals) }
    }

    /// At most ``Limits/recentEpochs``, the oldest overwritten.
    private var entries: [Entry] = []
    private var next = 0
    private(set) var newest: TimeOfDay?
    /// The time furthest ahead: beyond it nothing was reported.
    private var furthest: TimeOfDay?

    init() {}

    /// Bytes that the epochs of one device take when there are ``Limits/recentEpochs``.
    static var mostBytes: Int { MemoryLayout<Entry>.stride * Limits.recentEpochs }

    mutating func add(_ time: TimeOfDay, _ imprint: EpochImprint) {
        let entry = Entry(microseconds: time.microseconds, decimals: time.decimals, imprint: imprint)
        if entries.count < Limits.recentEpochs {
            entries.append(entry)
        } else {
            entries[next] = entry
            next = (next + 1) % entries.count
        }
        newest = time
        if furthest.map({ time.ahead(of: $0) > 0 }) ?? true { furthest = time }
    }

    /// The clock was set back: times from before say nothing any more.
    mutating func clear() { self = RecentEpochs() }

    @inline(__always)
    func contains(_ time: TimeOfDay) -> Bool {
        // A stream that runs forward is spared the search; two forms of one time are less than 10 ms apart.
        guard let furthest, time.ahead(of: furthest) < 10_000 else { return false }
        return isFound(time)
    }

    private func isFound(_ time: TimeOfDay) -> Bool {
        for index in entries.indices where isNear(index, time) && entries[index].time.isSameEpoch(as: time) {
            return true
        }
        return false
    }

    /// Whether that epoch was reported, and not another one of the same time.
    func contains(_ time: TimeOfDay, _ imprint: EpochImprint) -> Bool {
        for index in entries.indices where isNear(index, time) && entries[index].time.isSameEpoch(as: time) {
            if entries[index].imprint.isRepeated(by: imprint) { return true }
        }
        return false
    }

    /// A cheap look before the careful one: no two forms of one time are a second apart, but for midnight.
    private func isNear(_ index: Int, _ time: TimeOfDay) -> Bool {
        let apart = (entries[index].microseconds - time.microseconds).magnitude
        return apart < 1_000_000 || apart > Timestamp.microsecondsPerDay.magnitude - 1_000_000
    }
}
