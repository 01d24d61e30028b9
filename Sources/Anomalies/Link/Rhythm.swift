internal import Positioning

/// The interval at which something usually comes, by the median of the newest few: neither an outage nor a burst changes it, a
/// device that goes on in another way does within a few reports.
struct Rhythm: Equatable, Sendable {
    /// Whole seconds, newest first; 0: not known yet.
    private var newest = SIMD8<UInt16>()

    mutating func note(_ interval_s: Double) {
        for place in (1..<Limits.rhythmIntervals).reversed() { newest[place] = newest[place - 1] }
        // Rounded, for what is converted is cut off.
        newest[0] = UInt16(min(max(interval_s + 0.5, 1), Double(UInt16.max)))
    }

    /// Seconds, of two the longer; `nil` before the first.
    var interval_s: Double? {
        let known = (0..<Limits.rhythmIntervals).map { newest[$0] }.filter { $0 > 0 }.sorted()
        return known.isEmpty ? nil : Double(known[known.count / 2])
    }

    mutating func code<Coder: StateCoder>(_ coder: inout Coder) throws(Coder.Failure) {
        for place in 0..<Limits.rhythmIntervals {
            var wide = Int64(newest[place])
            try coder.integer(&wide)
            newest[place] = UInt16(truncatingIfNeeded: wide)
        }
    }
}
