/// The lanes of a mask of eight that are set, taken one by one from the first on: who looks at each lane instead, goes through
/// memory and a branch eight times.
struct Lanes {
    /// A byte a lane, all ones or none; the first lane's is the last.
    private var bytes: UInt64

    @inline(__always)
    init(_ mask: SIMDMask<SIMD8<Int16>>) {
        let (no, yes) = (SIMD8<Int16>(repeating: 0), SIMD8<Int16>(repeating: -1))
        self.init(packed: SIMD8<Int8>(truncatingIfNeeded: no.replacing(with: yes, where: mask)))
    }

    @inline(__always)
    init(_ mask: SIMDMask<SIMD8<Int32>>) {
        let (no, yes) = (SIMD8<Int32>(repeating: 0), SIMD8<Int32>(repeating: -1))
        self.init(packed: SIMD8<Int8>(truncatingIfNeeded: no.replacing(with: yes, where: mask)))
    }

    @inline(__always)
    private init(packed: SIMD8<Int8>) {
        bytes = unsafe unsafeBitCast(packed, to: UInt64.self)
    }

    /// Of none.
    init() { bytes = 0 }

    @inline(__always)
    mutating func next() -> Int? {
        guard bytes != 0 else { return nil }
        let bit = bytes.trailingZeroBitCount
        bytes &= ~(0xFF &<< UInt64(truncatingIfNeeded: bit))
        return bit &>> 3
    }
}
