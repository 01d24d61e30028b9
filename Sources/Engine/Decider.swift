internal import Anomalies
internal import Fencing
internal import Geometry
internal import Positioning

/// Decides what one fix, in its order, changes about the fences, and what the rules make of it.
final class Decider {
    private let index: FenceIndex
    /// Each fence's, for what is asked at every fix: a fence is copied to be asked itself.
    private let policies: [FencePolicy]
    private let areForAll: [Bool]
    private let rules: RuleSet
    private let ground: Ground
    /// Reused between steps, so that a step allocates nothing where nothing happens.
    private var found: [Int] = []
    private var decided: [Event] = []
    /// See ``Anomalies/Observation/changes``.
    private var changes: [Place] = []
    /// The last of them, which it is plainly outside of since.
    private var left: [Place] = []

    /// - Parameter since: when the fences came into force.
    init(_ index: FenceIndex, since: Timestamp, _ rules: RuleSet) {
        self.index = index
        self.rules = rules
        policies = index.fences.map { $0.policy }
        areForAll = index.fences.map { $0.groups.isEmpty }
        ground = Ground(index.fences, since: since) { fence, place in
            index.signedDistance(to: fence, from: place)
        } near: { place, metres in
            var found: [Int] = []
            index.candidates(around: place, within: metres, into: &found)
            return found
        }
    }

    var fences: [Fence] { index.fences }

    /// - Parameters:
    ///   - fix: after ``DeviceState/newest``, which it becomes.
    ///   - withdrawn: a spike between the two.
    ///   - events: what became certain is appended: the fences' in order of event time, then the rules'.
    func decide(
        _ fix: Fix, after withdrawn: Fix?, _ state: inout DeviceState, of origin: Engine.Origin, events: inout [Event]
    ) {
        var here = fix.waypoint
        here.accuracy_m = state.scatter.accuracy_m(
            time: here.time, coordinate: here.coordinate, claimed_m: here.accuracy_m, speed_mps: here.speed_mps)
        var moment = Moment(here: here, last: state.newest, reckonedLast: state.reckoning, origin: origin)
        if let last = state.newest, state.reckoning != nil {
            state.reckoning?.follow(here.motion, from: last.motion)
        } else {
            state.reckoning = Reckoning(at: here.motion)
        }
        moment.reckoned = state.reckoning
        findFences(&state, moment)
        if !changes.isEmpty { changes.removeAll(keepingCapacity: true) }
        if !left.isEmpty { left.removeAll(keepingCapacity: true) }
        var hasLeft = false
        if !found.isEmpty {
            moment.isCorroborated = moment.last?.motion.leads(to: here.motion) ?? false
            hasLeft = decide(&state.places, moment)
        }
        if state.clearing == nil || hasLeft { state.clearing = clearing(around: here.coordinate, state.places) }
        state.newest = here
        if !decided.isEmpty {
            decided.sort(by: Self.comesBefore)
            events.append(contentsOf: decided)
            decided.removeAll(keepingCapacity: true)
        }
        let seen = Observation(
            fix: fix, here: fix.waypoint.motion, last: moment.last?.motion, withdrawn: withdrawn?.waypoint.motion,
            group: origin.group, ground: ground, places: state.places, changes: changes)
        state.rules.observe(seen, under: rules) { anomaly, time, detected, fence in
            events.append(
                Event(
                    anomaly, device: origin.device, fence: fence, time: time, detected: detected,
                    received: origin.received, coordinate: here.coordinate, accuracy_m: here.accuracy_m))
        }
    }

    /// What one step is about.
    private struct Moment {
        var here: DeviceState.Waypoint
        var last: DeviceState.Waypoint?
        var reckonedLast: Reckoning?
        var reckoned: Reckoning?
        var origin: Engine.Origin
        /// See ``Sample/isCorroborated``.
        var isCorroborated = false
    }

    /// The fences that this fix can change: those that the device is not plainly outside of, and those on the way to it.
    private func findFences(_ state: inout DeviceState, _ moment: Moment) {
        found.removeAll(keepingCapacity: true)
        if let clearing = state.clearing, clearing.holds(moment.here.coordinate) {
            for place in state.places { found.append(place.fence) }
            return
        }
        state.clearing = nil
        if let last = moment.last, Self.isPlausibleWay(from: last, to: moment.here) {
            index.candidates(along: last.coordinate, to: moment.here.coordinate, within: 0, into: &found)
        } else {
            index.candidates(around: moment.here.coordinate, within: 0, into: &found)
        }
        guard !state.places.isEmpty else { return }
        for place in state.places where !found.contains(place.fence) { found.append(place.fence) }
        found.sort()
    }

    /// Where the device may go before other fences than these are to be looked for.
    private func clearing(around coordinate: Coordinate, _ places: [Place]) -> Clearing? {
        index.clearing(around: coordinate) { fence in places.contains { $0.fence == fence } }
    }

    /// - Parameter places: by ascending fence, as those that are found.
    /// - Returns: whether it is plainly outside of one since.
    private func decide(_ places: inout [Place], _ moment: Moment) -> Bool {
        var next = 0
        var hasLeft = false
        for fence in found {
            let applies = areForAll[fence] || index.fences[fence].applies(to: moment.origin.group)
            let known = next < places.count && places[next].fence == fence ? places[next] : nil
            let place = applies ? observe(fence, known, moment) : nil
            let wasInside = known.map { $0.signedDistance_m <= 0 } ?? false
            if let place, place.membership.isAbout {
                if wasInside != (place.signedDistance_m <= 0) { changes.append(place) }
                if known == nil { places.insert(place, at: next) } else { places[next] = place }
                next += 1
            } else if known != nil {
                places.remove(at: next)
                guard let place else { continue }
                hasLeft = true
                if wasInside != (place.signedDistance_m <= 0) { left.append(place) }
            }
        }
        changes += left
        return hasLeft
    }

    /// - Returns: the device's standing with the fence; `nil` where it was outside, and is.
    private func observe(_ fence: Int, _ known: Place?, _ moment: Moment) -> Place? {
        let here = moment.here
        guard known != nil || index.contains(here.coordinate, in: fence) else {
            if let last = moment.last { tellIfCrossed(fence, from: last, moment) }
            return nil
        }
        let distance = index.signedDistance(to: fence, from: here.coordinate, near: measured(known, moment.last))
        var sample = Sample(
            time: here.time, signedDistance_m: distance, accuracy_m: here.accuracy_m, speed_mps: here.speed_mps,
            isCorroborated: moment.isCorroborated)
        var previous = moment.last.map { last in
            Sample(
                time: last.time,
                signedDistance_m: known?.signedDistance_m ?? index.signedDistance(to: fence, from: last.coordinate),
                accuracy_m: last.accuracy_m, speed_mps: last.speed_mps)
        }
        var membership = known?.membership ?? Membership()
        if !(membership.isSettled && sample.isInside) {
            sample.reckoned = moment.reckoned.map { reckon(fence, $0, at: here, distance) }
            if let last = moment.last, let before = previous {
                previous?.reckoned = moment.reckonedLast.map {
                    reckon(fence, $0, at: last, before.signedDistance_m, known?.reckoned_m)
                }
            }
        }
        membership.observe(
            sample, after: previous, at: moment.last?.coordinate, under: policies[fence]
        ) { transition in
            switch transition {
            case .entered(let crossing, let confidence, let isInitial):
                tell(.enter, fence, crossing, confidence, moment, isInitial: isInitial)
            case .exited(let crossing, let confidence):
                tell(.exit, fence, crossing, confidence, moment)
            case .dwelt(let time, let confidence):
                tell(.dwell, fence, Crossing(time: time, uncertainty_s: 0), confidence, moment)
            case .passed(let origin):
                tellIfCrossed(
                    fence,
                    from: DeviceState.Waypoint(
                        time: origin.time, coordinate: origin.coordinate, accuracy_m: here.accuracy_m), moment)
            }
        }
        return Place(
            fence: fence, membership: membership, signedDistance_m: distance,
            reckoned_m: sample.reckoned?.signedDistance_m)
    }

    /// - Parameters:
    ///   - distance: of the fix.
    ///   - known: of the reckoned place, where it was measured before.
    private func reckon(
        _ fence: Int, _ reckoning: Reckoning, at fix: DeviceState.Waypoint, _ distance: Double, _ known: Double? = nil
    ) -> Sample.Reckoned {
        let isAtFix = reckoning.place == fix.coordinate
        return Sample.Reckoned(
            signedDistance_m: isAtFix
                ? distance
                : known
                    ?? index.signedDistance(
                        to: fence, from: reckoning.place,
                        near: MeasuredDistance(from: fix.coordinate, signedDistance_m: distance)),
            accuracy_m: reckoning.accuracy_m)
    }

    /// What was measured at the fix before; `nil` where that may have been with other fences: what is kept does not tell.
    private func measured(_ known: Place?, _ last: DeviceState.Waypoint?) -> MeasuredDistance? {
        guard let known, let last, known.reckoned_m != nil else { return nil }
        return MeasuredDistance(from: last.coordinate, signedDistance_m: known.signedDistance_m)
    }

    /// Tells a crossing if the straight way between two fixes outside leads through the fence, deep enough to be no
    /// matter of noise, over a gap and at a speed at which it is no guess.
    private func tellIfCrossed(_ fence: Int, from last: DeviceState.Waypoint, _ moment: Moment) {
        let here = moment.here
        guard Self.isPlausibleWay(from: last, to: here),
            let passage = index.passage(through: fence, from: last.coordinate, to: here.coordinate)
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
        tell(.crossed, fence, crossing, confidence(strength: depth / accuracy), moment)
    }

    /// Whether two fixes are near enough in time and place that the way between them is no guess.
    private static func isPlausibleWay(from last: DeviceState.Waypoint, to here: DeviceState.Waypoint) -> Bool {
        let gap = here.time.seconds(since: last.time)
        return gap > 0 && gap <= Limits.crossedGap_s
            && last.coordinate.isRoughlyWithin(Limits.crossedSpeed_mps * gap, of: here.coordinate)
    }

    private func tell(
        _ kind: Event.Kind, _ fence: Int, _ crossing: Crossing, _ confidence: Double, _ moment: Moment,
        isInitial: Bool = false
    ) {
        decided.append(
            Event(
                kind: kind, device: moment.origin.device, fence: index.fences[fence].id,
                time: crossing.time.roundedToTenth,
                uncertainty_s: crossing.uncertainty_s, detected: moment.here.time, received: moment.origin.received,
                coordinate: moment.here.coordinate, accuracy_m: moment.here.accuracy_m, confidence: confidence,
                isInitial: isInitial))
    }

    /// Of one fix: by time, then out before in, then by fence.
    private static func comesBefore(_ a: Event, _ b: Event) -> Bool {
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
