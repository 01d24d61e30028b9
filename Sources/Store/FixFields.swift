internal import Positioning

/// What not every fix has.
struct FixFields: OptionSet {
    let rawValue: UInt16

    static let received = FixFields(rawValue: 1)
    static let accuracy = FixFields(rawValue: 2)
    static let hdop = FixFields(rawValue: 4)
    static let speed = FixFields(rawValue: 8)
    static let course = FixFields(rawValue: 16)
    static let altitude = FixFields(rawValue: 32)
    static let satellites = FixFields(rawValue: 64)
    static let dimensions = FixFields(rawValue: 128)
    static let solution = FixFields(rawValue: 256)
    static let weeksAdded = FixFields(rawValue: 512)
    static let count = 10

    init(rawValue: UInt16) { self.rawValue = rawValue }

    init(bits: UInt64) { rawValue = UInt16(truncatingIfNeeded: bits) }

    init(of fix: Fix, received: Timestamp?) {
        let measurements = fix.measurements
        var fields: FixFields = []
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
