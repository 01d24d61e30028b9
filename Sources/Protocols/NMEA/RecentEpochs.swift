import Positioning

/// The epochs that a device reported last: how a repetition is known.
struct RecentEpochs {
    private struct Entry {
        /// Microseconds, and in the lowest three bits the decimals: there may be many of these.
        private let bits: Int64
        let imprint: EpochImprint

        init(_ time: TimeOfDay, _ imprint: EpochImprint) {
            bits = time.microseconds << 3 | Int64(time.decimals)
            self.imprint = imprint
        }

        var microseconds: Int64 { bits >> 3 }
        var time: TimeOfDay { TimeOfDay(microseconds: microseconds, decimals: UInt8(bits & 7)) }
    }

    /// At most ``Limits/recentEpochs``, the oldest overwritten.
    private var entries: [Entry] = []
    private(set) var newest: TimeOfDay?
    /// The time furthest ahead: beyond it nothing was reported.
    private var furthest: TimeOfDay?
    private var next: UInt8 = 0

    init() {}

    /// Bytes that the epochs of one device take when there are ``Limits/recentEpochs``.
    static var mostBytes: Int { MemoryLayout<Entry>.stride * Limits.recentEpochs }

    mutating func add(_ time: TimeOfDay, _ imprint: EpochImprint) {
        let entry = Entry(time, imprint)
        if entries.count < Limits.recentEpochs {
            entries.append(entry)
        } else {
            entries[Int(next)] = entry
            next = UInt8((Int(next) + 1) % Limits.recentEpochs)
        }
        newest = time
        if furthest.map({ time.ahead(of: $0) > 0 }) ?? true { furthest = time }
    }

    /// Where they lie, and how far from there the next one will, without a look at them.
    @inline(__always)
    var address: (first: UnsafeRawPointer?, next: Int) {
        (unsafe entries.withUnsafeBytes { $0.baseAddress }, Int(next) * MemoryLayout<Entry>.stride)
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
