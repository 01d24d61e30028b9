import Glibc

extension Coordinate {
    /// Metres on a sphere of the earth's mean radius (haversine): within 0.6 % of the truth. For speeds and reach, not for fences.
    public func roughDistance_m(to other: Coordinate) -> Double {
        let radians = Double.pi / 180
        let a = sin((other.latitude - latitude) * radians / 2)
        let b = sin((other.longitude - longitude) * radians / 2)
        let h = a * a + cos(latitude * radians) * cos(other.latitude * radians) * b * b
        return 2 * 6_371_008.8 * asin(min(1, h.squareRoot()))
    }

    /// Metres that ``roughDistance_m(to:)`` is not above, without a sine: mostly enough to know that something is near.
    @inlinable
    public func roughDistanceAtMost_m(to other: Coordinate) -> Double {
        ((other.latitude - latitude).magnitude + (other.longitude - longitude).magnitude)
            * Limits.mostRoughMetresPerDegree
    }

    /// Whether another place is at most some metres away by ``roughDistance_m(to:)``.
    public func isRoughlyWithin(_ metres: Double, of other: Coordinate) -> Bool {
        if roughDistanceAtMost_m(to: other) <= metres { return true }
        // So far to the north or south it is at least.
        if (other.latitude - latitude).magnitude * Limits.leastRoughMetresPerDegree > metres { return false }
        return roughDistance_m(to: other) <= metres
    }

    /// A share of the straight way (in degrees) to another place, the short way round the earth.
    /// - Parameter share: 0 is here, 1 is there.
    public func towards(_ other: Coordinate, share: Double) -> Coordinate {
        var step = other.longitude - longitude
        if step > 180 { step -= 360 } else if step < -180 { step += 360 }
        var east = longitude + step * share
        if east > 180 { east -= 360 } else if east < -180 { east += 360 }
        return Coordinate(latitude: latitude + (other.latitude - latitude) * share, longitude: east)
    }
}
