internal import Engine
internal import Positioning

/// A fix as the store has it.
struct StoredFix: Equatable {
    /// Its place in the order of arrival.
    var id: Int64
    var fix: Fix
    /// `nil` for recorded input.
    var received: Timestamp?
    /// Why it was withdrawn, as ``Rejection``'s name; `nil`: it stands. No part of a chunk.
    var withdrawn: String?

    var time_us: Int64 { fix.time.microseconds }

    /// By time; two of one time, which the core never gives, by arrival.
    static func precedes(_ a: StoredFix, _ b: StoredFix) -> Bool {
        a.time_us != b.time_us ? a.time_us < b.time_us : a.id < b.id
    }
}

/// The bytes of some fixes of one device by ascending time, column by column: times, then numbers of arrival, then the rest.
///
/// What comes out is what went in, bit by bit: a number is never rounded.
enum FixChunk {
    private static let version: UInt8 = 1

    static func bytes(of fixes: ArraySlice<StoredFix>) -> [UInt8] {
        var writer = BitWriter()
        writer.append(UInt64(version), bits: 8)
        IntegerColumn.write(fixes.map { $0.time_us }, to: &writer)
        IntegerColumn.write(fixes.map { $0.id }, to: &writer)
        NumberColumn.write(fixes.map { $0.fix.coordinate.latitude }, to: &writer)
        NumberColumn.write(fixes.map { $0.fix.coordinate.longitude }, to: &writer)
        writeSome(fixes.map { $0.received?.microseconds }, to: &writer, IntegerColumn.write)
        writeSome(fixes.map { $0.fix.measurements.reportedAccuracy_m }, to: &writer, NumberColumn.write)
        writeSome(fixes.map { $0.fix.measurements.hdop }, to: &writer, NumberColumn.write)
        writeSome(fixes.map { $0.fix.measurements.speed_mps }, to: &writer, NumberColumn.write)
        writeSome(fixes.map { $0.fix.measurements.course_deg }, to: &writer, NumberColumn.write)
        writeSome(fixes.map { $0.fix.measurements.altitude_m }, to: &writer, NumberColumn.write)
        writeSome(fixes.map { $0.fix.measurements.satellites.map(Int64.init) }, to: &writer, IntegerColumn.write)
        writeSome(fixes.map { $0.fix.measurements.dimensions.map(Int64.init) }, to: &writer, IntegerColumn.write)
        writeSome(
            fixes.map { $0.fix.measurements.solution.map { Int64($0.rawValue) } }, to: &writer, IntegerColumn.write)
        IntegerColumn.write(fixes.map { Int64($0.fix.weeksAdded) }, to: &writer)
        return writer.finish()
    }

    /// - Parameter count: of the fixes in it.
    static func fixes(in bytes: [UInt8], count: Int) throws(DamagedChunk) -> [StoredFix] {
        var reader = try reader(of: bytes)
        let times = try IntegerColumn.read(count, from: &reader)
        let ids = try IntegerColumn.read(count, from: &reader)
        let latitudes = try NumberColumn.read(count, from: &reader)
        let longitudes = try NumberColumn.read(count, from: &reader)
        var fixes: [StoredFix] = []
        fixes.reserveCapacity(count)
        for place in 0..<count {
            let fix = Fix(
                time: Timestamp(microseconds: times[place]),
                coordinate: Coordinate(latitude: latitudes[place], longitude: longitudes[place]))
            fixes.append(StoredFix(id: ids[place], fix: fix))
        }
        try readSome(&fixes, &reader, IntegerColumn.read) { $0.received = Timestamp(microseconds: $1) }
        try readSome(&fixes, &reader, NumberColumn.read) { $0.fix.measurements.reportedAccuracy_m = $1 }
        try readSome(&fixes, &reader, NumberColumn.read) { $0.fix.measurements.hdop = $1 }
        try readSome(&fixes, &reader, NumberColumn.read) { $0.fix.measurements.speed_mps = $1 }
        try readSome(&fixes, &reader, NumberColumn.read) { $0.fix.measurements.course_deg = $1 }
        try readSome(&fixes, &reader, NumberColumn.read) { $0.fix.measurements.altitude_m = $1 }
        try readSome(&fixes, &reader, IntegerColumn.read) {
            $0.fix.measurements.satellites = Int(truncatingIfNeeded: $1)
        }
        try readSome(&fixes, &reader, IntegerColumn.read) {
            $0.fix.measurements.dimensions = Int(truncatingIfNeeded: $1)
        }
        try readSome(&fixes, &reader, IntegerColumn.read) {
            $0.fix.measurements.solution = UInt8(exactly: $1).flatMap(Solution.init(rawValue:))
        }
        let weeks = try IntegerColumn.read(count, from: &reader)
        for place in 0..<count { fixes[place].fix.weeksAdded = Int(truncatingIfNeeded: weeks[place]) }
        return fixes
    }

    /// The times alone, which cost a tenth of all.
    static func times(in bytes: [UInt8], count: Int) throws(DamagedChunk) -> [Int64] {
        var reader = try reader(of: bytes)
        return try IntegerColumn.read(count, from: &reader)
    }

    private static func reader(of bytes: [UInt8]) throws(DamagedChunk) -> BitReader {
        guard let first = bytes.first else { throw .ended }
        guard first == version else { throw .version(first) }
        return BitReader(bytes, from: 1)
    }

    /// What not every fix has: none, all, or a bit for each says which.
    private enum Presence: UInt64 { case none, all, some }

    private static func writeSome<Value>(
        _ values: [Value?], to writer: inout BitWriter, _ write: ([Value], inout BitWriter) -> Void
    ) {
        let present = values.compactMap(\.self)
        let presence = present.isEmpty ? Presence.none : present.count == values.count ? .all : .some
        writer.append(presence.rawValue, bits: 2)
        if presence == .some { for value in values { writer.append(value == nil ? 0 : 1, bits: 1) } }
        write(present, &writer)
    }

    private static func readSome<Value>(
        _ fixes: inout [StoredFix], _ reader: inout BitReader,
        _ read: (Int, inout BitReader) throws(DamagedChunk) -> [Value], _ put: (inout StoredFix, Value) -> Void
    ) throws(DamagedChunk) {
        guard let presence = Presence(rawValue: try reader.read(2)) else { throw .value }
        switch presence {
        case .none: return
        case .all:
            let values = try read(fixes.count, &reader)
            for place in fixes.indices { put(&fixes[place], values[place]) }
        case .some:
            var places: [Int] = []
            for place in fixes.indices where try reader.read(1) == 1 { places.append(place) }
            let values = try read(places.count, &reader)
            for (place, value) in zip(places, values) { put(&fixes[place], value) }
        }
    }
}
