/// Judges bytes one by one: whether they are well-formed UTF-8 (Unicode 15, table 3-7).
struct UTF8Scan {
    /// Continuation bytes that are still to come, and what the next of them may be.
    private var pending = 0
    private var allowed: ClosedRange<UInt8> = 0x80...0xBF

    /// No character is cut short.
    var isComplete: Bool { pending == 0 }

    /// - Returns: whether the bytes so far may be UTF-8.
    mutating func accept(_ byte: UInt8) -> Bool {
        if pending > 0 {
            guard allowed.contains(byte) else { return false }
            pending -= 1
            allowed = 0x80...0xBF
            return true
        }
        switch byte {
        case 0...0x7F: return true
        case 0xC2...0xDF: (pending, allowed) = (1, 0x80...0xBF)
        case 0xE0: (pending, allowed) = (2, 0xA0...0xBF)
        case 0xED: (pending, allowed) = (2, 0x80...0x9F)
        case 0xE1...0xEF: (pending, allowed) = (2, 0x80...0xBF)
        case 0xF0: (pending, allowed) = (3, 0x90...0xBF)
        case 0xF1...0xF3: (pending, allowed) = (3, 0x80...0xBF)
        case 0xF4: (pending, allowed) = (3, 0x80...0x8F)
        default: return false
        }
        return true
    }
}
