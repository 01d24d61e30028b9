/// Numbers one by one, each as the difference to the last on the first of three grids that has it, else by its bits: ``NumberColumn``
/// asks which grid has them all, which one that comes alone cannot be asked.
///
/// ```
/// grid (2 bits) · length (6 bits) · difference          or          3 (2 bits) · 64 bits
/// ```
struct GridChoice {
    fileprivate let first: NumberGrid
    fileprivate let second: NumberGrid
    fileprivate let third: NumberGrid

    /// Of a place: a grid has all that coarser ones of its kind have.
    static let degrees = GridChoice(first: .minutes(6), second: .decimal(7), third: .minutes(7))
    /// In metres a second.
    static let speeds = GridChoice(first: .knots(3), second: .kilometres(3), third: .decimal(3))
    static let others = GridChoice(first: .decimal(2), second: .decimal(4), third: .decimal(6))

    fileprivate static let none: UInt64 = 3
    /// Bits of a difference's length: no two values of grids lie so far apart that theirs takes more than 56.
    fileprivate static let lengthBits = 6
}

extension BitWriter {
    /// - Parameter last: its value on its grid, if it has one, is that for the next.
    mutating func append(_ number: Double, on grids: GridChoice, after last: inout Int64) {
        let (place, value): (UInt64, Int64)
        if let found = grids.first.value(number) {
            (place, value) = (0, found)
        } else if let found = grids.second.value(number) {
            (place, value) = (1, found)
        } else if let found = grids.third.value(number) {
            (place, value) = (2, found)
        } else {
            append(GridChoice.none, bits: 2)
            append(number.bitPattern, bits: 64)
            return
        }
        let code = zigzag(value &- last)
        let length = bits(of: code)
        let head = place &<< UInt64(GridChoice.lengthBits) | UInt64(length)
        append(head &<< UInt64(length) | code, bits: 2 &+ GridChoice.lengthBits &+ length)
        last = value
    }
}

extension BitReader {
    /// Reads what was appended after the same last value.
    mutating func readNumber(on grids: GridChoice, after last: inout Int64) throws(DamagedChunk) -> Double {
        let place = try read(2)
        guard place != GridChoice.none else { return Double(bitPattern: try read(64)) }
        let length = Int(try read(GridChoice.lengthBits))
        last &+= unzigzag(try read(length))
        return (place == 0 ? grids.first : place == 1 ? grids.second : grids.third).number(last)
    }
}
