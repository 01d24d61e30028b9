internal import Anomalies
internal import Positioning

/// When the places that a device shows changed sides of a boundary: rightly, because it went through, or was so near that its
/// receiver's ordinary error reached across; or wrongly, because one of the two places is on the wrong side of a boundary that
/// the device was not near: a spike, a receiver that has just been turned on.
struct Edges {
    /// By fence, ascending.
    private var changes: [String: [(time: Timestamp, isRight: Bool)]] = [:]
    private var last: Seen?

    private struct Seen {
        /// Where it is.
        var spot: Spot
        /// Where it seems to be.
        var shown: Spot
        /// Metres that its error reaches.
        var reach_m: Double

        /// Whether it is on the side that it shows, or so near that it may show either.
        func isRight(about area: City.Area) -> Bool {
            let distance_m = area.distance_m(from: spot)
            return distance_m.magnitude <= reach_m || (distance_m <= 0) == area.contains(shown)
        }
    }

    /// Takes one report that has a place.
    mutating func note(_ spot: Spot, shown: Spot, within reach_m: Double, at time: Timestamp) {
        let now = Seen(spot: spot, shown: shown, reach_m: reach_m)
        defer { last = now }
        guard let last, last.shown != shown else { return }
        for area in City.bounded where area.contains(shown) != area.contains(last.shown) {
            changes[area.id, default: []].append((time, last.isRight(about: area) && now.isRight(about: area)))
        }
    }

    /// Whether so many changes at least were within a time, and none of them was wrong.
    func bearOut(_ count: Int, at fence: String, from: Timestamp, to end: Timestamp) -> Bool {
        let within = (changes[fence] ?? []).filter { from <= $0.time && $0.time <= end }
        return within.count >= count && within.allSatisfy(\.isRight)
    }
}
