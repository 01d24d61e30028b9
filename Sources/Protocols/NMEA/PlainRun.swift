/// Text without anything special in it, up to a star and two hexadecimal digits, with one byte after them at least.
struct PlainRun {
    let start: Int
    /// The star's place.
    let end: Int
    let checksum: UInt8
    /// The digits say the same.
    let isRight: Bool

    var count: Int { end &- start }

    /// - Returns: `nil` where the bytes hold no such run from `start` on.
    @inline(__always)
    init?(_ bytes: Span<UInt8>, from start: Int) {
        var place = start
        var sum: UInt8 = 0
        var all: UInt64 = 0
        while true {
            guard place &+ 8 <= bytes.count else { return nil }
            let eight = EightBytes(bytes, at: place)
            let specials = eight.firstSpecials
            guard specials == 0 else {
                let count = EightBytes.firstPlace(specials)
                sum = EightBytes(word: all).folded(first: 8) ^ eight.folded(first: count)
                place &+= count
                break
            }
            all ^= eight.word
            place &+= 8
        }
        guard place &+ 3 < bytes.count, bytes[place] == UInt8(ascii: "*"), let high = bytes[place &+ 1].hexDigit,
            let low = bytes[place &+ 2].hexDigit
        else { return nil }
        self.start = start
        end = place
        checksum = sum
        isRight = sum == high << 4 | low
    }
}
