extension Timestamp: LosslessStringConvertible {
    /// RFC 3339 in UTC: `2026-03-02T00:58:41.0Z`, with one to six decimals, as many as it needs.
    public var description: String {
        var bytes = [UInt8]()
        bytes.reserveCapacity(27)
        append(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Appends what ``description`` says, without an allocation of its own.
    public func append(to bytes: inout [UInt8]) {
        bytes.append(addingCapacity: Self.room) { append(to: &$0) }
    }

    /// Bytes that it takes at most.
    static let room = 27

    func append(to text: inout OutputSpan<UInt8>) {
        let day = microseconds.dividedFloor(by: Self.microsecondsPerDay)
        let ofDay = Int(microseconds - day * Self.microsecondsPerDay)
        let (year, month, dayOfMonth) = CivilDate(daysSinceEpoch: Int(day)).yearMonthDay
        text.appendPair(year / 100)
        text.appendPair(year % 100)
        text.append(UInt8(ascii: "-"))
        text.appendPair(month)
        text.append(UInt8(ascii: "-"))
        text.appendPair(dayOfMonth)
        text.append(UInt8(ascii: "T"))
        text.appendPair(ofDay / 3_600_000_000)
        text.append(UInt8(ascii: ":"))
        text.appendPair(ofDay / 60_000_000 % 60)
        text.append(UInt8(ascii: ":"))
        text.appendPair(ofDay / 1_000_000 % 60)
        text.append(UInt8(ascii: "."))
        let digits = Digits(UInt64(ofDay % 1_000_000))
        text.append(digits, 2..<max(3, 8 - digits.trailingZeros))
        text.append(UInt8(ascii: "Z"))
    }

    /// Reads RFC 3339 (`2026-03-02T00:58:41Z`, `2026-03-02T08:58:41.5+08:00`) and ISO 8601's bare date (midnight UTC).
    /// - Returns: `nil` where it is neither. Decimals beyond the sixth are cut.
    public init?(_ text: String) {
        var scanner = DigitScanner(text)
        guard let year = scanner.number(4), scanner.skip("-"), let month = scanner.number(2), scanner.skip("-"),
            let day = scanner.number(2), let date = CivilDate(year: year, month: month, day: day)
        else { return nil }
        if scanner.isAtEnd {
            self.init(date: date, microsecondOfDay: 0)
            return
        }
        guard scanner.skip("T") || scanner.skip("t") || scanner.skip(" "), let hour = scanner.number(2),
            scanner.skip(":"), let minute = scanner.number(2), scanner.skip(":"), let second = scanner.number(2),
            hour < 24, minute < 60, second <= 60
        else { return nil }
        var micros = 0
        if scanner.skip(".") {
            guard let fraction = scanner.fraction(6) else { return nil }
            micros = fraction
        }
        var offset = 0
        if !scanner.skip("Z") && !scanner.skip("z") {
            let sign = scanner.skip("+") ? 1 : scanner.skip("-") ? -1 : 0
            guard sign != 0, let hours = scanner.number(2), scanner.skip(":"), let minutes = scanner.number(2),
                hours < 24, minutes < 60
            else { return nil }
            offset = sign * (hours * 60 + minutes)
        }
        guard scanner.isAtEnd else { return nil }
        let ofDay = (hour * 3600 + (minute - offset) * 60 + second) * 1_000_000 + micros
        self.init(date: date, microsecondOfDay: Int64(ofDay))
    }
}

extension Int64 {
    fileprivate func dividedFloor(by divisor: Int64) -> Int64 {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }
}

/// Reads fixed runs of digits from the front of a text.
private struct DigitScanner {
    private var rest: Substring.UTF8View

    init(_ text: String) { rest = text[...].utf8 }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard let first = rest.first, UInt32(first) == character.value else { return false }
        rest.removeFirst()
        return true
    }

    mutating func number(_ digits: Int) -> Int? {
        var value = 0
        for _ in 0..<digits {
            guard let byte = rest.first, (48...57).contains(byte) else { return nil }
            value = value * 10 + Int(byte - 48)
            rest.removeFirst()
        }
        return value
    }

    /// A decimal fraction as a whole number of 10^-places; at least one digit.
    mutating func fraction(_ places: Int) -> Int? {
        var value = 0
        var seen = 0
        while let byte = rest.first, (48...57).contains(byte) {
            if seen < places { value = value * 10 + Int(byte - 48) }
            seen += 1
            rest.removeFirst()
        }
        guard seen > 0 else { return nil }
        for _ in min(seen, places)..<places { value *= 10 }
        return value
    }
}
