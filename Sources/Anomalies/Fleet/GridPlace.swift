internal import Positioning

/// A position in whole 1e-7 degrees, a centimetre: as fine as receivers say it, in half the room.
struct GridPlace: Equatable, Sendable {
    private var latitude: Int32 = 0
    private var longitude: Int32 = 0

    init() {}

    /// - Parameter coordinate: on the earth.
    init(_ coordinate: Coordinate) {
        latitude = Int32(nearest: coordinate.latitude * 1e7)
        longitude = Int32(nearest: coordinate.longitude * 1e7)
    }

    var bits: UInt64 { UInt64(UInt32(bitPattern: latitude)) << 32 | UInt64(UInt32(bitPattern: longitude)) }

    /// Metres, on a plane, without an angle's sine: to a hundredth where that is some kilometres at most.
    func fairDistance_m(to other: GridPlace) -> Double {
        let x = Double(latitude) * (.pi / 180 * 1e-7)
        let narrowing = 1 - x * x / 2 * (1 - x * x * (1 / 12.0) * (1 - x * x * (1 / 30.0)))
        let north = Double(other.latitude) - Double(latitude)
        let across = (Double(other.longitude) - Double(longitude)).magnitude
        let east = min(across, 3.6e9 - across) * narrowing
        return (north * north + east * east).squareRoot() * (Limits.metresPerDegreeMost * 1e-7)
    }

    /// Whether both are whole 1e-4 degrees, or whole thousandths of a minute, as all are where a receiver says no more: a grid
    /// of 2 m and more.
    var isCoarse: Bool {
        let north = latitude.magnitude % 1000
        guard Self.isThousandth(north) else { return false }
        let east = longitude.magnitude % 1000
        return north == 0 && east == 0 || Self.isThousandth(east)
    }

    /// Of a minute: 1e-7 degrees, rounded, are six thousandths of one, give or take three.
    private static func isThousandth(_ rest: UInt32) -> Bool {
        let rest = rest * 6 % 1000
        return rest <= 3 || rest >= 997
    }

    mutating func code<Coder: StateCoder>(_ coder: inout Coder) throws(Coder.Failure) {
        var value = Int64(bitPattern: bits)
        try coder.integer(&value)
        latitude = Int32(truncatingIfNeeded: value >> 32)
        longitude = Int32(truncatingIfNeeded: value)
    }
}
