import Positioning

/// Where the fields of one sentence begin: `GPRMC,120000,A,…`, field 0 the address.
///
/// Keeps offsets, not bytes: each reader takes the sentence's text again, so that nothing is copied.
/// Every reader gives `nil` for a field that is missing, empty, or not of its form.
struct Fields {
    private var starts: InlineArray<25, UInt16>
    /// Fields seen, at most ``Limits/sentenceFields``.
    private(set) var count: Int

    /// - Parameter text: what stands between `$` and `*`; at most ``Limits/sentenceLength`` bytes.
    init(_ text: Span<UInt8>) {
        starts = InlineArray(repeating: 0)
        count = 0
        var place = 0
        while place &+ 8 <= text.count {
            var commas = EightBytes(text, at: place).equal(to: UInt8(ascii: ","))
            while commas != 0 {
                endField(at: place &+ EightBytes.firstPlace(commas))
                commas &= commas &- 1
            }
            place &+= 8
        }
        while place < text.count {
            if text[place] == UInt8(ascii: ",") { endField(at: place) }
            place &+= 1
        }
        endField(at: text.count)
    }

    @inline(__always)
    private mutating func endField(at place: Int) {
        guard count < Limits.sentenceFields else { return }
        count &+= 1
        starts[count] = UInt16(truncatingIfNeeded: place &+ 1)
    }

    /// The bytes of a field without the blanks that some receivers pad it with; empty where there is none.
    @inline(__always)
    private func range(_ field: Int, in text: Span<UInt8>) -> Range<Int> {
        guard field < count else { return 0..<0 }
        var start = Int(starts[field])
        var end = Int(starts[field + 1]) - 1
        while start < end, text[start] == UInt8(ascii: " ") { start &+= 1 }
        while start < end, text[end &- 1] == UInt8(ascii: " ") { end &-= 1 }
        return start..<end
    }

    func isEmpty(_ field: Int, in text: Span<UInt8>) -> Bool { range(field, in: text).isEmpty }

    /// A field of exactly one character.
    @inline(__always)
    func letter(_ field: Int, in text: Span<UInt8>) -> UInt8? {
        let range = range(field, in: text)
        return range.count == 1 ? text[range.lowerBound] : nil
    }

    /// The characters of a field, one by one.
    func forEach(_ field: Int, in text: Span<UInt8>, _ body: (UInt8) -> Void) {
        for index in range(field, in: text) { body(text[index]) }
    }

    /// A whole number without a sign, at most nine digits.
    func integer(_ field: Int, in text: Span<UInt8>) -> Int? {
        let range = range(field, in: text)
        guard !range.isEmpty, range.count <= 9 else { return nil }
        var value = 0
        var place = range.lowerBound
        while place < range.upperBound {
            guard let digit = text[place].decimalDigit else { return nil }
            value = value &* 10 &+ digit
            place &+= 1
        }
        return value
    }

    /// A decimal number, with or without a sign, as the nearest `Double`.
    func number(_ field: Int, in text: Span<UInt8>) -> Double? {
        var range = range(field, in: text)
        guard let first = range.first else { return nil }
        let isNegative = text[first] == UInt8(ascii: "-")
        if isNegative || text[first] == UInt8(ascii: "+") { range = first + 1..<range.upperBound }
        guard let decimal = Decimal(range, in: text) else { return nil }
        return isNegative ? -decimal.value : decimal.value
    }

    /// A number that cannot be negative.
    func magnitude(_ field: Int, in text: Span<UInt8>) -> Double? {
        guard let value = number(field, in: text), value >= 0 else { return nil }
        return value
    }

    /// `hhmmss` with any fraction; seconds up to 60 for the leap second.
    func time(_ field: Int, in text: Span<UInt8>) -> TimeOfDay? {
        let range = range(field, in: text)
        guard range.count >= 6, let hour = text.twoDigits(range.lowerBound), hour < 24,
            let minute = text.twoDigits(range.lowerBound + 2), minute < 60,
            let second = text.twoDigits(range.lowerBound + 4), second <= 60
        else { return nil }
        var micros = 0
        var decimals = 0
        if range.count > 6 {
            guard text[range.lowerBound + 6] == UInt8(ascii: ".") else { return nil }
            var place = range.lowerBound &+ 7
            while place < range.upperBound {
                guard let digit = text[place].decimalDigit else { return nil }
                place &+= 1
                guard decimals < 6 else { continue }
                micros = micros &* 10 &+ digit
                decimals &+= 1
            }
            for _ in decimals..<6 { micros &*= 10 }
        }
        let seconds = hour * 3600 + minute * 60 + second
        return TimeOfDay(
            microseconds: Int64(seconds) * TimeOfDay.microsecondsPerSecond + Int64(micros),
            decimals: UInt8(truncatingIfNeeded: decimals))
    }

    /// `ddmmyy`, the year within the hundred from ``Limits/firstYear``.
    func date(_ field: Int, in text: Span<UInt8>) -> CivilDate? {
        let range = range(field, in: text)
        guard range.count == 6, let day = text.twoDigits(range.lowerBound),
            let month = text.twoDigits(range.lowerBound + 2), let short = text.twoDigits(range.lowerBound + 4)
        else { return nil }
        let century = Limits.firstYear / 100 * 100
        let year = century + short
        return CivilDate(year: year < Limits.firstYear ? year + 100 : year, month: month, day: day)
    }

    /// Four fields: latitude `ddmm.mmmm`, N or S, longitude `dddmm.mmmm`, E or W.
    ///
    /// Sentinels as 8960.0000 and 36000.0000 are not on the earth, or have sixty minutes, and so give `nil`.
    func position(_ field: Int, in text: Span<UInt8>) -> Position? {
        guard let latitude = Decimal(range(field, in: text), in: text), let latitudeDegrees = latitude.degrees,
            let longitude = Decimal(range(field + 2, in: text), in: text), let longitudeDegrees = longitude.degrees,
            let northSouth = letter(field + 1, in: text), let eastWest = letter(field + 3, in: text),
            northSouth == UInt8(ascii: "N") || northSouth == UInt8(ascii: "S"),
            eastWest == UInt8(ascii: "E") || eastWest == UInt8(ascii: "W")
        else { return nil }
        let coordinate = Coordinate(
            latitude: northSouth == UInt8(ascii: "S") ? -latitudeDegrees : latitudeDegrees,
            longitude: eastWest == UInt8(ascii: "W") ? -longitudeDegrees : longitudeDegrees)
        guard coordinate.isOnEarth else { return nil }
        return Position(coordinate: coordinate, decimals: min(latitude.decimals, longitude.decimals))
    }
}

/// A position with the number of decimals its minutes were printed with.
struct Position: Equatable {
    var coordinate: Coordinate
    var decimals: Int
}
