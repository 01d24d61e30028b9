internal import Positioning

/// Numbers of which a whole one makes a receiver's: what was written with a few decimals, as degrees and minutes, or in knots
/// is a small integer, and comes back from it bit by bit, for it is computed as the decoder did.
struct NumberGrid {
    private enum Kind {
        case decimal
        /// Minutes of arc, as degrees.
        case minutes
        /// Knots, as metres a second.
        case knots
        /// Kilometres an hour, as metres a second.
        case kilometres
    }

    private let kind: Kind
    private let steps: Double

    private init(_ kind: Kind, decimals: Int) {
        self.kind = kind
        var power = 1.0
        for _ in 0..<decimals { power *= 10 }
        steps = kind == .minutes ? 60 * power : power
    }

    static func decimal(_ decimals: Int) -> NumberGrid { NumberGrid(.decimal, decimals: decimals) }
    static func minutes(_ decimals: Int) -> NumberGrid { NumberGrid(.minutes, decimals: decimals) }
    static func knots(_ decimals: Int) -> NumberGrid { NumberGrid(.knots, decimals: decimals) }
    static func kilometres(_ decimals: Int) -> NumberGrid { NumberGrid(.kilometres, decimals: decimals) }

    /// From the widest to the finest; a chunk names one by its place, so more may only be added at the end.
    static let all: [NumberGrid] =
        (0...3).map(decimal) + (0...3).map(knots) + (0...3).map(kilometres) + (2...7).map(minutes)
        + (4...9).map(decimal)

    private static let metresPerSecondPerKnot = 1852.0 / 3600
    /// A `Double` holds all whole numbers up to here.
    private static let most = 9e15

    func number(_ value: Int64) -> Double {
        let quotient = Double(value) / steps
        switch kind {
        case .decimal, .minutes: return quotient
        case .knots: return quotient * Self.metresPerSecondPerKnot
        case .kilometres: return quotient / 3.6
        }
    }

    /// - Returns: `nil` where the number does not lie on the grid.
    func value(_ number: Double) -> Int64? {
        var scaled = number * steps
        switch kind {
        case .decimal, .minutes: break
        case .knots: scaled /= Self.metresPerSecondPerKnot
        case .kilometres: scaled *= 3.6
        }
        guard scaled.magnitude < Self.most else { return nil }
        let value = Int64(scaled + (scaled < 0 ? -0.5 : 0.5))
        return self.number(value).bitPattern == number.bitPattern ? value : nil
    }

    /// - Returns: `nil` where one of the numbers does not lie on the grid.
    func values(_ numbers: [Double]) -> [Int64]? {
        guard numbers.last.map({ value($0) != nil }) ?? true else { return nil }
        var values: [Int64] = []
        for number in numbers {
            guard let value = value(number) else { return nil }
            // At the first that does, so that a grid which none is on takes no memory.
            if values.isEmpty { values.reserveCapacity(numbers.count) }
            values.append(value)
        }
        return values
    }
}

/// Numbers that belong together, by the widest grid that has them all, else by their bits.
enum NumberColumn {
    private static let noGrid = 63

    static func write(_ numbers: [Double], to writer: inout BitWriter) {
        guard !numbers.isEmpty else { return }
        for (place, grid) in NumberGrid.all.enumerated() {
            guard let values = grid.values(numbers) else { continue }
            writer.append(UInt64(place), bits: 6)
            IntegerColumn.write(values, to: &writer)
            return
        }
        writer.append(UInt64(noGrid), bits: 6)
        IntegerColumn.write(numbers.map { Int64(bitPattern: $0.bitPattern) }, to: &writer)
    }

    static func read(_ count: Int, from reader: inout BitReader) throws(DamagedChunk) -> [Double] {
        guard count > 0 else { return [] }
        let place = Int(try reader.read(6))
        let values = try IntegerColumn.read(count, from: &reader)
        if place == noGrid { return values.map { Double(bitPattern: UInt64(bitPattern: $0)) } }
        guard NumberGrid.all.indices.contains(place) else { throw .value }
        let grid = NumberGrid.all[place]
        return values.map(grid.number)
    }
}
