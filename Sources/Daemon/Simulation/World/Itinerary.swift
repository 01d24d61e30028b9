/// A day on the ground, leg by leg, as it is made up.
struct Itinerary {
    private(set) var legs: [Leg] = []
    var now_s: Double
    var here: Spot
    var random: SeededGenerator

    init(from here: Spot, at now_s: Double, _ random: SeededGenerator) {
        self.here = here
        self.now_s = now_s
        self.random = random
    }

    mutating func chance(_ probability: Double) -> Bool { Double.random(in: 0..<1, using: &random) < probability }
    mutating func pick(_ range: ClosedRange<Double>) -> Double { Double.random(in: range, using: &random) }

    /// Stands where it is.
    mutating func stay(_ seconds: Double, _ sky: Sky) {
        guard seconds > 0 else { return }
        legs.append(Leg(start_s: now_s, duration_s: seconds, from: here, to: here, sky: sky))
        now_s += seconds
    }

    mutating func stay(until end_s: Double, _ sky: Sky) { stay(end_s - now_s, sky) }

    /// Straight on.
    mutating func go(to spot: Spot, cruise_mps: Double, _ sky: Sky) {
        guard here != spot else { return }
        let leg = Leg.way(at: now_s, from: here, to: spot, cruise_mps: cruise_mps, sky)
        legs.append(leg)
        now_s = leg.end_s
        here = spot
    }

    /// On foot, without haste, and back again.
    mutating func walk(by east_m: Double, _ north_m: Double, staying seconds: Double) {
        let start = here
        let pace = pick(1.0...1.6)
        go(to: start.moved(east_m, north_m), cruise_mps: pace, .houses)
        stay(seconds, .houses)
        go(to: start, cruise_mps: pace, .houses)
    }

    /// Out of the block, along the streets, with stops at lights, and into the other block.
    mutating func drive(to spot: Spot) {
        let out = Spot(here.east_m, Self.street(near: here.north_m))
        let into = Spot(spot.east_m, Self.street(near: spot.north_m))
        go(to: out, cruise_mps: 4, .houses)
        let corner = Self.street(near: spot.east_m)
        follow(to: Spot(corner, out.north_m))
        follow(to: Spot(corner, into.north_m))
        go(to: into, cruise_mps: 5, .street)
        go(to: spot, cruise_mps: 4, .houses)
    }

    /// Along one street.
    mutating func follow(to spot: Spot, cruise_mps range: ClosedRange<Double> = 8...17) {
        while here != spot {
            let left = here.distance_m(to: spot)
            let stretch = City.block_m * pick(1...6).rounded(.down)
            let next = left <= stretch * 1.2 ? spot : here.towards(spot, share: stretch / left)
            let sky: Sky = chance(0.003) ? .tunnel : chance(0.3) ? .open : chance(0.3) ? .houses : .street
            go(to: next, cruise_mps: pick(range), sky)
            if chance(0.4) { stay(pick(4...75), .street) }
        }
    }

    private static func street(near metres: Double) -> Double { (metres / City.block_m).rounded() * City.block_m }
}
