internal import Anomalies
internal import Geometry
internal import Positioning

extension Engine {
    /// Decides the past again with the late fixes, each with the fences of its time, and tells the difference: what was told
    /// wrongly is retracted, what was missed is told with its own time, and what stays true is not repeated.
    /// - Throws: what `history` throws, or where GEOS is out of memory; then nothing has changed.
    public func revise(
        _ state: inout DeviceState, of origin: Origin, history: any History, decisions: inout Decisions
    ) throws {
        guard let oldest = state.late.first else { return }
        guard let (beginning, base) = try base(before: oldest.time, state, of: origin.device, history) else {
            // They were let in when there still was one.
            for fix in state.late {
                decisions.withdrawals.append(
                    Decisions.Withdrawal(device: origin.device, time: fix.time, reason: .past))
            }
            state.late = []
            state.lateSince = nil
            state.lateReceived = nil
            return
        }
        var again = beginning
        again.lags = state.lags
        again.passages = state.passages
        // While the journal's tail is replayed, the store has it withdrawn already where the next fix disproved it.
        let doubted = state.suspect.flatMap { suspect in base.map { suspect.time > $0 } ?? true ? suspect : nil }
        let taken = Self.merge(try history.fixes(of: origin.device, after: base), doubted.map { [$0] } ?? [])
        let fixes = Self.merge(taken, state.late)
        let first = version(at: base ?? fixes.first?.time ?? oldest.time, of: state)
        // By a rule that is off nothing is decided; what was told by it stays.
        let told = try history.standingEvents(of: origin.device, decidedAfter: base)
            .filter { $0.anomaly.map { $0.rule.isOfTrack && rules.inForce.hold($0.rule) } ?? true }
        var redone = Decisions()
        redone.checkpoints.append(
            Decisions.Checkpoint(
                device: origin.device, time: base ?? Timestamp(microseconds: .min), state: nil))
        let spikes = try history.spikes(of: origin.device, after: base).filter { $0.time != doubted?.time }
        try decide(fixes, spikes, believedUntil: state.newest?.time, &again, of: origin, from: first, &redone)
        if let ahead = state.ahead { again.ahead = max(again.ahead ?? ahead, ahead) }
        state = again
        let difference = Revision.difference(told: told, redone: redone.events, received: origin.received) { event in
            // So it does of a fence that is known no more, but for what had begun before: that is remembered by its id.
            event.fence.map { fence in versions[first...].contains { $0.numbers[fence] != nil } } ?? true
                || event.anomaly.flatMap { anomaly in base.map { anomaly.raised <= $0 } } ?? false
        }
        redone.events = difference.events
        redone.redecided = difference.redecided
        decisions.add(redone)
    }

    /// What a device's past can be decided again from: the newest checkpoint before a time that can be read, else nothing, as
    /// long as all its fixes are kept.
    /// - Returns: with it, the time up to which it holds; `nil` where the fixes that led to what was told are gone.
    func base(
        before time: Timestamp, _ state: DeviceState, of device: String, _ history: any History
    ) throws -> (state: DeviceState, time: Timestamp?)? {
        var end = time
        while let (time, bytes) = try history.checkpoint(of: device, before: end) {
            let numbers = versions[version(at: time, of: state)].numbers
            if let base = try? DeviceState(snapshot: bytes, fenceNumber: { numbers[$0] }) { return (base, time) }
            history.cannotRead(checkpointOf: device, at: time)
            end = time
        }
        return try history.hasForgottenFixes(of: device) ? nil : (DeviceState(), nil)
    }

    /// Goes through fixes in order, and through the versions of the fences as they came into force, up to the last.
    /// - Parameters:
    ///   - spikes: withdrawn before, by ascending time.
    ///   - believed: the clock of a fix up to then was believed, and still is.
    private func decide(
        _ fixes: [Fix], _ spikes: [Fix], believedUntil believed: Timestamp?, _ state: inout DeviceState,
        of origin: Origin,
        from first: Int, _ redone: inout Decisions
    ) throws(GeometryError) {
        var number = first
        func goOn(to next: Int) throws(GeometryError) {
            while number < next {
                try versions[number + 1].takeOver(
                    &state, from: versions[number], of: origin.device, events: &redone.events)
                number += 1
            }
        }
        var spikes = spikes[...]
        for fix in fixes {
            var spike: Fix?
            while let first = spikes.first, first.time < fix.time { spike = spikes.removeFirst() }
            try goOn(to: version(at: fix.time, of: state))
            let isOfItsTime = origin.received != nil || believed.map { fix.time <= $0 } ?? false
            take(
                fix, after: spike, isOfItsTime: isOfItsTime, &state, origin,
                try versions[number].decider(), &redone)
        }
        try goOn(to: versions.count - 1)
    }

    /// Both by ascending time; a time that is in both stands once.
    private static func merge(_ a: [Fix], _ b: [Fix]) -> [Fix] {
        var merged: [Fix] = []
        merged.reserveCapacity(a.count + b.count)
        var rest = b[...]
        for fix in a {
            while let first = rest.first, first.time <= fix.time {
                rest.removeFirst()
                if first.time < fix.time { merged.append(first) }
            }
            merged.append(fix)
        }
        return merged + rest
    }
}

/// The difference between what was told of a stretch of the past and what is known of it now.
enum Revision {
    /// - Parameters:
    ///   - told: standing, in the order in which they were told.
    ///   - redone: what would have been told had all come in order.
    ///   - mayBeWrong: of what was told and not redone, whether it could have been.
    /// - Returns: retractions, then what was missed; and what stays, but would now become certain at another fix.
    static func difference(
        told: [Event], redone: [Event], received: Timestamp?, mayBeWrong: (Event) -> Bool
    ) -> (events: [Event], redecided: [Event]) {
        var standing = told
        var missed: [Event] = []
        var redecided: [Event] = []
        for event in redone {
            if let index = standing.firstIndex(where: { isSame($0, event) }) {
                var same = standing.remove(at: index)
                guard same.decided != event.decided else { continue }
                same.decided = event.decided
                redecided.append(same)
            } else {
                var late = event
                late.isLate = true
                late.received = received
                missed.append(late)
            }
        }
        let retractions = standing.filter(mayBeWrong).map { wrong in
            var retraction = wrong
            retraction.kind = .retract
            retraction.retracted = wrong.kind
            retraction.received = received
            retraction.isInitial = false
            retraction.isLate = false
            return retraction
        }
        return (retractions + missed, redecided)
    }

    /// A time that has moved is told again, however little: what stands is what would have been told in order.
    private static func isSame(_ a: Event, _ b: Event) -> Bool {
        a.kind == b.kind && a.fence == b.fence && a.isInitial == b.isInitial && a.time == b.time
            && a.reason == b.reason && Event.areSame(a.anomaly, b.anomaly)
    }
}
