import Positioning

/// What is kept of an epoch's sentences to know it again when a datagram is repeated.
///
/// A clock that was set back gives a time again with other sentences; a repetition has the same ones, though some may be
/// missing of it, or of the first.
struct EpochImprint {
    /// Positioning formatters, by ``Sentence/Formatter/bit``.
    private var formatters: UInt8 = 0
    /// One bit of 64 a sentence: two sentences share one by chance once in 64 times.
    private var marks: UInt64 = 0
    /// Where the epoch was; `nil` without a fix.
    var place: Coordinate?

    /// Degrees that a position moves when it is printed with other decimals: half a thousandth of a minute, and some.
    private static let rounding_deg = 0.000_017

    init() {}

    mutating func add(_ sentence: Sentence) {
        guard sentence.formatter.isPositioning else { return }
        formatters |= sentence.formatter.bit
        marks |= Self.mark(sentence)
    }

    /// Whether the sentence says something else than one of its kind that came already.
    func contradicts(_ sentence: Sentence) -> Bool {
        sentence.formatter.isPositioning && formatters & sentence.formatter.bit != 0 && marks & Self.mark(sentence) == 0
    }

    /// Whether an epoch of the same time may be this one again.
    func isRepeated(by other: EpochImprint) -> Bool {
        guard isNear(other.place) else { return false }
        return marks & other.marks != 0 || formatters & other.formatters == 0
    }

    private func isNear(_ other: Coordinate?) -> Bool {
        guard let place, let other else { return place == nil && other == nil }
        return (place.latitude - other.latitude).magnitude <= Self.rounding_deg
            && (place.longitude - other.longitude).magnitude <= Self.rounding_deg
    }

    private static func mark(_ sentence: Sentence) -> UInt64 {
        1 << UInt64((sentence.checksum &+ sentence.formatter.rawValue &* 37) & 63)
    }
}
