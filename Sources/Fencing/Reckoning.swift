import Glibc
public import Positioning

/// Where a device is, by its fixes and its velocity together.
///
/// The error of a receiver's position stays alike for minutes, so that a fix tells little that its neighbour didn't. Its
/// velocity is another measurement (see ``Motion``), whose errors don't last. So the velocity carries the place from fix to
/// fix, and each fix corrects it by as much as it is news: an error that was seen through while the device stood is still
/// known when it walks away. Without a velocity, or after a silence, the place is the fix and nothing else.
///
/// A Kalman filter of two unknowns on each axis: the place, which follows the velocity, and the error of the fix, a
/// first-order Gauss-Markov process of the claimed accuracy and its correlation time. Both axes have one covariance.
public struct Reckoning: Equatable, Sendable {
    public var place: Coordinate
    /// The error of the newest fix as far as it is known, metres.
    public var errorEast_m: Double
    public var errorNorth_m: Double
    /// Variances on an axis, square metres: of the place, of the fix's error, and what they have in common.
    public var placeVariance_m2: Double
    public var errorVariance_m2: Double
    public var covariance_m2: Double
    /// The newest fix was too far from where it had to be. One such fix is a stray; two, and it begins anew.
    public var isAstray: Bool

    /// Nothing but a fix is known.
    public init(at fix: Motion) {
        let fresh_m = Limits.freshShare * fix.accuracy_m
        self.init(
            place: fix.coordinate, placeVariance_m2: fix.accuracy_m * fix.accuracy_m + fresh_m * fresh_m,
            errorVariance_m2: fix.accuracy_m * fix.accuracy_m, covariance_m2: -fix.accuracy_m * fix.accuracy_m)
    }

    public init(
        place: Coordinate, errorEast_m: Double = 0, errorNorth_m: Double = 0, placeVariance_m2: Double,
        errorVariance_m2: Double, covariance_m2: Double, isAstray: Bool = false
    ) {
        self.place = place
        self.errorEast_m = errorEast_m
        self.errorNorth_m = errorNorth_m
        self.placeVariance_m2 = placeVariance_m2
        self.errorVariance_m2 = errorVariance_m2
        self.covariance_m2 = covariance_m2
        self.isAstray = isAstray
    }

    /// One standard deviation of the place on an axis, metres, at least ``Limits/accuracyFloor_m``.
    public var accuracy_m: Double { max(placeVariance_m2.squareRoot(), Limits.accuracyFloor_m) }

    /// Takes the next fix.
    /// - Parameter last: the fix before.
    public mutating func follow(_ next: Motion, from last: Motion) {
        let wasAstray = isAstray
        guard let way = last.way(to: next), place.isOnEarth, advance(way, from: last, to: next) else {
            self = Reckoning(at: next)
            return
        }
        let fresh_m = Limits.freshShare * next.accuracy_m
        let expected_m2 = placeVariance_m2 + 2 * covariance_m2 + errorVariance_m2 + fresh_m * fresh_m
        let plane = Plane(at: place)
        let off = plane.vector_m(to: next.coordinate)
        let news = (east: off.east - errorEast_m, north: off.north - errorNorth_m)
        let limit_m2 = Limits.astrayStrength * Limits.astrayStrength * expected_m2
        isAstray = !(news.east * news.east + news.north * news.north <= limit_m2)
        guard !isAstray else {
            if wasAstray { self = Reckoning(at: next) }
            return
        }
        correct(by: news, expected_m2, in: plane)
        // Over a pole, metres lead off the plane.
        if !place.isOnEarth { self = Reckoning(at: next) }
    }

    /// Along the way that the velocity foretells, while the error fades.
    private mutating func advance(_ way: Motion.Way, from last: Motion, to next: Motion) -> Bool {
        let keep = exp(-way.gap_s / (Limits.correlationPerMetre_s * next.accuracy_m))
        let claimed_m2 = next.accuracy_m * next.accuracy_m
        // A fix that claims less than the one before has an error of its own.
        let worse_m2 = max(claimed_m2 - last.accuracy_m * last.accuracy_m, 0)
        place = Plane(at: place).place(east_m: way.east_m, north_m: way.north_m)
        placeVariance_m2 += way.variance_m2
        errorEast_m *= keep
        errorNorth_m *= keep
        errorVariance_m2 = keep * keep * errorVariance_m2 + (1 - keep * keep) * claimed_m2 + worse_m2
        covariance_m2 *= keep
        return place.isOnEarth
    }

    /// - Parameter plane: at the place.
    private mutating func correct(by news: (east: Double, north: Double), _ expected_m2: Double, in plane: Plane) {
        let placeShare = (placeVariance_m2 + covariance_m2) / expected_m2
        let errorShare = (covariance_m2 + errorVariance_m2) / expected_m2
        place = plane.place(east_m: placeShare * news.east, north_m: placeShare * news.north)
        errorEast_m += errorShare * news.east
        errorNorth_m += errorShare * news.north
        placeVariance_m2 -= placeShare * placeShare * expected_m2
        covariance_m2 -= placeShare * errorShare * expected_m2
        errorVariance_m2 -= errorShare * errorShare * expected_m2
    }
}
