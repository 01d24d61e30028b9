import Glibc
internal import Positioning

/// A made-up member of the field staff: drives from place to place, stays a while, and its receiver errs as receivers do.
///
/// The error on each axis is a first-order Gauss–Markov process (σ, correlated over a minute or so), as the receiver's HDOP
/// says it. The same seed gives the same track.
struct SimulatedTracker {
    let device: String
    private let places: [Coordinate]
    private var random: SeededGenerator
    private var position: Coordinate
    private var target: Coordinate
    private var staysUntil_s: Double
    private var error = (north: 0.0, east: 0.0)
    private var altitudeError_m = 0.0
    private var satellites = 9
    private let sigma_m: Double
    private let speed_mps: Double

    private static let correlation_s = 60.0
    private static let metresPerDegree = 111_195.0
    /// Above sea level, of all places.
    private static let altitude_m = 45.0
    /// One standard deviation of the speed by Doppler shift.
    private static let speedError_mps = 0.15

    /// - Parameter places: where it goes to, in any order; at least one.
    init(device: String, places: [Coordinate], seed: UInt64) {
        self.device = device
        self.places = places
        random = SeededGenerator(seed: seed)
        let home = places.randomElement(using: &random) ?? Coordinate(latitude: 0, longitude: 0)
        sigma_m = Double.random(in: 3...8, using: &random)
        speed_mps = Double.random(in: 8...16, using: &random)
        position = home.offset(
            north_m: Double.random(in: -600...600, using: &random),
            east_m: Double.random(in: -600...600, using: &random))
        target = home
        staysUntil_s = 0
        error = (random.gaussian() * sigma_m, random.gaussian() * sigma_m)
    }

    /// Moves on and reports.
    /// - Parameters:
    ///   - time: of the fix.
    ///   - clock_s: seconds of stream time since the start.
    ///   - step_s: seconds of stream time since the last fix.
    /// - Returns: RMC and GGA with TAG blocks that name the device (NMEA 0183 4.10, section 7).
    mutating func report(at time: Timestamp, clock_s: Double, step_s: Double) -> [UInt8] {
        let moved = move(clock_s: clock_s, step_s: step_s)
        let keep = exp(-step_s / Self.correlation_s)
        let fresh = (1 - keep * keep).squareRoot() * sigma_m
        error = (keep * error.north + fresh * random.gaussian(), keep * error.east + fresh * random.gaussian())
        // Height errs more than place, as all satellites are above.
        altitudeError_m = keep * altitudeError_m + 1.5 * fresh * random.gaussian()
        let spread = Self.speedError_mps * random.gaussian()
        if Double.random(in: 0..<1, using: &random) < step_s / Self.correlation_s {
            satellites = min(max(satellites + Int.random(in: -1...1, using: &random), 6), 12)
        }
        let shown = position.offset(north_m: error.north, east_m: error.east)
        return NMEASentences.rmcAndGGA(
            device: device, time: time, coordinate: shown, speed_mps: max(0, moved + spread),
            course_deg: position.course(to: target), altitude_m: Self.altitude_m + altitudeError_m,
            hdop: max(0.7, sigma_m / Measurements.metresPerHDOP), satellites: satellites)
    }

    /// - Returns: the speed, metres per second.
    private mutating func move(clock_s: Double, step_s: Double) -> Double {
        guard clock_s >= staysUntil_s else { return 0 }
        let left = position.roughDistance_m(to: target)
        let step = speed_mps * step_s
        guard step < left else {
            position = target
            staysUntil_s = clock_s + Double.random(in: 120...600, using: &random)
            target = places.randomElement(using: &random) ?? target
            return 0
        }
        position = position.towards(target, share: step / left)
        return speed_mps
    }
}

extension Coordinate {
    func offset(north_m: Double, east_m: Double) -> Coordinate {
        let metresPerDegree = 111_195.0
        return Coordinate(
            latitude: latitude + north_m / metresPerDegree,
            longitude: longitude + east_m / (metresPerDegree * cos(latitude * .pi / 180)))
    }

    /// Degrees from true north, on a plane.
    func course(to other: Coordinate) -> Double {
        let east = (other.longitude - longitude) * cos(latitude * .pi / 180)
        let degrees = atan2(east, other.latitude - latitude) * 180 / .pi
        return degrees < 0 ? degrees + 360 : degrees
    }
}
