internal import Glibc
internal import Positioning

/// WGS-84 (NIMA TR8350.2): the ellipsoid that every distance is measured on.
enum Ellipsoid {
    static let semiMajorAxis_m = 6_378_137.0
    static let flattening = 1 / 298.257223563
    static let semiMinorAxis_m = semiMajorAxis_m * (1 - flattening)
    static let squaredEccentricity = flattening * (2 - flattening)
    static let radiansPerDegree = Double.pi / 180

    static func cosine(ofDegrees degrees: Double) -> Double { max(0, cos(degrees * radiansPerDegree)) }
}

/// How long a degree is at one latitude: the plane in which short distances are measured.
struct MetresPerDegree: Equatable, Sendable {
    var longitude: Double
    var latitude: Double

    /// From the radii of curvature in the prime vertical and in the meridian.
    /// - Parameter degrees: latitude, −90…90; beyond, as at the pole.
    init(atLatitude degrees: Double) {
        let radians = min(90, max(-90, degrees)) * Ellipsoid.radiansPerDegree
        let sine = sin(radians)
        let w2 = 1 - Ellipsoid.squaredEccentricity * sine * sine
        let primeVertical = Ellipsoid.semiMajorAxis_m / w2.squareRoot()
        let meridian = primeVertical * (1 - Ellipsoid.squaredEccentricity) / w2
        longitude = primeVertical * max(0, cos(radians)) * Ellipsoid.radiansPerDegree
        latitude = meridian * Ellipsoid.radiansPerDegree
    }
}

/// Distances on the ellipsoid from one fixed position.
///
/// T. Vincenty, "Direct and inverse solutions of geodesics on the ellipsoid" (Survey Review XXIII, 1975): within 0.5
/// mm, except near the antipodes, where it does not settle; there a sphere's distance is given, within 0.6 %.
struct GeodesicOrigin: Sendable {
    let position: Position
    private let sineU: Double
    private let cosineU: Double

    init(_ position: Position) {
        self.position = position
        (sineU, cosineU) = Self.reduced(position.latitude)
    }

    /// Sine and cosine of the latitude on the auxiliary sphere.
    private static func reduced(_ latitude: Double) -> (sine: Double, cosine: Double) {
        let radians = latitude * Ellipsoid.radiansPerDegree
        let y = (1 - Ellipsoid.flattening) * sin(radians)
        let x = cos(radians)
        let length = (x * x + y * y).squareRoot()
        return (y / length, x / length)
    }

    /// Metres.
    func distance(to other: Position) -> Double {
        let f = Ellipsoid.flattening
        let (sineU2, cosineU2) = Self.reduced(other.latitude)
        let difference = (other.longitude - position.longitude).unrolled(near: 0) * Ellipsoid.radiansPerDegree
        var lambda = difference
        for _ in 0..<Limits.vincentyRounds {
            let (sineL, cosineL) = (sin(lambda), cos(lambda))
            let east = cosineU2 * sineL
            let north = cosineU * sineU2 - sineU * cosineU2 * cosineL
            let sineSigma = (east * east + north * north).squareRoot()
            guard sineSigma > 0 else { return cosineL > 0 ? 0 : sphericalDistance(to: other) }
            let cosineSigma = sineU * sineU2 + cosineU * cosineU2 * cosineL
            let sigma = atan2(sineSigma, cosineSigma)
            let sineAlpha = cosineU * cosineU2 * sineL / sineSigma
            let cosine2Alpha = 1 - sineAlpha * sineAlpha
            // Along the equator the midpoint's term vanishes.
            let cosine2Sm = cosine2Alpha > 0 ? cosineSigma - 2 * sineU * sineU2 / cosine2Alpha : 0
            let c = f / 16 * cosine2Alpha * (4 + f * (4 - 3 * cosine2Alpha))
            let before = lambda
            let series = cosine2Sm + c * cosineSigma * (2 * cosine2Sm * cosine2Sm - 1)
            lambda = difference + (1 - c) * f * sineAlpha * (sigma + c * sineSigma * series)
            guard (lambda - before).magnitude > 1e-12 else {
                return Self.length(sigma, sineSigma, cosineSigma, cosine2Alpha, cosine2Sm)
            }
        }
        return sphericalDistance(to: other)
    }

    private static func length(
        _ sigma: Double, _ sineSigma: Double, _ cosineSigma: Double, _ cosine2Alpha: Double, _ cosine2Sm: Double
    ) -> Double {
        let (a, b) = (Ellipsoid.semiMajorAxis_m, Ellipsoid.semiMinorAxis_m)
        let u2 = cosine2Alpha * (a * a - b * b) / (b * b)
        let bigA = 1 + u2 / 16_384 * (4096 + u2 * (-768 + u2 * (320 - 175 * u2)))
        let bigB = u2 / 1024 * (256 + u2 * (-128 + u2 * (74 - 47 * u2)))
        let m2 = cosine2Sm * cosine2Sm
        let last = bigB / 6 * cosine2Sm * (4 * sineSigma * sineSigma - 3) * (4 * m2 - 3)
        let inner = cosineSigma * (2 * m2 - 1) - last
        return b * bigA * (sigma - bigB * sineSigma * (cosine2Sm + bigB / 4 * inner))
    }

    private func sphericalDistance(to other: Position) -> Double {
        let k = Ellipsoid.radiansPerDegree
        let dLatitude = sin((other.latitude - position.latitude) * k / 2)
        let dLongitude = sin((other.longitude - position.longitude) * k / 2)
        let h =
            dLatitude * dLatitude
            + cos(position.latitude * k) * cos(other.latitude * k) * dLongitude * dLongitude
        let meanRadius = (2 * Ellipsoid.semiMajorAxis_m + Ellipsoid.semiMinorAxis_m) / 3
        return 2 * meanRadius * asin(min(1, h.squareRoot()))
    }
}
