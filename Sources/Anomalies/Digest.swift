/// What stands for a few numbers where all that is asked is whether they are the same again: FNV-1a
/// (draft-eastlake-fnv, section 2), by whole words.
struct Digest {
    private var sum: UInt64 = 0xcbf2_9ce4_8422_2325

    @inline(__always) mutating func add(_ value: Double) { sum = (sum ^ value.bitPattern) &* 0x100_0000_01b3 }

    /// Of a product, the upper half has something of every bit.
    @inline(__always) var value: UInt32 { UInt32(truncatingIfNeeded: sum >> 32) }
}
