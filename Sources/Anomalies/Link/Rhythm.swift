internal import Positioning

/// The interval at which something usually comes, by the median of the newest few: neither an outage nor a burst changes it, a
/// device that goes on in another way does within a few reports.
struct Rhythm: Equatable, Sendable {
    /// Whole seconds, 16 bits each, the newest in the lowest; 0: not known yet.
    private var newest = PackedInteger(0)
    /// The one before those four.
    private var oldest: UInt16 = 0

    mutating func note(from earlier: Timestamp, to later: Timestamp) {
        let rounded_s = (later.microseconds &- earlier.microseconds &+ 500_000) / 1_000_000
        oldest = UInt16(truncatingIfNeeded: newest.value >> 48)
        newest = PackedInteger(newest.value << 16 | min(max(rounded_s, 1), Int64(UInt16.max)))
    }

    /// Seconds, of two the longer; `nil` before the first.
    var interval_s: Double? {
        let known = (0..<Limits.rhythmIntervals).map(interval).filter { $0 > 0 }.sorted()
        return known.isEmpty ? nil : Double(known[known.count / 2])
    }

    private func interval(_ place: Int) -> UInt16 {
        place < 4 ? UInt16(truncatingIfNeeded: newest.value >> Int64(16 * place)) : oldest
    }

    mutating func code<Coder: StateCoder>(_ coder: inout Coder) throws(Coder.Failure) {
        let old = (0..<Limits.rhythmIntervals).map(interval)
        var four: Int64 = 0
        for (place, value) in old.enumerated() {
            var wide = Int64(value)
            try coder.integer(&wide)
            let read = UInt16(truncatingIfNeeded: wide)
            if place < 4 { four |= Int64(read) << Int64(16 * place) } else { oldest = read }
        }
        newest = PackedInteger(four)
    }
}
