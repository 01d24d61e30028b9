import Positioning

/// Where the fields of one sentence stand: `GPRMC,120000,A,…`, field 0 the address.
///
/// Keeps offsets, not bytes: each reader takes the sentence's text again, so that nothing is copied.
/// Every reader gives `nil` for a field that is missing, empty, or not of its form.
struct Fields: ~Copyable {
    private var starts = InlineArray<25, UInt16>(repeating: 0)
    /// Fields seen, at most ``Limits/sentenceFields``.
    private(set) var count = 0
    /// Some of them may have blanks around them.
    private var arePadded = false

    /// None yet.
    init() {}

    /// - Parameter text: what stands between `$` and `*`; at most ``Limits/sentenceLength`` bytes.
    init(_ text: Span<UInt8>) {
        for place in text.indices where text[place] == UInt8(ascii: ",") { endField(at: place) }
        endField(at: text.count)
        arePadded = true
    }

    mutating func removeAll() {
        count = 0
        arePadded = false
    }

    /// The bytes up to `place`, from the last comma on, are one more field; a comma or the text's end stands there.
    @inline(__always)
    mutating func endField(at place: Int) {
        guard count < Limits.sentenceFields else { return }
        count &+= 1
        // There is a place for one more than ``Limits/sentenceFields``.
        unsafe starts[unchecked: count] = UInt16(truncatingIfNeeded: place &+ 1)
    }

    /// Where a field stands in the text, without the blanks that some receivers pad it with; empty where there is none.
    @inline(__always)
    private func range(_ field: Int, in text: Span<UInt8>) -> Range<Int> {
        guard field < count else { return 0..<0 }
        let (start, end) = (Int(starts[field]), Int(starts[field &+ 1]) &- 1)
        precondition(start <= end && end <= text.count)
        if arePadded { return text.withoutBlanks(start, end) }
        return unsafe Range(uncheckedBounds: (start, end))
    }

    // The readers are written into their callers, which name fields by constants: an element of an inline array that is not
    // known beforehand would be read from a copy of all of it.

    @inline(__always)
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
    @inline(__always)
    func integer(_ field: Int, in text: Span<UInt8>) -> Int? { text.integer(range(field, in: text)) }

    /// A decimal number, with or without a sign, as the nearest `Double`.
    @inline(__always)
    func number(_ field: Int, in text: Span<UInt8>) -> Double? { text.number(range(field, in: text)) }

    /// A number that cannot be negative.
    @inline(__always)
    func magnitude(_ field: Int, in text: Span<UInt8>) -> Double? {
        guard let value = number(field, in: text), value >= 0 else { return nil }
        return value
    }

    /// `hhmmss` with any fraction; seconds up to 60 for the leap second.
    @inline(__always)
    func time(_ field: Int, in text: Span<UInt8>) -> TimeOfDay? { TimeOfDay(range(field, in: text), in: text) }

    /// `ddmmyy`, the year within the hundred from ``Limits/firstYear``.
    @inline(__always)
    func date(_ field: Int, in text: Span<UInt8>) -> CivilDate? { CivilDate(range(field, in: text), in: text) }

    /// Four fields: latitude `ddmm.mmmm`, N or S, longitude `dddmm.mmmm`, E or W.
    ///
    /// Sentinels as 8960.0000 and 36000.0000 are not on the earth, or have sixty minutes, and so give `nil`.
    @inline(__always)
    func position(_ field: Int, in text: Span<UInt8>) -> Position? {
        guard let north = text.degrees(range(field, in: text)), let east = text.degrees(range(field &+ 2, in: text)),
            let northSouth = letter(field &+ 1, in: text), let eastWest = letter(field &+ 3, in: text),
            northSouth == UInt8(ascii: "N") || northSouth == UInt8(ascii: "S"),
            eastWest == UInt8(ascii: "E") || eastWest == UInt8(ascii: "W")
        else { return nil }
        let coordinate = Coordinate(
            latitude: northSouth == UInt8(ascii: "S") ? -north.value : north.value,
            longitude: eastWest == UInt8(ascii: "W") ? -east.value : east.value)
        guard coordinate.isOnEarth else { return nil }
        return Position(coordinate: coordinate, decimals: min(north.decimals, east.decimals))
    }
}

/// A position with the number of decimals its minutes were printed with.
struct Position: Equatable {
    var coordinate: Coordinate
    var decimals: Int
}

extension Span<UInt8> {
    fileprivate func integer(_ range: Range<Int>) -> Int? {
        guard !range.isEmpty, range.count <= 9 else { return nil }
        var value = 0
        var place = range.lowerBound
        while place < range.upperBound {
            guard let digit = self[place].decimalDigit else { return nil }
            value = value &* 10 &+ digit
            place &+= 1
        }
        return value
    }

    fileprivate func number(_ range: Range<Int>) -> Double? {
        guard !range.isEmpty else { return nil }
        var start = range.lowerBound
        let isNegative = self[start] == UInt8(ascii: "-")
        if isNegative || self[start] == UInt8(ascii: "+") { start &+= 1 }
        guard let decimal = Decimal(start..<range.upperBound, in: self) else { return nil }
        return isNegative ? -decimal.value : decimal.value
    }

    fileprivate func degrees(_ range: Range<Int>) -> (value: Double, decimals: Int)? {
        guard let decimal = Decimal(range, in: self), let degrees = decimal.degrees else { return nil }
        return (degrees, decimal.decimals)
    }
}

extension TimeOfDay {
    fileprivate init?(_ range: Range<Int>, in text: Span<UInt8>) {
        guard range.count >= 6, let (hour, minute, second) = text.threePairs(at: range.lowerBound),
            hour < 24, minute < 60, second <= 60
        else { return nil }
        var micros: Int64 = 0
        var decimals = 0
        if range.count > 6 {
            guard text[range.lowerBound &+ 6] == UInt8(ascii: ".") else { return nil }
            var place = range.lowerBound &+ 7
            while place < range.upperBound {
                guard let digit = text[place].decimalDigit else { return nil }
                place &+= 1
                guard decimals < 6 else { continue }
                micros = micros &* 10 &+ Int64(digit)
                decimals &+= 1
            }
            micros &*= Decimal.powerOfTen(6 &- decimals)
        }
        let seconds = Int64(hour &* 3600 &+ minute &* 60 &+ second)
        self.init(
            microseconds: seconds &* Self.microsecondsPerSecond &+ micros,
            decimals: UInt8(truncatingIfNeeded: decimals))
    }
}

extension CivilDate {
    fileprivate init?(_ range: Range<Int>, in text: Span<UInt8>) {
        guard range.count == 6, let (day, month, short) = text.threePairs(at: range.lowerBound) else { return nil }
        let year = Limits.firstYear / 100 * 100 + short
        self.init(year: year < Limits.firstYear ? year + 100 : year, month: month, day: day)
    }
}
