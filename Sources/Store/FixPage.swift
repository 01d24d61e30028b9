internal import Engine
internal import Positioning

/// A fix as the store has it before compaction: with its device's number.
struct ArrivedFix: Equatable {
    var device: Int64
    var stored: StoredFix
}

/// The bytes of some fixes of many devices in the order of arrival, one after the other: what a live batch is kept as. Made to
/// be written fast, some 25 bytes a fix; ``FixChunk`` is made to be small.
///
/// ```
/// what it has as the one before · number · device · time · received · position · measurements          all as differences
/// ```
/// What comes out is what went in, bit by bit.
struct FixPage {
    private var writer = BitWriter()
    private(set) var count = 0
    /// The number of its first fix, that differences begin at.
    let first: Int64
    private var before: Reference

    /// - Parameter first: not above the number of any fix that it is to hold.
    init(from first: Int64) {
        self.first = first
        before = Reference(first)
    }

    /// The number of its last fix.
    var last: Int64 { before.id }

    /// Whether with another it might no longer fit a page of the file.
    var isFull: Bool { writer.count >= 8 * Limits.pageBytes }

    /// - Parameter id: above that of the fix before.
    mutating func append(_ fix: Fix, id: Int64, of device: Int64, received: Timestamp?) {
        let measurements = fix.measurements
        let form = Form(of: fix, received: received)
        let (isAlike, isNext) = (form == before.form, id == before.id &+ 1)
        writer.append((isAlike ? 2 : 0) | (isNext ? 1 : 0), bits: 2)
        if !isAlike { form.write(to: &writer) }
        if !isNext { writer.append(signed: id &- before.id) }
        writer.append(signed: device &- before.device)
        writer.append(signed: fix.time.microseconds &- before.time)
        if let received {
            writer.append(signed: received.microseconds &- before.received)
            before.received = received.microseconds
        }
        writer.append(fix.coordinate.latitude, on: .degrees, after: &before.latitude)
        writer.append(fix.coordinate.longitude, on: .degrees, after: &before.longitude)
        if let number = measurements.reportedAccuracy_m { writer.append(number, on: .others, after: &before.accuracy) }
        if let number = measurements.hdop { writer.append(number, on: .others, after: &before.hdop) }
        if let number = measurements.speed_mps { writer.append(number, on: .speeds, after: &before.speed) }
        if let number = measurements.course_deg { writer.append(number, on: .others, after: &before.course) }
        if let number = measurements.altitude_m { writer.append(number, on: .others, after: &before.altitude) }
        if let satellites = measurements.satellites {
            writer.append(signed: Int64(satellites) &- before.satellites)
            before.satellites = Int64(satellites)
        }
        (before.form, before.id, before.device, before.time) = (form, id, device, fix.time.microseconds)
        count += 1
    }

    func bytes() -> [UInt8] { writer.finish() }

    /// - Parameters:
    ///   - first: that it was begun with.
    ///   - count: of the fixes in it.
    static func fixes(in bytes: [UInt8], from first: Int64, count: Int) throws(DamagedChunk) -> [ArrivedFix] {
        var reader = BitReader(bytes, from: 0)
        var before = Reference(first)
        var fixes: [ArrivedFix] = []
        fixes.reserveCapacity(count)
        for _ in 0..<count { fixes.append(try before.next(from: &reader)) }
        return fixes
    }

    /// The fix before, or what stands for one before the first: what the next is written as differences to.
    private struct Reference {
        var form = Form()
        var id: Int64
        var device: Int64 = 0
        var time: Int64 = 0
        var received: Int64 = 0
        var latitude: Int64 = 0
        var longitude: Int64 = 0
        var accuracy: Int64 = 0
        var hdop: Int64 = 0
        var speed: Int64 = 0
        var course: Int64 = 0
        var altitude: Int64 = 0
        var satellites: Int64 = 0

        init(_ first: Int64) { id = first &- 1 }

        mutating func next(from reader: inout BitReader) throws(DamagedChunk) -> ArrivedFix {
            let same = try reader.read(2)
            if same & 2 == 0 { form = try Form(from: &reader) }
            id &+= same & 1 == 0 ? try reader.readSigned() : 1
            device &+= try reader.readSigned()
            time &+= try reader.readSigned()
            if form.fields.contains(.received) { received &+= try reader.readSigned() }
            let coordinate = Coordinate(
                latitude: try reader.readNumber(on: .degrees, after: &latitude),
                longitude: try reader.readNumber(on: .degrees, after: &longitude))
            var fix = Fix(time: Timestamp(microseconds: time), coordinate: coordinate, weeksAdded: form.weeksAdded)
            fix.measurements = try measurements(from: &reader)
            var stored = StoredFix(id: id, fix: fix)
            if form.fields.contains(.received) { stored.received = Timestamp(microseconds: received) }
            return ArrivedFix(device: device, stored: stored)
        }

        private mutating func measurements(from reader: inout BitReader) throws(DamagedChunk) -> Measurements {
            let fields = form.fields
            var said = Measurements()
            if fields.contains(.accuracy) {
                said.reportedAccuracy_m = try reader.readNumber(on: .others, after: &accuracy)
            }
            if fields.contains(.hdop) { said.hdop = try reader.readNumber(on: .others, after: &hdop) }
            if fields.contains(.speed) { said.speed_mps = try reader.readNumber(on: .speeds, after: &speed) }
            if fields.contains(.course) { said.course_deg = try reader.readNumber(on: .others, after: &course) }
            if fields.contains(.altitude) { said.altitude_m = try reader.readNumber(on: .others, after: &altitude) }
            if fields.contains(.satellites) {
                satellites &+= try reader.readSigned()
                said.satellites = Int(truncatingIfNeeded: satellites)
            }
            if fields.contains(.dimensions) { said.dimensions = form.dimensions }
            if fields.contains(.solution) { said.solution = Solution(rawValue: form.solution) }
            return said
        }
    }
}

/// What a receiver's fixes mostly have in common with the one before.
private struct Form: Equatable {
    var fields: FixFields = []
    var dimensions = 0
    var solution: UInt8 = 0
    var weeksAdded = 0

    init() {}

    init(of fix: Fix, received: Timestamp?) {
        fields = FixFields(of: fix, received: received)
        dimensions = fix.measurements.dimensions ?? 0
        solution = fix.measurements.solution?.rawValue ?? 0
        weeksAdded = fix.weeksAdded
    }

    func write(to writer: inout BitWriter) {
        writer.append(fields.bits, bits: FixFields.count)
        if fields.contains(.dimensions) { writer.append(signed: Int64(dimensions)) }
        if fields.contains(.solution) { writer.append(UInt64(solution), bits: 8) }
        if fields.contains(.weeksAdded) { writer.append(signed: Int64(weeksAdded)) }
    }

    init(from reader: inout BitReader) throws(DamagedChunk) {
        fields = FixFields(bits: try reader.read(FixFields.count))
        if fields.contains(.dimensions) { dimensions = Int(truncatingIfNeeded: try reader.readSigned()) }
        if fields.contains(.solution) { solution = UInt8(truncatingIfNeeded: try reader.read(8)) }
        if fields.contains(.weeksAdded) { weeksAdded = Int(truncatingIfNeeded: try reader.readSigned()) }
    }
}
