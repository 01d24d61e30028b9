/// A line or a ring as it is nearly always written: `[[116.4,39.9],[116.41,39.9]]`, a list of lists of plain numbers.
enum PlainPositions {
    /// Reads the list that begins at a place.
    /// - Parameters:
    ///   - at: past the list's bracket afterwards; as it was where anything else stands in it.
    ///   - found: the first two numbers of each list are appended; RFC 7946, section 3.1.1, lets others follow.
    /// - Returns: whether it is such a list, and not empty.
    static func read(_ text: Span<UInt8>, _ at: inout Int, into found: inout [Position]) -> Bool {
        let before = found.count
        var place = at + 1
        while next(text, &place) == UInt8(ascii: "["), let position = position(text, &place) {
            found.append(position)
            let mark = next(text, &place)
            place += 1
            if mark == UInt8(ascii: ",") { continue }
            guard mark == UInt8(ascii: "]") else { break }
            at = place
            return true
        }
        found.removeSubrange(before...)
        return false
    }

    /// The position whose bracket begins at a place.
    @inline(__always)
    private static func position(_ text: Span<UInt8>, _ place: inout Int) -> Position? {
        place += 1
        _ = next(text, &place)
        guard let longitude = PlainDecimal.read(text, &place), next(text, &place) == UInt8(ascii: ",") else {
            return nil
        }
        place += 1
        _ = next(text, &place)
        guard let latitude = PlainDecimal.read(text, &place) else { return nil }
        while next(text, &place) == UInt8(ascii: ",") {
            place += 1
            _ = next(text, &place)
            guard PlainDecimal.read(text, &place) != nil else { return nil }
        }
        guard next(text, &place) == UInt8(ascii: "]") else { return nil }
        place += 1
        return Position(longitude: longitude, latitude: latitude)
    }

    /// The first byte from a place on that is no space.
    @inline(__always)
    private static func next(_ text: Span<UInt8>, _ place: inout Int) -> UInt8 {
        while true {
            let byte = text.byte(at: place)
            guard byte.isJSONSpace else { return byte }
            place += 1
        }
    }
}

extension UInt8 {
    /// RFC 8259, section 2.
    @inline(__always)
    var isJSONSpace: Bool { self == 0x20 || self == 0x0A || self == 0x0D || self == 0x09 }
}
