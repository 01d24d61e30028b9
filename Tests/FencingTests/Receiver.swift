import Fencing
import Glibc
import Positioning

/// A made-up receiver: where it is, what it makes of it, and what the core makes of that for one circular fence.
struct Receiver {
    /// Standard deviation of the error on an axis, metres.
    var sigma_m = 4.0
    /// What it claims; `nil`: `sigma_m`.
    var claimed_m: Double?
    /// Seconds over which its error stays alike.
    var correlation_s = 60.0
    /// Innovations of Student's t with three degrees of freedom instead of the normal curve.
    var hasHeavyTails = false
    /// Every so often, minutes of a reflected signal: 30–80 m off.
    var hasMultipath = false
    /// One fix in a thousand is 600 m off.
    var hasStrays = false
    /// Whether it tells its Doppler speed.
    var tellsSpeed = true

    struct Report {
        var time_s: Double
        var east_m: Double
        var north_m: Double
        var speed_mps: Double?
        var course_deg: Double?
    }

    /// What it reports along a way.
    /// - Parameter place: metres east and north of the fence's centre at a second; linear between seconds.
    func reports(
        for duration_s: Int, seed: UInt64, step_s: Int = 1, along place: (Double) -> (Double, Double)
    ) -> [Report] {
        var random = Draw(seed: seed)
        var error = (random.normal() * sigma_m, random.normal() * sigma_m)
        let keep = exp(-1 / correlation_s)
        let fresh = (1 - keep * keep).squareRoot() * sigma_m
        var reports: [Report] = []
        var reflection = (until: 0, east: 0.0, north: 0.0)
        for second in 0..<duration_s {
            let innovation = (random.innovation(hasHeavyTails), random.innovation(hasHeavyTails))
            error = (keep * error.0 + fresh * innovation.0, keep * error.1 + fresh * innovation.1)
            if second >= reflection.until { reflection = (.max, 0, 0) }
            if hasMultipath, reflection.until == .max, random.uniform() < 1.0 / 3600 {
                let angle = random.uniform() * 2 * .pi
                let far = 30 + 50 * random.uniform()
                reflection = (second + 60 + Int(240 * random.uniform()), far * cos(angle), far * sin(angle))
            }
            let isStray = random.uniform() < 0.001
            let angle = random.uniform() * 2 * .pi
            let noise = (random.normal() * 0.2 * sigma_m, random.normal() * 0.2 * sigma_m, random.normal() * 0.15)
            guard second % step_s == 0 else { continue }
            let here = place(Double(second))
            let next = place(Double(second) + 1)
            let velocity = (next.0 - here.0, next.1 - here.1)
            let speed = (velocity.0 * velocity.0 + velocity.1 * velocity.1).squareRoot()
            let stray = hasStrays && isStray ? 600.0 : 0
            reports.append(
                Report(
                    time_s: Double(second), east_m: here.0 + error.0 + noise.0 + reflection.east + stray * cos(angle),
                    north_m: here.1 + error.1 + noise.1 + reflection.north + stray * sin(angle),
                    speed_mps: tellsSpeed ? max(speed + noise.2, 0) : nil,
                    course_deg: tellsSpeed ? atan2(velocity.0, velocity.1) * 180 / .pi : nil))
        }
        return reports
    }

    /// The whole way of its reports through scatter, motion and membership, for a circle about the origin.
    func decide(
        _ reports: [Report], radius_m: Double = 100, policy: FencePolicy = FencePolicy(), keepsPassed: Bool = false
    ) -> [Decision] {
        var scatter = Scatter()
        var membership = Membership()
        var last: (motion: Motion, sample: Sample)?
        var reckoning: Reckoning?
        var decisions: [Decision] = []
        for report in reports {
            let time = Timestamp(microseconds: Int64(report.time_s * 1e6))
            let coordinate = Self.coordinate(east_m: report.east_m, north_m: report.north_m)
            let accuracy = scatter.accuracy_m(
                time: time, coordinate: coordinate, claimed_m: max(claimed_m ?? sigma_m, Limits.accuracyFloor_m),
                speed_mps: report.speed_mps)
            let motion = Motion(
                time: time, coordinate: coordinate, accuracy_m: accuracy, speed_mps: report.speed_mps,
                course_deg: report.course_deg)
            let distance = (report.east_m * report.east_m + report.north_m * report.north_m).squareRoot()
            if let last { reckoning?.follow(motion, from: last.motion) }
            let here = reckoning ?? Reckoning(at: motion)
            reckoning = here
            let sample = Sample(
                time: time, signedDistance_m: distance - radius_m, accuracy_m: accuracy, speed_mps: report.speed_mps,
                isCorroborated: last?.motion.leads(to: motion) ?? false,
                reckoned: Sample.Reckoned(
                    signedDistance_m: Self.distance_m(here.place) - radius_m, accuracy_m: here.accuracy_m))
            membership.observe(sample, after: last?.sample, at: last?.motion.coordinate, under: policy) {
                decisions.append(Decision($0, known_s: report.time_s))
            }
            last = (motion, sample)
        }
        return keepsPassed ? decisions : decisions.filter { $0.kind != "passed" }
    }

    /// From the fence's centre, metres.
    static func distance_m(_ place: Coordinate) -> Double {
        let east_m = place.longitude * 111_195 * cos(40 * .pi / 180)
        let north_m = (place.latitude - 40) * 111_195
        return (east_m * east_m + north_m * north_m).squareRoot()
    }

    /// On a plane about 40° N 0° E.
    static func coordinate(east_m: Double, north_m: Double) -> Coordinate {
        Coordinate(latitude: 40 + north_m / 111_195, longitude: east_m / (111_195 * cos(40 * .pi / 180)))
    }
}

struct Decision {
    var kind: String
    var time_s: Double
    var uncertainty_s: Double
    var known_s: Double

    init(_ transition: Transition, known_s: Double) {
        self.known_s = known_s
        let crossing: Crossing
        switch transition {
        case .entered(let at, _, _): (kind, crossing) = ("enter", at)
        case .exited(let at, _): (kind, crossing) = ("exit", at)
        case .dwelt(let at, _): (kind, crossing) = ("dwell", Crossing(time: at, uncertainty_s: 0))
        case .passed(let origin): (kind, crossing) = ("passed", Crossing(time: origin.time, uncertainty_s: 0))
        }
        time_s = Double(crossing.time.microseconds) / 1e6
        uncertainty_s = crossing.uncertainty_s
    }
}

/// Random numbers that are the same for the same seed (SplitMix64; S. Vigna, public domain).
struct Draw {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    /// 0..<1.
    mutating func uniform() -> Double {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return Double((z ^ (z >> 31)) >> 11) / Double(1 << 53)
    }

    /// Box and Muller's.
    mutating func normal() -> Double {
        (-2 * log(1 - uniform())).squareRoot() * cos(2 * .pi * uniform())
    }

    /// Of variance 1: normal, or Student's t with three degrees of freedom (a normal over the root of a mean of three squares).
    mutating func innovation(_ hasHeavyTails: Bool) -> Double {
        guard hasHeavyTails else { return normal() }
        let squares = (0..<3).reduce(0.0) { sum, _ in
            let one = normal()
            return sum + one * one
        }
        return normal() / max(squares, 1e-12).squareRoot()
    }
}
