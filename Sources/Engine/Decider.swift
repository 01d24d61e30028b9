internal import Anomalies
internal import Fencing
internal import Geometry
internal import Positioning

/// Decides what one fix, in its order, changes about the fences, and what the rules make of it.
final class Decider {
    let index: FenceIndex
    /// When the fences came into force.
    let since: Timestamp
    let terms: FenceTerms
    private let rules: RuleSet
    private let ground: Ground
    private var scratch = Scratch()

    /// Reused between steps, so that a step allocates nothing where nothing happens.
    private struct Scratch {
        var found: [Int] = []
        /// See ``Anomalies/Observation/changes``.
        var changes: [Place] = []
        /// The last of them, which it is plainly outside of since.
        var left: [Place] = []
    }

    init(_ index: FenceIndex, since: Timestamp, _ rules: RuleSet) {
        self.index = index
        self.since = since
        self.rules = rules
        terms = FenceTerms(index.fences)
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
        // Taken out while it is in use: nobody else reaches it then, so that nothing need be checked.
        var work = Scratch()
        swap(&work, &scratch)
        defer { swap(&work, &scratch) }
        if !work.changes.isEmpty { work.changes.removeAll(keepingCapacity: true) }
        let claimed = fix.waypoint(after: state.newest)
        var here = claimed
        here.motion.accuracy_m = state.scatter.accuracy_m(
            time: here.time, coordinate: here.coordinate, claimed_m: here.accuracy_m, speed_mps: here.speed_mps)
        let isClear = state.clearing?.holds(here.coordinate) ?? false
        if isClear, state.places.isEmpty {
            // Nothing can happen with any fence.
            state.reckon(to: here)
        } else {
            var moment = Moment(here: here, last: state.newest, reckonedLast: state.reckoning)
            state.reckon(to: here)
            moment.reckoned = state.reckoning
            moment.nearestEdge = state.nearestEdge
            decideFences(&state, &moment, isClear: isClear, of: origin, &work, &events)
            state.nearestEdge = moment.nearestEdge
        }
        if rules.watch {
            observe(fix, claimed, after: withdrawn, &state, here, changes: work.changes, of: origin, &events)
        }
        state.newest = here
    }

    /// What the rules make of the fix, before it is ``DeviceState/newest``.
    private func observe(
        _ fix: Fix, _ claimed: DeviceState.Waypoint, after withdrawn: Fix?, _ state: inout DeviceState,
        _ here: DeviceState.Waypoint, changes: [Place], of origin: Engine.Origin, _ events: inout [Event]
    ) {
        let seen = Observation(
            fix: fix, here: claimed.motion, last: state.newest?.motion, withdrawn: withdrawn?.waypoint().motion,
            group: origin.group, ground: ground, places: state.places, changes: changes)
        state.rules.observe(seen, under: rules) { anomaly, time, detected, fence in
            events.append(
                Event(
                    anomaly, device: origin.device, fence: fence, time: time, detected: detected,
                    received: origin.received, coordinate: here.coordinate, accuracy_m: here.accuracy_m))
        }
    }

    private func decideFences(
        _ state: inout DeviceState, _ moment: inout Moment, isClear: Bool, of origin: Engine.Origin,
        _ work: inout Scratch, _ events: inout [Event]
    ) {
        if !work.left.isEmpty { work.left.removeAll(keepingCapacity: true) }
        if !work.found.isEmpty { work.found.removeAll(keepingCapacity: true) }
        if !isClear { findFences(moment, &work.found) }
        var hasLeft = false
        if !(state.places.isEmpty && work.found.isEmpty) {
            let first = events.count
            hasLeft = follow(&state.places, &moment, of: origin, &work, &events)
            if events.count - first > 1 { events[first...].sort(by: Self.comesBefore) }
        }
        guard !isClear || hasLeft else { return }
        state.clearing = clearing(around: moment.here.coordinate, state.places)
    }

    /// The fences that the way to this fix may meet.
    private func findFences(_ moment: Moment, _ found: inout [Int]) {
        if let last = moment.last, Moment.isPlausibleWay(from: last, to: moment.here) {
            index.candidates(along: last.coordinate, to: moment.here.coordinate, within: 0, into: &found)
        } else {
            index.candidates(around: moment.here.coordinate, within: 0, into: &found)
        }
    }

    /// Where the device may go before other fences than these are to be looked for.
    private func clearing(around coordinate: Coordinate, _ places: [Place]) -> Clearing? {
        index.clearing(around: coordinate) { fence in places.contains { $0.fence == fence } }
    }

    /// Goes through the fences that this fix can change: those that the device is not plainly outside of, and those that were
    /// found on its way.
    /// - Parameter places: by ascending fence, as those that were found.
    /// - Returns: whether it is plainly outside of one since.
    private func follow(
        _ places: inout [Place], _ moment: inout Moment, of origin: Engine.Origin, _ work: inout Scratch,
        _ events: inout [Event]
    ) -> Bool {
        var (next, nextFound, hasLeft) = (0, 0, false)
        while next < places.count || nextFound < work.found.count {
            let isKnown =
                next < places.count && (nextFound == work.found.count || places[next].fence <= work.found[nextFound])
            let fence = isKnown ? places[next].fence : work.found[nextFound]
            if nextFound < work.found.count, work.found[nextFound] == fence { nextFound += 1 }
            let applies = terms.applies(fence, to: origin.group)
            guard isKnown else {
                guard applies, let place = arrive(at: fence, &moment, of: origin, &events) else { continue }
                if place.signedDistance_m <= 0 { work.changes.append(place) }
                places.insert(place, at: next)
                next += 1
                continue
            }
            let wasInside = places[next].signedDistance_m <= 0
            if applies { follow(&places[next], &moment, of: origin, &events) }
            let hasChanged = wasInside != (places[next].signedDistance_m <= 0)
            if applies, places[next].membership.isAbout {
                if hasChanged { work.changes.append(places[next]) }
                next += 1
            } else {
                let place = places.remove(at: next)
                guard applies else { continue }
                hasLeft = true
                if hasChanged { work.left.append(place) }
            }
        }
        // Room that is kept for no place is looked at with every fix.
        if hasLeft, places.isEmpty {
            places = []
            moment.nearestEdge = .none
        }
        if !work.left.isEmpty { work.changes += work.left }
        return hasLeft
    }
}
