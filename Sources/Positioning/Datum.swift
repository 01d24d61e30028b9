internal import Glibc

/// What longitudes and latitudes refer to: WGS-84, or one of the two shifted systems of Chinese maps.
///
/// GCJ-02 and BD-09 are defined by no published standard; these are the formulas that are publicly known for them, as
/// used by the maps themselves within about a metre. Outside of ``covers(_:)`` maps are not shifted, and nothing is
/// changed.
public enum Datum: String, CaseIterable, Sendable {
    case wgs84, gcj02, bd09

    private static let longitudes = 72.004...137.8347
    private static let latitudes = 0.8293...55.8271

    /// Whether the formulas shift a place: 72.004…137.8347 E, 0.8293…55.8271 N, a box around China.
    public static func covers(_ coordinate: Coordinate) -> Bool {
        longitudes.contains(coordinate.longitude) && latitudes.contains(coordinate.latitude)
    }

    /// The WGS-84 coordinate of one given in this datum, within 1 mm; unchanged outside of the formulas' box.
    public func toWGS84(_ coordinate: Coordinate) -> Coordinate {
        switch self {
        case .wgs84: coordinate
        case .gcj02: Self.inverse(of: coordinate, Self.gcj02)
        case .bd09: Self.inverse(of: coordinate) { Self.bd09(Self.gcj02($0)) }
        }
    }

    /// This datum's coordinate of one in WGS-84; unchanged outside of the formulas' box.
    public func fromWGS84(_ coordinate: Coordinate) -> Coordinate {
        guard Self.covers(coordinate) else { return coordinate }
        return switch self {
        case .wgs84: coordinate
        case .gcj02: Self.gcj02(coordinate)
        case .bd09: Self.bd09(Self.gcj02(coordinate))
        }
    }

    /// The coordinate whose image is the given one. The shift changes slowly from place to place, so taking the miss
    /// away again and again closes in by a factor of more than ten a round.
    private static func inverse(of image: Coordinate, _ shift: (Coordinate) -> Coordinate) -> Coordinate {
        // A place just inside the box may be shifted to just outside of it.
        guard (image.latitude - image.latitude.held(in: latitudes)).magnitude < 0.05,
            (image.longitude - image.longitude.held(in: longitudes)).magnitude < 0.05
        else { return image }
        var found = image
        for _ in 0..<Limits.datumRounds {
            let miss = shift(found)
            let (latitude, longitude) = (image.latitude - miss.latitude, image.longitude - miss.longitude)
            found.latitude += latitude
            found.longitude += longitude
            if max(latitude.magnitude, longitude.magnitude) < 1e-11 { break }
        }
        // On the box's very edge a rounding decides.
        let held = Coordinate(
            latitude: found.latitude.held(in: latitudes), longitude: found.longitude.held(in: longitudes))
        let miss = max((held.latitude - found.latitude).magnitude, (held.longitude - found.longitude).magnitude)
        return miss < 1e-9 ? held : image
    }

    /// From WGS-84, on the Krasovsky 1940 ellipsoid that the formulas use.
    private static func gcj02(_ coordinate: Coordinate) -> Coordinate {
        let semiMajorAxis = 6_378_245.0
        let squaredEccentricity = 0.006_693_421_622_965_943_23
        let (x, y) = (coordinate.longitude - 105, coordinate.latitude - 35)
        let root = x.magnitude.squareRoot()
        let common = 20 * sin(6 * x * .pi) + 20 * sin(2 * x * .pi)
        let north =
            -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root
            + (common + 20 * sin(y * .pi) + 40 * sin(y / 3 * .pi) + 160 * sin(y / 12 * .pi) + 320 * sin(y * .pi / 30))
            * 2 / 3
        let east =
            300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root
            + (common + 20 * sin(x * .pi) + 40 * sin(x / 3 * .pi) + 150 * sin(x / 12 * .pi) + 300 * sin(x / 30 * .pi))
            * 2 / 3
        let radians = coordinate.latitude / 180 * .pi
        let sine = sin(radians)
        let w2 = 1 - squaredEccentricity * sine * sine
        let meridian = semiMajorAxis * (1 - squaredEccentricity) / (w2 * w2.squareRoot())
        let parallel = semiMajorAxis / w2.squareRoot() * cos(radians)
        return Coordinate(
            latitude: coordinate.latitude + north * 180 / (meridian * .pi),
            longitude: coordinate.longitude + east * 180 / (parallel * .pi))
    }

    /// From GCJ-02.
    private static func bd09(_ coordinate: Coordinate) -> Coordinate {
        let turn = Double.pi * 3000 / 180
        let (x, y) = (coordinate.longitude, coordinate.latitude)
        let radius = (x * x + y * y).squareRoot() + 0.000_02 * sin(y * turn)
        let angle = atan2(y, x) + 0.000_003 * cos(x * turn)
        return Coordinate(latitude: radius * sin(angle) + 0.006, longitude: radius * cos(angle) + 0.0065)
    }
}

extension Double {
    fileprivate func held(in range: ClosedRange<Double>) -> Double {
        Swift.min(range.upperBound, Swift.max(range.lowerBound, self))
    }
}

extension Limits {
    /// Rounds in which a datum's inverse closes in: six reach a millimetre; after the last, what is found stands.
    static let datumRounds = 12
}
