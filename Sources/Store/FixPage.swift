internal import Engine
internal import Positioning

/// A fix as the store has it before compaction: with its device's number.
struct ArrivedFix: Equatable {
    var device: Int64
    var stored: StoredFix
}

/// The bytes of some fixes of many devices in the order of arrival, one after the other: what a live batch is kept as. Made to
/// be written fast, some 60 bytes a fix; ``FixChunk`` is made to be small.
///
/// ```
/// which are there · number · device · time · received · position · measurements          numbers and times as differences
/// ```
/// What comes out is what went in, bit by bit.
struct FixPage {
    private var writer = BitWriter()
    private(set) var count = 0
    /// The number of its first fix, that differences begin at.
    let first: Int64
    private(set) var last: Int64
    private var time: Int64 = 0
    private var received: Int64 = 0

    /// - Parameter first: not above the number of any fix that it is to hold.
    init(from first: Int64) {
        self.first = first
        last = first
    }

    /// - Parameter id: above that of the fix before.
    mutating func append(_ fix: Fix, id: Int64, of device: Int64, received: Timestamp?) {
        let measurements = fix.measurements
        writer.append(Fields(of: fix, received: received).bits, bits: Fields.count)
        writer.append(signed: id &- last)
        writer.append(signed: device)
        writer.append(signed: fix.time.microseconds &- time)
        if let received {
            writer.append(signed: received.microseconds &- self.received)
            self.received = received.microseconds
        }
        writer.append(fix.coordinate.latitude)
        writer.append(fix.coordinate.longitude)
        if let accuracy_m = measurements.reportedAccuracy_m { writer.append(accuracy_m) }
        if let hdop = measurements.hdop { writer.append(hdop) }
        if let speed_mps = measurements.speed_mps { writer.append(speed_mps) }
        if let course_deg = measurements.course_deg { writer.append(course_deg) }
        if let altitude_m = measurements.altitude_m { writer.append(altitude_m) }
        if let satellites = measurements.satellites { writer.append(signed: Int64(satellites)) }
        if let dimensions = measurements.dimensions { writer.append(signed: Int64(dimensions)) }
        if let solution = measurements.solution { writer.append(UInt64(solution.rawValue), bits: 8) }
        if fix.weeksAdded != 0 { writer.append(signed: Int64(fix.weeksAdded)) }
        last = id
        time = fix.time.microseconds
        count += 1
    }

    func bytes() -> [UInt8] { writer.finish() }

    /// - Parameters:
    ///   - first: that it was begun with.
    ///   - count: of the fixes in it.
    static func fixes(in bytes: [UInt8], from first: Int64, count: Int) throws(DamagedChunk) -> [ArrivedFix] {
        var reader = BitReader(bytes, from: 0)
        var fixes: [ArrivedFix] = []
        fixes.reserveCapacity(count)
        var (id, time, received): (Int64, Int64, Int64) = (first, 0, 0)
        for _ in 0..<count {
            let fields = Fields(bits: try reader.read(Fields.count))
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

    /// What not every fix has.
    fileprivate struct Fields: OptionSet {
        let rawValue: UInt16

        static let received = Fields(rawValue: 1)
        static let accuracy = Fields(rawValue: 2)
        static let hdop = Fields(rawValue: 4)
        static let speed = Fields(rawValue: 8)
        static let course = Fields(rawValue: 16)
        static let altitude = Fields(rawValue: 32)
        static let satellites = Fields(rawValue: 64)
        static let dimensions = Fields(rawValue: 128)
        static let solution = Fields(rawValue: 256)
        static let weeksAdded = Fields(rawValue: 512)
        static let count = 10

        init(rawValue: UInt16) { self.rawValue = rawValue }

        init(bits: UInt64) { rawValue = UInt16(truncatingIfNeeded: bits) }

        init(of fix: Fix, received: Timestamp?) {
            let measurements = fix.measurements
            var fields: Fields = []
            if received != nil { fields.insert(.received) }
            if measurements.reportedAccuracy_m != nil { fields.insert(.accuracy) }
            if measurements.hdop != nil { fields.insert(.hdop) }
            if measurements.speed_mps != nil { fields.insert(.speed) }
            if measurements.course_deg != nil { fields.insert(.course) }
            if measurements.altitude_m != nil { fields.insert(.altitude) }
            if measurements.satellites != nil { fields.insert(.satellites) }
            if measurements.dimensions != nil { fields.insert(.dimensions) }
            if measurements.solution != nil { fields.insert(.solution) }
            if fix.weeksAdded != 0 { fields.insert(.weeksAdded) }
            self = fields
        }

        var bits: UInt64 { UInt64(rawValue) }
    }
}

extension Measurements {
    fileprivate mutating func read(_ fields: FixPage.Fields, _ reader: inout BitReader) throws(DamagedChunk) {
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

extension BitWriter {
    fileprivate mutating func append(_ number: Double) { append(number.bitPattern, bits: 64) }
}

extension BitReader {
    fileprivate mutating func readDouble() throws(DamagedChunk) -> Double { Double(bitPattern: try read(64)) }
}
