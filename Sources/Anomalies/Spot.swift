internal import Positioning

/// A place to a centimetre in 8 bytes, for what is remembered of every device.
struct Spot: Equatable, Sendable {
    private var latitude_e7: Int32
    private var longitude_e7: Int32

    static let nowhere = Spot(Coordinate(latitude: 0, longitude: 0))

    init(_ coordinate: Coordinate) {
        latitude_e7 = Int32(nearest: max(-900_000_000, min(900_000_000, coordinate.latitude * 1e7)))
        longitude_e7 = Int32(nearest: max(-1_800_000_000, min(1_800_000_000, coordinate.longitude * 1e7)))
    }

    var coordinate: Coordinate {
        Coordinate(latitude: Double(latitude_e7) / 1e7, longitude: Double(longitude_e7) / 1e7)
    }

    func roughDistance_m(to place: Coordinate) -> Double { coordinate.roughDistance_m(to: place) }

    func farthest_m(to place: Coordinate) -> Double { coordinate.roughDistanceAtMost_m(to: place) }

    /// Whether a place is at most some metres away by ``Positioning/Coordinate/roughDistance_m(to:)``.
    /// - Parameter metres: some kilometres at most.
    func isWithin(_ metres: Double, of place: Coordinate) -> Bool {
        // On a plane, within a hundredth of it: where that is enough, no sine is taken.
        let (latitude, longitude) = (Double(latitude_e7) * 1e-7, Double(longitude_e7) * 1e-7)
        let north = place.latitude - latitude
        let across = (place.longitude - longitude).magnitude
        let x = latitude * (.pi / 180)
        let east = min(across, 360 - across) * (1 - x * x / 2 * (1 - x * x * (1 / 12.0) * (1 - x * x * (1 / 30.0))))
        let square = (north * north + east * east) * (Self.metresPerDegree * Self.metresPerDegree)
        if latitude.magnitude < 80 {
            if square > 1.05 * metres * metres { return false }
            if square < 0.95 * metres * metres { return true }
        }
        return coordinate.isRoughlyWithin(metres, of: place)
    }

    private static let metresPerDegree = 111_195.0

    mutating func code<Coder: StateCoder>(_ coder: inout Coder) throws(Coder.Failure) {
        var place = coordinate
        try coder.coordinate(&place)
        self = Spot(place)
    }
}

extension Int32 {
    /// - Parameter value: within what an `Int32` holds; of two as near, the one away from zero. `rounded()` is a call, this is not.
    init(nearest value: Double) { self = Int32(value + (value < 0 ? -0.5 : 0.5)) }
}
