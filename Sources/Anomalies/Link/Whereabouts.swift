public import Positioning

/// Where a device was last known to be, in as little room as it takes to remember that.
public struct Whereabouts: Equatable, Sendable {
    private var coordinate = Coordinate(latitude: 0, longitude: 0)
    @MaybeDouble private var accuracy_m: Double?
    @MaybeTime private(set) var time: Timestamp?

    /// Nowhere yet.
    public init() {}

    init(_ time: Timestamp, _ coordinate: Coordinate, accuracy_m: Double?) {
        self.time = time
        self.coordinate = coordinate
        self.accuracy_m = accuracy_m
    }

    public struct Place: Equatable, Sendable {
        /// Of the fix.
        public var time: Timestamp
        /// WGS-84.
        public var coordinate: Coordinate
        /// One standard deviation, metres; `nil` where the receiver says none.
        public var accuracy_m: Double?
    }

    /// `nil`: nowhere yet.
    public var place: Place? { time.map { Place(time: $0, coordinate: coordinate, accuracy_m: accuracy_m) } }

    mutating func code<Coder: StateCoder>(_ coder: inout Coder) throws(Coder.Failure) {
        var place = place
        let nowhere = Place(time: Timestamp(microseconds: 0), coordinate: Coordinate(latitude: 0, longitude: 0))
        try coder.optional(&place, blank: nowhere) { (coder, place) throws(Coder.Failure) in
            try coder.time(&place.time)
            try coder.coordinate(&place.coordinate)
            try coder.optional(&place.accuracy_m, blank: 0) { (coder, value) throws(Coder.Failure) in
                try coder.double(&value)
            }
        }
        self = place.map { Self($0.time, $0.coordinate, accuracy_m: $0.accuracy_m) } ?? Self()
    }
}
