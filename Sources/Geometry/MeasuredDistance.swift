public import Positioning

/// How far a place is from a fence's boundary, by ``FenceIndex/signedDistance(to:from:near:)``.
public struct MeasuredDistance: Sendable {
    private let place: Coordinate
    private let signedDistance_m: Double

    public init(from place: Coordinate, signedDistance_m: Double) {
        self.place = place
        self.signedDistance_m = signedDistance_m
    }

    /// How far another place is at least, on the same side: who is nearer to the place than the boundary is has not passed
    /// that.
    /// - Returns: signed metres; `nil` where the side is not told.
    public func bound(at other: Coordinate) -> Double? {
        let left_m = signedDistance_m.magnitude - metresAtMost(to: other)
        guard left_m > 0, signedDistance_m.magnitude < Limits.sideReach_m else { return nil }
        return signedDistance_m < 0 ? -left_m : left_m
    }

    /// - Returns: `nil` where it does not tell.
    func isInside(at other: Coordinate) -> Bool? { bound(at: other).map { $0 < 0 } }

    /// Without a sine: of the way that is straight in degrees, no meridian's or parallel's part is longer.
    private func metresAtMost(to other: Coordinate) -> Double {
        let north = (other.latitude - place.latitude).magnitude
        var east = (other.longitude - place.longitude).magnitude
        if place.latitude.magnitude <= Limits.planeLatitude {
            // cos x ≤ 1 − x²/2 + x⁴/24, at the end that is nearer to the equator.
            let radians = max(0, place.latitude.magnitude - north) * Ellipsoid.radiansPerDegree
            let squared = radians * radians
            east *= 1 - squared / 2 + squared * squared / 24
        }
        return (north * north + east * east).squareRoot() * Limits.mostMetresPerDegree
    }
}
