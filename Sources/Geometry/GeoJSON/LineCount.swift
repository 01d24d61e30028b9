/// A text, and on which of its lines a byte stands: they are looked for when somebody asks.
final class LineCount {
    let bytes: [UInt8]
    /// Offsets of the line ends, ascending.
    private lazy var ends: [UInt32] = bytes.indices.filter { bytes[$0] == UInt8(ascii: "\n") }.map {
        UInt32(truncatingIfNeeded: $0)
    }

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// From 1.
    /// - Parameter offset: of the byte; a text is shorter than 4 GiB.
    func line(at offset: Int) -> Int {
        let ends = ends
        var (low, high) = (0, ends.count)
        while low < high {
            let middle = (low + high) / 2
            if ends[middle] < offset { low = middle + 1 } else { high = middle }
        }
        return low + 1
    }
}
