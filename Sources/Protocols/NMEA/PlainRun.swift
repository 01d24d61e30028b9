import Positioning

/// Text without anything special in it, up to a star and two hexadecimal digits, with one byte after them at least.
struct PlainRun {
    let start: Int
    /// The star's place.
    let end: Int
    let checksum: UInt8
    /// The digits say the same.
    let isRight: Bool

    var count: Int { end &- start }

    /// - Parameters:
    ///   - start: where in the bytes it begins.
    ///   - fields: the run's are put there; where it is none, they mean nothing.
    /// - Returns: `nil` where the bytes hold no such run, or one of over ``Limits/sentenceLength``.
    @inline(__always)
    init?(_ bytes: Span<UInt8>, from start: Int, splitInto fields: inout Fields) {
        precondition(start >= 0)
        fields.removeAll()
        let last = min(bytes.count, start &+ Limits.sentenceLength) &- 8
        var place = start
        var end = start
        var sum: UInt8 = 0
        var all: UInt64 = 0
        var unprintable: UInt64 = 0
        scan: while true {
            guard place <= last else { return nil }
            // Within the bytes: `start` is, and `last` is eight before their end.
            let eight = unsafe EightBytes(unchecked: bytes, at: place)
            unprintable |= eight.unprintable
            var separators = eight.separators
            while separators != 0 {
                end = place &+ EightBytes.firstPlace(separators)
                let byte = unsafe bytes[unchecked: end]
                if byte == UInt8(ascii: ",") {
                    fields.endField(at: end &- start)
                } else if byte != UInt8(ascii: "+") {
                    sum = EightBytes(word: all).folded(first: 8) ^ eight.folded(first: end &- place)
                    break scan
                }
                separators &= separators &- 1
            }
            all ^= eight.word
            place &+= 8
        }
        guard unprintable == 0, end &+ 3 < bytes.count, bytes[end] == UInt8(ascii: "*"),
            let high = bytes[end &+ 1].hexDigit, let low = bytes[end &+ 2].hexDigit
        else { return nil }
        fields.endField(at: end &- start)
        self.start = start
        self.end = end
        checksum = sum
        isRight = sum == high << 4 | low
    }
}
