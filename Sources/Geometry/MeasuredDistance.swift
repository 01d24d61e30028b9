public import Positioning

/// How far a place is from a fence's boundary, by ``FenceIndex/signedDistance(to:from:near:)``.
public struct MeasuredDistance: Sendable {
    private let place: Coordinate
    private let signedDistance_m: Double

    public init(from place: Coordinate, signedDistance_m: Double) {
        self.place = place
        self.signedDistance_m = signedDistance_m
    }

    /// Who is nearer to the place than the boundary is has not passed that.
    /// - Returns: `nil` where it does not tell.
    func isInside(at other: Coordinate) -> Bool? {
        let away = (other.latitude - place.latitude).magnitude + (other.longitude - place.longitude).magnitude
        guard away * Limits.mostMetresPerDegree < signedDistance_m.magnitude,
            signedDistance_m.magnitude < Limits.sideReach_m
        else { return nil }
        return signedDistance_m < 0
    }
}
