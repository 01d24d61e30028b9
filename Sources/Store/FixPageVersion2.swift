internal import Engine
internal import Positioning

/// Pages as a store of version 2 has them, with every number by its bits: read where no daemon has brought it up yet, and once more
/// when one does.
///
/// ```
/// which are there · number · device · time · received · position · measurements          numbers and times as differences
/// ```
enum FixPageVersion2 {
    /// - Parameters: as of ``FixPage/fixes(in:from:count:)``.
    static func fixes(in bytes: [UInt8], from first: Int64, count: Int) throws(DamagedChunk) -> [ArrivedFix] {
        var reader = BitReader(bytes, from: 0)
        var fixes: [ArrivedFix] = []
        fixes.reserveCapacity(count)
        var (id, time, received): (Int64, Int64, Int64) = (first, 0, 0)
        for _ in 0..<count {
            let fields = FixFields(bits: try reader.read(FixFields.count))
            id &+= try reader.readSigned()
            let device = try reader.readSigned()
            time &+= try reader.readSigned()
            if fields.contains(.received) { received &+= try reader.readSigned() }
            let coordinate = Coordinate(latitude: try reader.readDouble(), longitude: try reader.readDouble())
            var fix = Fix(time: Timestamp(microseconds: time), coordinate: coordinate)
            try fix.measurements.read(fields, &reader)
            if fields.contains(.weeksAdded) { fix.weeksAdded = Int(truncatingIfNeeded: try reader.readSigned()) }
            var stored = StoredFix(id: id, fix: fix)
            if fields.contains(.received) { stored.received = Timestamp(microseconds: received) }
            fixes.append(ArrivedFix(device: device, stored: stored))
        }
        return fixes
    }
}

extension Measurements {
    fileprivate mutating func read(_ fields: FixFields, _ reader: inout BitReader) throws(DamagedChunk) {
        if fields.contains(.accuracy) { reportedAccuracy_m = try reader.readDouble() }
        if fields.contains(.hdop) { hdop = try reader.readDouble() }
        if fields.contains(.speed) { speed_mps = try reader.readDouble() }
        if fields.contains(.course) { course_deg = try reader.readDouble() }
        if fields.contains(.altitude) { altitude_m = try reader.readDouble() }
        if fields.contains(.satellites) { satellites = Int(truncatingIfNeeded: try reader.readSigned()) }
        if fields.contains(.dimensions) { dimensions = Int(truncatingIfNeeded: try reader.readSigned()) }
        if fields.contains(.solution) { solution = Solution(rawValue: UInt8(try reader.read(8))) }
    }
}

extension BitReader {
    fileprivate mutating func readDouble() throws(DamagedChunk) -> Double { Double(bitPattern: try read(64)) }
}
