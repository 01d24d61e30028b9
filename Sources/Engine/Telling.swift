internal import Fencing
internal import Geometry
internal import Positioning

/// What has become certain about a fence, as events.
extension Decider {
    /// Tells a crossing if the straight way between two fixes outside leads through the fence, deep enough to be no
    /// matter of noise, over a gap and at a speed at which it is no guess.
    func tellIfCrossed(
        _ fence: Int, from last: DeviceState.Waypoint, to here: DeviceState.Waypoint, of origin: Engine.Origin,
        _ events: inout [Event]
    ) {
        guard Moment.isPlausibleWay(from: last, to: here),
            let passage = index.passage(
                through: fence, from: last.coordinate, to: here.coordinate, endsInside: false)
        else { return }
        let middle = (passage.lowerBound + passage.upperBound) / 2
        let depth = -index.signedDistance(to: fence, from: last.coordinate.towards(here.coordinate, share: middle))
        let accuracy = max(last.accuracy_m, here.accuracy_m)
        guard depth / accuracy >= Limits.crossedStrength else { return }
        let gap = here.time.seconds(since: last.time)
        let way = last.coordinate.roughDistance_m(to: here.coordinate)
        let half = gap * (passage.upperBound - passage.lowerBound) / 2
        let crossing = Crossing(
            time: last.time.advanced(bySeconds: gap * middle),
            uncertainty_s: half / 3.0.squareRoot() + accuracy * gap / max(way, accuracy))
        tell(.crossed, fence, crossing, confidence(strength: depth / accuracy), at: here, of: origin, &events)
    }

    func tell(
        _ kind: Event.Kind, _ fence: Int, _ crossing: Crossing, _ confidence: Double, isInitial: Bool = false,
        at here: DeviceState.Waypoint, of origin: Engine.Origin, _ events: inout [Event]
    ) {
        events.append(
            Event(
                kind: kind, device: origin.device, fence: index.fences[fence].id, time: crossing.time.roundedToTenth,
                uncertainty_s: crossing.uncertainty_s, detected: here.time, received: origin.received,
                coordinate: here.coordinate, accuracy_m: here.accuracy_m, confidence: confidence,
                isInitial: isInitial))
    }

    /// Of one fix: by time, then out before in, then by fence.
    static func comesBefore(_ a: Event, _ b: Event) -> Bool {
        (a.time, a.kind.order, a.fence ?? "") < (b.time, b.kind.order, b.fence ?? "")
    }
}

extension Event.Kind {
    fileprivate var order: Int {
        switch self {
        case .exit: 0
        case .crossed: 1
        case .enter: 2
        case .dwell: 3
        case .anomaly: 4
        case .retract: 5
        }
    }
}

extension Timestamp {
    /// An interpolated time is not known better than to a tenth of a second.
    fileprivate var roundedToTenth: Timestamp {
        let unit: Int64 = 100_000
        let (quotient, remainder) = microseconds.quotientAndRemainder(dividingBy: unit)
        return Timestamp(
            microseconds: (quotient + (remainder >= unit / 2 ? 1 : remainder <= -unit / 2 ? -1 : 0)) * unit)
    }
}
