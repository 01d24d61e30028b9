/// What one epoch of a stream says of one device, before it is known whether it is a usable fix: what a decoder yields.
public struct Report: Equatable, Sendable {
    /// The device as the stream itself names it; `nil` where the protocol carries no identity.
    public var device: String?
    /// `nil` where the stream has given no date.
    public var time: Timestamp?
    /// `nil` where the receiver gave no position, or one that is not on the earth.
    public var coordinate: Coordinate?
    public var measurements: Measurements
    /// Why a decoder already knows that this is no usable fix; `nil` where it is one as far as a decoder can tell.
    public var rejection: Rejection?
    /// What the device itself raises.
    public var alarms: Alarms = []
    /// Charge that is left, 0…100; `nil` where the device does not say.
    @MaybeCount public var battery_percent: Int?
    /// Weeks by which the device's own time was behind, and that were added to ``time``; 0: none; `nil` where nobody has looked.
    @MaybeCount public var weeksAdded: Int?

    public init(
        device: String? = nil, time: Timestamp?, coordinate: Coordinate?, measurements: Measurements = Measurements(),
        rejection: Rejection? = nil
    ) {
        self.device = device
        self.time = time
        self.coordinate = coordinate
        self.measurements = measurements
        self.rejection = rejection
    }
}

extension Report {
    /// What trackers raise by themselves, and say with a report.
    public struct Alarms: OptionSet, Sendable {
        public let rawValue: UInt8

        public init(rawValue: UInt8) { self.rawValue = rawValue }

        /// Somebody calls for help.
        public static let sos = Alarms(rawValue: 1)
        public static let accident = Alarms(rawValue: 2)
        /// Cut from the vehicle's power.
        public static let powerCut = Alarms(rawValue: 4)
        /// Opened, or shaken, where it is guarded.
        public static let tamper = Alarms(rawValue: 8)
        /// Moved, where it should stand.
        public static let tow = Alarms(rawValue: 16)
        /// The antenna is cut off, or shorted.
        public static let antenna = Alarms(rawValue: 32)
        public static let lowBattery = Alarms(rawValue: 64)

        /// All there are, with the words that stand for them in JSON; the most urgent first.
        public static let named: [(alarm: Alarms, name: String)] = [
            (.sos, "sos"), (.accident, "accident"), (.powerCut, "power_cut"), (.tamper, "tamper"), (.tow, "tow"),
            (.antenna, "antenna"), (.lowBattery, "low_battery"),
        ]
    }

    /// A fix as it was taken, to be decided once more.
    public init(again fix: Fix) {
        self.init(time: fix.time, coordinate: fix.coordinate, measurements: fix.measurements)
        weeksAdded = fix.weeksAdded
    }
}

/// Why a report is kept from deciding about fences. A rejected report is counted and visible; it is never silently dropped.
public enum Rejection: String, Error, Equatable, Hashable, Sendable, CaseIterable {
    /// The receiver itself says that it has no fix.
    case void
    /// The stream never gave a date for this time of day.
    case undated
    /// Dead reckoning, manual input or a simulator: see ``Solution/isObserved``.
    case unobserved
    /// Exactly 0, 0: what trackers send when they know nothing.
    case zero
    /// The device's time again: already decided.
    case duplicate
    /// After its arrival, or ahead of fixes that came after it: the tracker's clock was wrong.
    case future
    /// Older than the horizon within which the past is decided again, or, of a device not known, than all that is kept.
    case past
    /// Too far from the fix before and from the one after it to have been there in between.
    case impossible_speed
    /// Known no better than some hundreds of metres: from a network cell, or from too few satellites.
    case coarse
    /// The device is not in the registry, and the configuration says to reject such.
    case unknown_device
    /// The device is not in the registry, and the configuration says to quarantine such.
    case quarantined
    /// The registry says that this device is heard from other addresses.
    case foreign_source
    /// There are as many devices as ``Limits`` allow; this would be one more.
    case too_many_devices
}
