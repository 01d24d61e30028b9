/// Bits one after the other, each byte from its highest bit on.
struct BitWriter {
    /// Whole ones, the highest byte of each first in memory.
    private var words: [UInt64] = []
    /// Fewer than 64 bits that make no word yet, in the lowest places; zeros above them.
    private var pending: UInt64 = 0
    private var pendingCount = 0

    /// Bits that were appended.
    var count: Int { 64 &* words.count &+ pendingCount }

    /// - Parameters:
    ///   - value: has no bit set above `bits`.
    ///   - bits: 0…64.
    mutating func append(_ value: UInt64, bits: Int) {
        let room = 64 &- pendingCount
        guard bits >= room else {
            pending = pending &<< UInt64(bits) | value
            pendingCount &+= bits
            return
        }
        let over = UInt64(bits &- room)
        // Where the room is all 64, nothing is pending.
        words.append((pending &<< UInt64(room) | value &>> over).bigEndian)
        pending = value & (1 &<< over &- 1)
        pendingCount = Int(over)
    }

    /// - Returns: all of it; the last byte is filled up with zeros.
    func finish() -> [UInt8] {
        let last = pendingCount > 0 ? pending &<< UInt64(64 &- pendingCount) : 0
        let whole = words + [last.bigEndian]
        return unsafe whole.withUnsafeBytes { unsafe Array($0.prefix((count + 7) / 8)) }
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
        guard next &+ 8 <= bytes.count else {
            while available <= 56, next < bytes.count {
                window |= UInt64(bytes[next]) << UInt64(56 - available)
                next += 1
                available += 8
            }
            return
        }
        // Eight bytes at a look, of which those count that there is room for.
        let word = unsafe bytes.span.bytes.unsafeLoadUnaligned(fromByteOffset: next, as: UInt64.self).bigEndian
        let room = (64 &- available) & ~7
        guard room > 0 else { return }
        window |= (word &>> UInt64(64 &- room)) &<< UInt64(64 &- available &- room)
        next &+= room / 8
        available &+= room
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
