/// Some of eight lanes, taken one by one from the first on: who looks at each lane instead, goes through memory and a branch
/// eight times.
struct Lanes {
    /// A byte a lane, all ones or none; the first lane's is the lowest.
    private var bytes: UInt64

    /// Of none.
    init() { bytes = 0 }

    /// Those that hold 0.
    @inline(__always)
    init(zero numbers: SIMD8<UInt16>) {
        let (no, yes, zero) = (
            SIMD8<Int16>(repeating: 0), SIMD8<Int16>(repeating: -1), SIMD8<UInt16>(repeating: 0)
        )
        self.init(allOnes: no.replacing(with: yes, where: numbers .== zero))
    }

    /// Those that hold no number below 0.
    @inline(__always)
    init(notNegative numbers: SIMD8<Int32>) {
        self.init(allOnes: ~SIMD8<Int16>(truncatingIfNeeded: numbers &>> 31))
    }

    /// - Parameter lanes: all ones or none.
    @inline(__always)
    private init(allOnes lanes: SIMD8<Int16>) {
        bytes = unsafe UInt64(littleEndian: unsafeBitCast(SIMD8<Int8>(truncatingIfNeeded: lanes), to: UInt64.self))
    }

    @inline(__always)
    mutating func next() -> Int? {
        guard bytes != 0 else { return nil }
        let bit = bytes.trailingZeroBitCount
        bytes &= ~(0xFF &<< UInt64(truncatingIfNeeded: bit))
        return bit &>> 3
    }
}

extension SIMD8<UInt16> {
    /// By how much each is above the other, else 0: one instruction.
    @inline(__always)
    func excess(over other: Self) -> Self { pointwiseMax(self, other) &- other }
}
