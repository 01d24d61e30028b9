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

    func isWithin(_ metres: Double, of place: Coordinate) -> Bool { coordinate.isRoughlyWithin(metres, of: place) }

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
