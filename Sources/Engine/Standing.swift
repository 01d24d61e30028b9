internal import Fencing
internal import Geometry
internal import Positioning

/// A device's standing with one fence.
///
/// Distances are costly, and seldom matter: what was measured at one place bounds what is measured near it, and where
/// ``Membership/isDecided(by:after:under:)`` is content with bounds, nothing is measured.
extension Decider {
    /// A fence that the device was plainly outside of.
    /// - Returns: `nil` where it still is.
    func arrive(
        at fence: Int, _ moment: inout Moment, of origin: Engine.Origin, _ events: inout [Event]
    ) -> Place? {
        let here = moment.here
        guard index.contains(here.coordinate, in: fence) else {
            if let last = moment.last { tellIfCrossed(fence, from: last, to: here, of: origin, &events) }
            return nil
        }
        var place = Place(fence: fence, membership: Membership(), signedDistance_m: 0)
        let distance = index.signedDistance(
            to: fence, from: here.coordinate, near: nil, edge: &moment.nearestEdge)
        let before = moment.last.map { index.signedDistance(to: fence, from: $0.coordinate) }
        weigh(&place, distance, before: before, &moment, of: origin, &events)
        return place.membership.isAbout ? place : nil
    }

    /// A fence that the device was not plainly outside of.
    func follow(_ place: inout Place, _ moment: inout Moment, of origin: Engine.Origin, _ events: inout [Event]) {
        let (here, known) = (moment.here.coordinate, place.measured)
        let isSettled = place.membership.isSettled
        if let known, let bound = known.bound(at: here) {
            var sample = moment.sample(bound, isSettled: isSettled)
            sample.isBound = true
            if take(sample, measured: known, &place, &moment, of: origin, &events) { return }
        }
        let distance = index.signedDistance(to: place.fence, from: here, near: known, edge: &moment.nearestEdge)
        let measured = MeasuredDistance(from: here, signedDistance_m: distance)
        let sample = moment.sample(distance, isSettled: isSettled)
        if take(sample, measured: measured, &place, &moment, of: origin, &events) {
            place.signedDistance_m = distance
            place.measuredAt = here
            return
        }
        let before = moment.last.map { last in
            place.measuredAt == nil || place.measuredAt == last.coordinate
                ? place.signedDistance_m : index.signedDistance(to: place.fence, from: last.coordinate, near: known)
        }
        weigh(&place, distance, before: before, &moment, of: origin, &events)
    }

    /// Takes the fix where it is decided without another look at the fence.
    /// - Parameter measured: near the reckoned place.
    /// - Returns: whether it is.
    private func take(
        _ sample: Sample, measured: MeasuredDistance, _ place: inout Place, _ moment: inout Moment,
        of origin: Engine.Origin, _ events: inout [Event]
    ) -> Bool {
        var (sample, previous) = (sample, Sample?.none)
        // Of others, nobody asks for the reckoned place.
        if sample.isCorroborated, let reckoned = moment.reckoned {
            guard let bound = measured.bound(at: reckoned.place) else { return false }
            sample.reckoned = Sample.Reckoned(
                signedDistance_m: bound, accuracy_m: reckoned.accuracy_m, isBound: true)
            if let last = moment.reckonedLast {
                guard let before = place.reckoned_m ?? place.measured?.bound(at: last.place) else { return false }
                previous = moment.sampleBefore(before)
                previous?.reckoned = Sample.Reckoned(
                    signedDistance_m: before, accuracy_m: last.accuracy_m, isBound: true)
            }
        }
        guard place.membership.isDecided(by: sample, after: previous, under: terms.policy(of: place.fence)) else {
            return false
        }
        step(&place, sample, after: previous, &moment, of: origin, &events)
        place.reckoned_m = nil
        return true
    }

    /// Takes the fix with all that it says of the fence.
    /// - Parameters:
    ///   - distance: signed metres.
    ///   - before: of the fix before.
    private func weigh(
        _ place: inout Place, _ distance: Double, before: Double?, _ moment: inout Moment, of origin: Engine.Origin,
        _ events: inout [Event]
    ) {
        let isSettled = place.membership.isSettled
        var sample = moment.sample(distance, isSettled: isSettled)
        var previous = before.flatMap { moment.sampleBefore($0) }
        if !(isSettled && sample.isInside) {
            sample.reckoned = moment.reckoned.map { reckon(place.fence, $0, at: moment.here, distance) }
            if let last = moment.last, let before {
                previous?.reckoned = moment.reckonedLast.map {
                    reckon(place.fence, $0, at: last, before, place.reckoned_m)
                }
            }
        }
        step(&place, sample, after: previous, &moment, of: origin, &events)
        place.signedDistance_m = distance
        place.measuredAt = moment.here.coordinate
        place.reckoned_m = sample.reckoned?.signedDistance_m
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

    /// - Parameter moment: not copied, which would cost more than what is done with it.
    private func step(
        _ place: inout Place, _ sample: Sample, after previous: Sample?, _ moment: inout Moment,
        of origin: Engine.Origin, _ events: inout [Event]
    ) {
        let (fence, here) = (place.fence, moment.here)
        place.membership.observe(
            sample, after: previous, at: moment.last?.coordinate, under: terms.policy(of: fence)
        ) { transition in
            switch transition {
            case .entered(let crossing, let confidence, let isInitial):
                tell(.enter, fence, crossing, confidence, isInitial: isInitial, at: here, of: origin, &events)
            case .exited(let crossing, let confidence):
                tell(.exit, fence, crossing, confidence, at: here, of: origin, &events)
            case .dwelt(let time, let confidence):
                tell(
                    .dwell, fence, Crossing(time: time, uncertainty_s: 0), confidence, at: here, of: origin, &events)
            case .passed(let start):
                let from = DeviceState.Waypoint(
                    time: start.time, coordinate: start.coordinate, accuracy_m: here.accuracy_m)
                tellIfCrossed(fence, from: from, to: here, of: origin, &events)
            }
        }
    }

    /// Brings all distances up to the newest fix: they are kept exact.
    func measure(_ state: inout DeviceState) {
        guard let here = state.newest?.coordinate else { return }
        for number in state.places.indices {
            let place = state.places[number]
            guard let known = place.measured, place.measuredAt != here else { continue }
            state.places[number].signedDistance_m = index.signedDistance(to: place.fence, from: here, near: known)
            state.places[number].measuredAt = here
        }
    }
}

extension Place {
    /// `nil` where it may have been to another shape.
    fileprivate var measured: MeasuredDistance? {
        measuredAt.map { MeasuredDistance(from: $0, signedDistance_m: signedDistance_m) }
    }
}
