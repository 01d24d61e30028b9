/// One position report of one device that has all it needs to be decided upon.
public struct Fix: Equatable, Sendable {
    /// When the receiver says it was there (UTC).
    public var time: Timestamp
    public var coordinate: Coordinate
    public var measurements: Measurements
    /// Weeks by which the device's own time was behind, and that were added to ``time``: see ``Report/weeksAdded``.
    public var weeksAdded = 0

    public init(
        time: Timestamp, coordinate: Coordinate, measurements: Measurements = Measurements(), weeksAdded: Int = 0
    ) {
        self.time = time
        self.coordinate = coordinate
        self.measurements = measurements
        self.weeksAdded = weeksAdded
    }
}

/// What a receiver says of a fix besides time and place. What it did not say is `nil`, never 0.
public struct Measurements: Equatable, Sendable {
    /// One standard deviation of the horizontal error on an axis, metres, as the receiver itself reports it (NMEA GST, a phone's accuracy).
    @MaybeDouble public var reportedAccuracy_m: Double?
    /// Horizontal dilution of precision.
    @MaybeDouble public var hdop: Double?
    /// Satellites used in the solution.
    @MaybeCount public var satellites: Int?
    /// Ground speed, metres per second.
    @MaybeDouble public var speed_mps: Double?
    /// Course over ground, degrees from true north, 0..<360.
    @MaybeDouble public var course_deg: Double?
    /// Height above mean sea level, metres.
    @MaybeDouble public var altitude_m: Double?
    /// 2 or 3: the dimensions of the solution.
    @MaybeCount public var dimensions: Int?
    public var solution: Solution?

    public init() {}

    /// Metres of range error that one unit of HDOP stands for.
    public static let metresPerHDOP = 5.0

    /// One standard deviation of the horizontal error on an axis, metres: as reported, else HDOP × 5 m.
    @inlinable @inline(__always) public var accuracy_m: Double? {
        reportedAccuracy_m ?? hdop.map { $0 * Self.metresPerHDOP }
    }
}

/// How a receiver came by a position: NMEA 0183's GGA quality and mode indicators, and what other protocols have of them.
public enum Solution: UInt8, Equatable, Sendable, CaseIterable {
    case autonomous = 1
    case differential
    case precise
    case rtkFixed
    case rtkFloat
    case estimated
    case manual
    case simulated

    /// Whether satellites were seen where it says: dead reckoning, manual input and simulators decide no fence.
    public var isObserved: Bool {
        switch self {
        case .autonomous, .differential, .precise, .rtkFixed, .rtkFloat: true
        case .estimated, .manual, .simulated: false
        }
    }

    /// The word that stands for it in JSON and in the store.
    public var name: String {
        switch self {
        case .autonomous: "autonomous"
        case .differential: "differential"
        case .precise: "precise"
        case .rtkFixed: "rtk_fixed"
        case .rtkFloat: "rtk_float"
        case .estimated: "estimated"
        case .manual: "manual"
        case .simulated: "simulated"
        }
    }
}
