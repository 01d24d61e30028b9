internal import Positioning

/// The interval at which something usually comes, by the median of the newest few: neither an outage nor a burst changes it, a
/// device that goes on in another way does within a few reports.
struct Rhythm: Equatable, Sendable {
    /// Whole seconds, 16 bits each, the newest in the lowest; 0: not known yet.
    private var newest: UInt128 = 0

    private static let mask: UInt128 = 1 << UInt128(16 * Limits.rhythmIntervals) - 1

    mutating func note(_ interval_s: Double) {
        // Rounded, for what is converted is cut off.
        let whole_s = UInt16(min(max(interval_s + 0.5, 1), Double(UInt16.max)))
        newest = (newest << 16 | UInt128(whole_s)) & Self.mask
    }

    /// Seconds, of two the longer; `nil` before the first.
    var interval_s: Double? {
        let known = (0..<Limits.rhythmIntervals).map(interval).filter { $0 > 0 }.sorted()
        return known.isEmpty ? nil : Double(known[known.count / 2])
    }

    private func interval(_ place: Int) -> UInt16 { UInt16(truncatingIfNeeded: newest >> UInt128(16 * place)) }

    mutating func code<Coder: StateCoder>(_ coder: inout Coder) throws(Coder.Failure) {
        let old = (0..<Limits.rhythmIntervals).map(interval)
        newest = 0
        for (place, value) in old.enumerated() {
            var wide = Int64(value)
            try coder.integer(&wide)
            newest |= UInt128(UInt16(truncatingIfNeeded: wide)) << UInt128(16 * place)
        }
    }
}
