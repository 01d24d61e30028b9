import Glibc
public import Positioning

/// The plane that touches the earth at a place: for ways of a few hundred metres, good to a part in a thousand.
public struct Plane {
    private let origin: Coordinate
    private let metresPerLongitude: Double

    /// Metres of a degree of latitude on a sphere of the earth's mean radius.
    private static let metresPerDegree = 111_195.0

    public init(at origin: Coordinate) {
        self.origin = origin
        metresPerLongitude = Self.metresPerDegree * cos(origin.latitude * .pi / 180)
    }

    /// The place so far from the origin.
    public func place(east_m: Double, north_m: Double) -> Coordinate {
        var longitude = origin.longitude + east_m / max(metresPerLongitude, 1)
        if longitude > 180 { longitude -= 360 } else if longitude < -180 { longitude += 360 }
        return Coordinate(latitude: origin.latitude + north_m / Self.metresPerDegree, longitude: longitude)
    }

    /// The way from the origin to a place.
    public func vector_m(to place: Coordinate) -> (east: Double, north: Double) {
        var degrees = place.longitude - origin.longitude
        if degrees > 180 { degrees -= 360 } else if degrees < -180 { degrees += 360 }
        return (degrees * metresPerLongitude, (place.latitude - origin.latitude) * Self.metresPerDegree)
    }
}
