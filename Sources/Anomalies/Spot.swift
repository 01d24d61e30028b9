internal import Positioning

/// A place to a centimetre in 8 bytes, for what is remembered of every device.
struct Spot: Equatable, Sendable {
    private var latitude_e7: Int32
    private var longitude_e7: Int32

    static let nowhere = Spot(Coordinate(latitude: 0, longitude: 0))

    init(_ coordinate: Coordinate) {
        latitude_e7 = Int32(max(-900_000_000, min(900_000_000, (coordinate.latitude * 1e7).rounded())))
        longitude_e7 = Int32(max(-1_800_000_000, min(1_800_000_000, (coordinate.longitude * 1e7).rounded())))
    }

    var coordinate: Coordinate {
        Coordinate(latitude: Double(latitude_e7) / 1e7, longitude: Double(longitude_e7) / 1e7)
    }

    func roughDistance_m(to place: Coordinate) -> Double { coordinate.roughDistance_m(to: place) }

    /// Metres to another place at most, reckoned without a sine: mostly enough to know that it is near.
    func farthest_m(to place: Coordinate) -> Double {
        ((Double(latitude_e7) / 1e7 - place.latitude).magnitude
            + (Double(longitude_e7) / 1e7 - place.longitude).magnitude) * Limits.metresPerDegreeMost
    }

    func isWithin(_ metres: Double, of place: Coordinate) -> Bool {
        farthest_m(to: place) <= metres || roughDistance_m(to: place) <= metres
    }

    mutating func code<Coder: StateCoder>(_ coder: inout Coder) throws(Coder.Failure) {
        var place = coordinate
        try coder.coordinate(&place)
        self = Spot(place)
    }
}
