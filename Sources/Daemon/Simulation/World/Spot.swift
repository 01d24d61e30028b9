internal import Fencing
import Glibc
internal import Positioning

/// A place in the made-up city: metres from its middle.
struct Spot: Equatable, Sendable {
    var east_m: Double
    var north_m: Double

    init(_ east_m: Double, _ north_m: Double) {
        self.east_m = east_m
        self.north_m = north_m
    }

    init(_ coordinate: Coordinate) {
        let vector = Plane(at: City.middle).vector_m(to: coordinate)
        self.init(vector.east, vector.north)
    }

    func distance_m(to other: Spot) -> Double { hypot(other.east_m - east_m, other.north_m - north_m) }

    func moved(_ east_m: Double, _ north_m: Double) -> Spot { Spot(self.east_m + east_m, self.north_m + north_m) }

    func towards(_ other: Spot, share: Double) -> Spot {
        Spot(east_m + (other.east_m - east_m) * share, north_m + (other.north_m - north_m) * share)
    }

    /// Degrees from true north.
    func course(to other: Spot) -> Double {
        let degrees = atan2(other.east_m - east_m, other.north_m - north_m) * 180 / .pi
        return degrees < 0 ? degrees + 360 : degrees
    }

    var coordinate: Coordinate { City.middle.offset(north_m: north_m, east_m: east_m) }
}
