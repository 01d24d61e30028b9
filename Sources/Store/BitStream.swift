/// Bits one after the other, each byte from its highest bit on.
struct BitWriter {
    private var bytes: [UInt8] = []
    /// Fewer than eight bits that make no byte yet.
    private var pending: UInt64 = 0
    private var count = 0

    /// - Parameters:
    ///   - value: has no bit set above `bits`.
    ///   - bits: 0…64.
    mutating func append(_ value: UInt64, bits: Int) {
        guard bits <= 32 else {
            append(value >> 32, bits: bits - 32)
            append(value & 0xFFFF_FFFF, bits: 32)
            return
        }
        pending = pending << UInt64(bits) | value
        count += bits
        while count >= 8 {
            count -= 8
            bytes.append(UInt8(truncatingIfNeeded: pending >> UInt64(count)))
        }
    }

    /// - Returns: all of it; the last byte is filled up with zeros.
    mutating func finish() -> [UInt8] {
        if count > 0 { append(0, bits: 8 - count) }
        return bytes
    }
}

/// Reads what a ``BitWriter`` wrote.
struct BitReader {
    private let bytes: [UInt8]
    private var next: Int
    /// Bits that are not read yet, from the highest on; zeros below them.
    private var window: UInt64 = 0
    private var available = 0

    /// - Parameter start: bytes before that are none of its own.
    init(_ bytes: [UInt8], from start: Int) {
        self.bytes = bytes
        next = start
    }

    private mutating func fill() {
        while available <= 56, next < bytes.count {
            window |= UInt64(bytes[next]) << UInt64(56 - available)
            next += 1
            available += 8
        }
    }

    /// - Parameter bits: 0…64.
    mutating func read(_ bits: Int) throws(DamagedChunk) -> UInt64 {
        guard bits <= 32 else {
            let high = try read(bits - 32)
            return high << 32 | (try read(32))
        }
        guard bits > 0 else { return 0 }
        if available < bits { fill() }
        guard available >= bits else { throw .ended }
        let value = window >> UInt64(64 - bits)
        window <<= UInt64(bits)
        available -= bits
        return value
    }

    /// Ones up to the first zero, which is read too, or up to `limit` of them.
    mutating func readOnes(atMost limit: Int) throws(DamagedChunk) -> Int {
        if available <= limit { fill() }
        let ones = min((~window).leadingZeroBitCount, limit)
        let used = ones < limit ? ones + 1 : limit
        guard used <= available else { throw .ended }
        window <<= UInt64(used)
        available -= used
        return ones
    }
}

/// Why the bytes of a chunk cannot be read: the disk has given back others than it was given.
enum DamagedChunk: Error {
    case ended
    case version(UInt8)
    case value
}
