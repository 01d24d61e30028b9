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
        let (latitude, longitude) = (Double(latitude_e7) * 1e-7, Double(longitude_e7) * 1e-7)
        guard latitude.magnitude < 80 else { return coordinate.isRoughlyWithin(metres, of: place) }
        // On a plane, within a hundredth of it: where that is enough, no sine is taken, nor is one needed to tell how narrow a
        // degree is there where it is far north or south, or near even if it were wide.
        let degrees = metres * Self.degreesPerMetre
        let (near, far) = (0.95 * degrees * degrees, 1.05 * degrees * degrees)
        let north = place.latitude - latitude
        if north * north > far { return false }
        let across = (place.longitude - longitude).magnitude
        if north * north + across * across < near { return true }
        let x = latitude * (.pi / 180)
        let east = min(across, 360 - across) * (1 - x * x / 2 * (1 - x * x * (1 / 12.0) * (1 - x * x * (1 / 30.0))))
        let square = north * north + east * east
        if square > far { return false }
        if square < near { return true }
        return coordinate.isRoughlyWithin(metres, of: place)
    }

    private static let degreesPerMetre = 1 / 111_195.0

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
