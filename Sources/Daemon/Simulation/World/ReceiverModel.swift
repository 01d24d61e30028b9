import Glibc
internal import Positioning

/// A made-up receiver: it errs as receivers do, and says of its fixes what they say.
///
/// The error on each axis is a first-order Gauss–Markov process. Its σ and its HDOP grow as the satellites in use become
/// fewer; below three there is no fix.
struct ReceiverModel {
    typealias Motion = (spot: Spot, speed_mps: Double, course_deg: Double?)

    private var random: SeededGenerator
    /// One standard deviation on an axis in the open, metres.
    private let sigma_m: Double
    private let correlation_s: Double
    /// Says an accuracy of its own, as phones do, and not HDOP.
    private let isPhone: Bool
    /// Holds position, height and course while it stands (static navigation).
    private let pins: Bool
    private var error = (east: 0.0, north: 0.0, up: 0.0)
    /// Of what it says of its own accuracy.
    private var boast = 0.0
    private var visibility = 0.5
    private var pinned: Pin?
    private var stoodFor_s = 0.0
    private var heldCourse_deg = 0.0
    private(set) var lastWasSpike = false
    /// One standard deviation of the newest report's error on an axis, metres.
    private(set) var lastSigma_m = 0.0

    /// What is held, and where it really was.
    private struct Pin {
        var spot: Spot
        var coordinate: Coordinate
        var altitude_m: Double
        var course_deg: Double?
    }

    /// Seconds among houses between two spikes by reflected signals, on the average.
    private static let spikeEvery_s = 40 * 3600.0
    private static let satellitesInTheOpen = 13.0

    /// - Parameter mayPin: where it does not, it is no such receiver.
    init(isPhone: Bool, mayPin: Bool = true, _ seed: UInt64) {
        random = SeededGenerator(seed: seed)
        self.isPhone = isPhone
        sigma_m = Double.random(in: 3...10, using: &random)
        correlation_s = Double.random(in: 20...150, using: &random)
        pins = Double.random(in: 0..<1, using: &random) < 0.3 && mayPin
        error = (random.gaussian() * sigma_m, random.gaussian() * sigma_m, random.gaussian() * sigma_m)
    }

    /// It was off.
    mutating func restart() {
        visibility = 0.3
        pinned = nil
        error = (error.east * 3, error.north * 3, error.up * 3)
    }

    /// - Parameter step_s: since the report before.
    mutating func report(
        at time: Timestamp, _ motion: Motion, _ sky: Sky, step_s: Double
    ) -> Report {
        let target = sky.visibility
        let pace = target < visibility ? sky.fading_s : 8
        visibility = target + (visibility - target) * exp(-step_s / pace)
        let satellites = max(
            0, Int((Self.satellitesInTheOpen * visibility + random.gaussian() * 0.7).rounded()))
        let sigma = sigma_m * min(0.8 / max(visibility, 0.05), 4)
        lastSigma_m = sigma
        wander(sigma, step_s)
        var measured = Measurements()
        measured.satellites = satellites
        lastWasSpike = false
        guard satellites >= 3 else {
            pinned = nil
            return Report(time: time, coordinate: nil, measurements: measured, rejection: .void)
        }
        boast = boast * exp(-step_s / 30) + 0.2 * (1 - exp(-step_s / 15)).squareRoot() * random.gaussian()
        let claim = sigma * exp(boast)
        if isPhone {
            measured.reportedAccuracy_m = claim.rounded(to: 0.1)
        } else {
            measured.hdop = max(0.6, claim / Measurements.metresPerHDOP).rounded(to: 0.1)
        }
        measured.dimensions = satellites > 3 ? 3 : 2
        measured.solution = .autonomous
        measure(motion, &measured, step_s)
        let shown = motion.spot.moved(error.east, error.north).coordinate
        var coordinate = Coordinate(
            latitude: shown.latitude.rounded(to: 1e-6), longitude: shown.longitude.rounded(to: 1e-6))
        hold(&coordinate, &measured, motion, step_s)
        if pinned == nil, sky == .houses || sky == .street,
            Double.random(in: 0..<1, using: &random) < step_s / Self.spikeEvery_s
        {
            lastWasSpike = true
            let far = Double.random(in: 150...800, using: &random)
            let angle = Double.random(in: 0..<(2 * .pi), using: &random)
            coordinate = coordinate.offset(north_m: far * cos(angle), east_m: far * sin(angle))
        }
        return Report(time: time, coordinate: coordinate, measurements: measured)
    }

    private mutating func wander(_ sigma: Double, _ step_s: Double) {
        let keep = exp(-step_s / correlation_s)
        let fresh = (1 - keep * keep).squareRoot() * sigma
        error = (
            keep * error.east + fresh * random.gaussian(), keep * error.north + fresh * random.gaussian(),
            keep * error.up + 1.5 * fresh * random.gaussian()
        )
    }

    private mutating func measure(
        _ motion: Motion, _ measured: inout Measurements, _ step_s: Double
    ) {
        measured.altitude_m = (45 + error.up).rounded(to: 0.1)
        measured.speed_mps = max(0, motion.speed_mps + 0.15 * random.gaussian()).rounded(to: 0.01)
        if let course = motion.course_deg, motion.speed_mps > 0.5 {
            let said = course + random.gaussian() * 15 / (1 + motion.speed_mps)
            heldCourse_deg = said.truncatingRemainder(dividingBy: 360)
            if heldCourse_deg < 0 { heldCourse_deg += 360 }
        }
        measured.course_deg = heldCourse_deg.rounded(to: 0.1)
    }

    /// A receiver that pins says the same place until it moves.
    private mutating func hold(
        _ coordinate: inout Coordinate, _ measured: inout Measurements, _ motion: Motion, _ step_s: Double
    ) {
        let hasMoved = pinned.map { $0.spot.distance_m(to: motion.spot) > 1 } ?? false
        stoodFor_s = motion.speed_mps < 0.2 && !hasMoved ? stoodFor_s + step_s : 0
        guard pins, stoodFor_s > 20 else {
            pinned = nil
            return
        }
        let held =
            pinned
            ?? Pin(
                spot: motion.spot, coordinate: coordinate, altitude_m: measured.altitude_m ?? 0,
                course_deg: measured.course_deg)
        pinned = held
        coordinate = held.coordinate
        measured.altitude_m = held.altitude_m
        measured.course_deg = held.course_deg
        measured.speed_mps = 0
    }
}

extension Double {
    /// To as many digits as a device sends.
    func rounded(to unit: Double) -> Double {
        let perUnit = (1 / unit).rounded()
        return (self * perUnit).rounded() / perUnit
    }
}
