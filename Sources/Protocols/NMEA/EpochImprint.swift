import Positioning

/// What is kept of an epoch's sentences to know it again when a datagram is repeated.
///
/// A clock that was set back gives a time again with other sentences; a repetition has the same ones, though some may be
/// missing of it, or of the first.
struct EpochImprint {
    /// Which positioning formatters of which talkers came; rare talkers share a bit with others.
    private var kinds: UInt32 = 0
    /// One bit of 32 a sentence: two sentences share one by chance once in 32 times.
    private var marks: UInt32 = 0
    /// Where the epoch was, in ten-millionths of a degree; `Int32.min` without a fix.
    private var latitude = Int32.min
    private var longitude = Int32.min

    private static let unitsPerDegree = 1e7
    /// Units that a position moves when it is printed with other decimals: a thousandth of a minute.
    private static let rounding = 170

    init() {}

    mutating func add(_ sentence: borrowing Sentence) {
        guard sentence.formatter.isPositioning else { return }
        kinds |= Self.kind(sentence)
        marks |= Self.mark(sentence)
    }

    /// Whether the sentence says something else than one of its kind that came already.
    func contradicts(_ sentence: borrowing Sentence) -> Bool {
        sentence.formatter.isPositioning && kinds & Self.kind(sentence) != 0 && marks & Self.mark(sentence) == 0
    }

    /// Whether an epoch of the same time may be this one again.
    func isRepeated(by other: EpochImprint) -> Bool {
        guard isNear(other) else { return false }
        return marks & other.marks != 0 || kinds & other.kinds == 0
    }

    mutating func stand(at place: Coordinate) {
        latitude = Int32(exactly: (place.latitude * Self.unitsPerDegree).rounded()) ?? .min
        longitude = Int32(exactly: (place.longitude * Self.unitsPerDegree).rounded()) ?? .min
    }

    private func isNear(_ other: EpochImprint) -> Bool {
        (Int(latitude) - Int(other.latitude)).magnitude <= Self.rounding
            && (Int(longitude) - Int(other.longitude)).magnitude <= Self.rounding
    }

    /// The talker's second letter tells constellations apart: one bit a formatter.
    private static func kind(_ sentence: borrowing Sentence) -> UInt32 {
        1 << ((UInt32(sentence.talker) &* 4 &+ UInt32(sentence.formatter.rawValue)) & 31)
    }

    private static func mark(_ sentence: borrowing Sentence) -> UInt32 {
        1 << UInt32((sentence.checksum &+ sentence.formatter.rawValue &* 37) & 31)
    }
}
