/// Integers that belong together, as their differences in Rice's code ("Practical Universal Noiseless Coding", 1979): one that
/// is small against 2^k takes k + 1 bits, none more than 87.
///
/// ```
/// first value · shape · unit · k · a code for each further value
/// ```
/// All sums wrap, so that whatever went in comes out.
enum IntegerColumn {
    private enum Shape: UInt64 {
        /// All are as the first: nothing follows.
        case constant
        case differences
        /// Differences of differences: of times at an even interval, zeros.
        case changes
    }

    /// What all differences are multiples of: times are in microseconds, and mostly whole seconds.
    private static let units: [Int64] = [1, 1000, 1_000_000]
    /// So many ones stand before a value that is written in full.
    private static let escape = 16

    static func write(_ values: [Int64], to writer: inout BitWriter) {
        guard let first = values.first else { return }
        writer.append(signed: first)
        var differences: [Int64] = []
        differences.reserveCapacity(values.count)
        var (last, any): (Int64, Int64) = (first, 0)
        for value in values.dropFirst() {
            let difference = value &- last
            differences.append(difference)
            any |= difference
            last = value
        }
        guard any != 0 else {
            writer.append(Shape.constant.rawValue, bits: 2)
            return
        }
        // All are multiples of the first unit, at no look.
        let unit = units.dropFirst().lastIndex { unit in differences.allSatisfy { $0 % unit == 0 } } ?? 0
        if unit > 0 { for place in differences.indices { differences[place] /= units[unit] } }
        let plain = Codes(differences)
        let changes = Codes(changesIn: differences)
        let isEven = changes.length < plain.length
        writer.append((isEven ? Shape.changes : .differences).rawValue, bits: 2)
        writer.append(UInt64(unit), bits: 2)
        (isEven ? changes : plain).write(to: &writer)
    }

    /// Numbers that are mostly small, and the bits that they take in all.
    private struct Codes {
        private var codes: [UInt64] = []
        private(set) var length = 0

        init(_ differences: [Int64]) {
            codes.reserveCapacity(differences.count)
            for difference in differences { append(zigzag(difference)) }
        }

        init(changesIn differences: [Int64]) {
            codes.reserveCapacity(differences.count)
            var last: Int64 = 0
            for difference in differences {
                append(zigzag(difference &- last))
                last = difference
            }
        }

        private mutating func append(_ code: UInt64) {
            codes.append(code)
            length &+= bits(of: code)
        }

        func write(to writer: inout BitWriter) {
            // The mean of the lengths, unlike that of the values, is hardly moved by a jump among them.
            let mean = min(length / codes.count, 63)
            let below = max(mean - 1, 0)
            let k = UInt64(size(below) < size(mean) ? below : mean)
            writer.append(k, bits: 6)
            let mask = 1 &<< k &- 1 as UInt64
            for code in codes {
                let ones = code &>> k
                if ones < escape {
                    writer.append((1 &<< ones &- 1) &<< 1, bits: Int(ones) &+ 1)
                    writer.append(code & mask, bits: Int(k))
                } else {
                    writer.append(1 << UInt64(escape) - 1, bits: escape)
                    writer.append(inFull: code)
                }
            }
        }

        /// Bits that they take with `k`.
        private func size(_ k: Int) -> Int {
            var sum = 0
            for code in codes {
                let ones = code &>> UInt64(k)
                sum &+= ones < escape ? Int(ones) &+ k &+ 1 : escape &+ 7 &+ bits(of: code)
            }
            return sum
        }
    }

    /// - Parameter count: as many as were written.
    static func read(_ count: Int, from reader: inout BitReader) throws(DamagedChunk) -> [Int64] {
        guard count > 0 else { return [] }
        let first = try reader.readSigned()
        guard let shape = Shape(rawValue: try reader.read(2)) else { throw .value }
        guard shape != .constant else { return Array(repeating: first, count: count) }
        let unit = Int(try reader.read(2))
        guard units.indices.contains(unit) else { throw .value }
        let k = Int(try reader.read(6))
        var values: [Int64] = []
        values.reserveCapacity(count)
        values.append(first)
        var (value, difference): (Int64, Int64) = (first, 0)
        for _ in 1..<count {
            let code = unzigzag(try readCode(k, from: &reader))
            difference = shape == .changes ? difference &+ code : code
            value = value &+ difference &* units[unit]
            values.append(value)
        }
        return values
    }

    private static func readCode(_ k: Int, from reader: inout BitReader) throws(DamagedChunk) -> UInt64 {
        let ones = try reader.readOnes(atMost: escape)
        guard ones < escape else { return try reader.readInFull() }
        return UInt64(ones) << UInt64(k) | (try reader.read(k))
    }
}

func bits(of value: UInt64) -> Int { 64 &- value.leadingZeroBitCount }

/// Small for small values of both signs.
func zigzag(_ value: Int64) -> UInt64 { UInt64(bitPattern: value << 1 ^ value >> 63) }

func unzigzag(_ value: UInt64) -> Int64 {
    Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
}

extension BitWriter {
    /// Its length in bits, then those.
    mutating func append(inFull value: UInt64) {
        let length = bits(of: value)
        guard length > 57 else { return append(UInt64(length) &<< UInt64(length) | value, bits: length &+ 7) }
        append(UInt64(length), bits: 7)
        append(value, bits: length)
    }

    mutating func append(signed value: Int64) { append(inFull: zigzag(value)) }
}

extension BitReader {
    mutating func readInFull() throws(DamagedChunk) -> UInt64 {
        let length = Int(try read(7))
        guard length <= 64 else { throw .value }
        return try read(length)
    }

    mutating func readSigned() throws(DamagedChunk) -> Int64 { unzigzag(try readInFull()) }
}
