/// A position on WGS-84, in decimal degrees.
public struct Coordinate: Equatable, Hashable, Sendable {
    /// North of the equator, −90…90.
    public var latitude: Double
    /// East of Greenwich, −180…180.
    public var longitude: Double

    public init(latitude: Double, longitude: Double) {
        self.latitude = latitude
        self.longitude = longitude
    }

    /// Finite, and within ±90 and ±180 degrees.
    public var isOnEarth: Bool {
        latitude.magnitude <= 90 && longitude.magnitude <= 180
    }
}
