/// What a receiver has above it.
enum Sky: Sendable {
    case open, street, houses
    /// Some satellites through the windows.
    case indoors
    /// Ever fewer satellites, then none.
    case deepIndoors
    /// None at once.
    case garage, tunnel

    /// Satellites in use in the long run, as a share of those in the open.
    var visibility: Double {
        switch self {
        case .open: 1
        case .street: 0.85
        case .houses: 0.62
        case .indoors: 0.45
        case .deepIndoors: 0.08
        case .garage, .tunnel: 0
        }
    }

    /// Seconds in which satellites go when one comes from a better sky.
    var fading_s: Double {
        switch self {
        case .open, .street, .houses: 10
        case .indoors, .deepIndoors: 150
        case .garage, .tunnel: 2
        }
    }
}

/// A stretch of a day: standing, or on a straight way from standing to standing.
struct Leg: Sendable {
    /// Seconds since local midnight.
    var start_s: Double
    var duration_s: Double
    var from: Spot
    var to: Spot
    var sky: Sky
    /// Metres per second, between speeding up and braking.
    var cruise_mps = 0.0

    /// Metres per second squared, of a car that is in no hurry.
    static let acceleration = 1.6

    var end_s: Double { start_s + duration_s }

    /// A way at a cruising speed, or as fast as its length allows.
    static func way(at start_s: Double, from: Spot, to: Spot, cruise_mps: Double, _ sky: Sky) -> Leg {
        let length = from.distance_m(to: to)
        let top = min(cruise_mps, (length * acceleration).squareRoot())
        let duration = top > 0 ? length / top + top / acceleration : 0
        return Leg(start_s: start_s, duration_s: duration, from: from, to: to, sky: sky, cruise_mps: top)
    }

    /// Where it is at a time of the day, how fast, and whereto.
    func motion(at time_s: Double) -> (spot: Spot, speed_mps: Double, course_deg: Double?) {
        let length = from.distance_m(to: to)
        guard cruise_mps > 0, length > 0 else { return (from, 0, nil) }
        let since = min(max(time_s - start_s, 0), duration_s)
        let left = duration_s - since
        let ramp = cruise_mps / Self.acceleration
        let way: Double
        if since < ramp {
            way = Self.acceleration * since * since / 2
        } else if left < ramp {
            way = length - Self.acceleration * left * left / 2
        } else {
            way = cruise_mps * (since - ramp / 2)
        }
        let speed = min(cruise_mps, Self.acceleration * min(since, left))
        return (from.towards(to, share: way / length), speed, from.course(to: to))
    }
}

extension [Leg] {
    /// Where it is at a second of the day; `nil`: before the first leg, or after the last.
    func spot(at time_s: Double) -> Spot? {
        guard let leg = last(where: { $0.start_s <= time_s }), time_s <= leg.end_s else { return nil }
        return leg.motion(at: time_s).spot
    }
}
