public import Positioning

/// A run of ``Limits/patternCore`` positions that a device went through, with what lies around it, by which it is known again.
///
/// What raises a suspicion are ``Limits/patternFixes`` positions in a row, called a ten here. The run is in one for each number
/// of positions that this has before the run.
public struct PatternRun: Equatable, Sendable {
    /// Of its positions, in their order.
    public var digest: UInt64
    /// The positions before it, and after, as far as they are known.
    public var before = Flank()
    public var after = Flank()
    /// When its last position was reached, to the second.
    public var ended: Timestamp
    /// The tens that say something when they are seen again: a bit each, by how many of its positions lie before the run.
    var tens: UInt8 = 0
    /// From its first position to its last.
    var duration_s: UInt16 = 0
    /// From each position before it to the next, and to each after it from the last; the nearest first.
    var before_s = SIMD4<UInt16>()
    var after_s = SIMD4<UInt16>()

    /// The positions next to a run at one end, the nearest in the lowest bits: 16 bits each of a hash that goes on from the run's
    /// digest, so that it says nothing to who does not know the run; 0 where no position is.
    public struct Flank: Equatable, Sendable {
        /// As they are kept.
        public var bits: UInt64 = 0

        /// - Parameter bits: as they were kept; 0: no positions.
        public init(bits: UInt64 = 0) { self.bits = bits }

        var count: Int { 4 - bits.leadingZeroBitCount / 16 }

        /// How many are the same, from the run outwards.
        func shared(with other: Flank) -> Int {
            min((bits ^ other.bits).trailingZeroBitCount / 16, count, other.count)
        }

        /// - Parameters:
        ///   - hash: of the position and of all from the run on.
        ///   - index: 0 is the nearest.
        mutating func put(_ hash: UInt64, at index: Int) { bits |= max(1, hash >> 48) << UInt64(16 * index) }
    }

    /// Whether a ten that says something lies in the run and so many positions around it.
    func isTelling(before: Int, after: Int) -> Bool {
        let first = max(0, Limits.patternFlank - after)
        return first <= before && (first...before).contains { tens >> $0 & 1 != 0 }
    }

    /// When the run with so many positions around it began and ended, to the second.
    func span(before: Int, after: Int) -> (from: Timestamp, to: Timestamp) {
        let earlier_s = (0..<before).reduce(Int(duration_s)) { $0 + Int(before_s[$1]) }
        let later_s = (0..<after).reduce(0) { $0 + Int(after_s[$1]) }
        return (ended.advanced(bySeconds: -Double(earlier_s)), ended.advanced(bySeconds: Double(later_s)))
    }
}
