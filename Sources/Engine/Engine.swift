public import Fencing
public import Geometry
public import Positioning

/// The core's face: one step of one device.
///
/// A pure function of the device's state, its history and the report: no clock, no I/O, no other device. The same reports in
/// the same order give the same events, byte for byte, whether live, replayed or recovered. Not `Sendable`: each shard has its
/// own, since the geometry behind it belongs to one thread.
///
/// ```
///            not usable ─▶ rejected         no longer plausible ─▶ withdrawn
///                │                                  │
///  report ─▶ screen ─▶ order ─ in order ─▶ believe ─┴─▶ decide ─▶ events
///                        └─ late ─▶ gather ─▶ decide the past again ─▶ retractions, late events
/// ```
public final class Engine {
    private let decider: Decider
    /// The index of each fence, by id.
    let fenceNumbers: [String: Int]

    public init(_ index: FenceIndex) {
        decider = Decider(index)
        fenceNumbers = Dictionary(
            index.fences.enumerated().map { ($0.element.id, $0.offset) }, uniquingKeysWith: { first, _ in first })
    }

    public var fences: [Fence] { decider.fences }

    /// Whose report it is, and how it came.
    public struct Origin {
        public var device: String
        /// The device's, for fences that apply to some groups only.
        public var group: String?
        /// When the report reached us; `nil` for recorded input.
        public var received: Timestamp?

        /// - Parameter received: `nil` for recorded input.
        public init(device: String, group: String? = nil, received: Timestamp? = nil) {
            self.device = device
            self.group = group
            self.received = received
        }
    }

    /// Takes one report.
    /// - Parameters:
    ///   - history: asked only where the report is late.
    ///   - decisions: what became certain is appended, in order of event time.
    /// - Returns: the fix that it was, to be kept, or why it decides nothing; then the state is unchanged.
    /// - Throws: what `history` throws.
    public func step(
        _ state: inout DeviceState, _ report: Report, of origin: Origin, history: any History,
        decisions: inout Decisions
    ) throws -> Result<Fix, Rejection> {
        let fix: Fix
        switch Screening.fix(of: report, received: origin.received) {
        case .success(let usable): fix = usable
        case .failure(let rejection): return .failure(rejection)
        }
        // A device that was known once, and forgotten with all its fixes, must not be told of again.
        if state.newest == nil, state.suspect == nil, try history.holdsFix(of: origin.device, at: fix.time) {
            return .failure(.past)
        }
        if fix.time == state.newest?.time || fix.time == state.suspect?.time { return .failure(.duplicate) }
        if let latest = Self.latest(state, before: fix), fix.time < latest {
            if let rejection = try gather(fix, before: latest, &state, origin, history) {
                return .failure(rejection)
            }
            if state.late.count >= Limits.gatherLate || latest.seconds(since: fix.time) <= Limits.reorder_s {
                try revise(&state, of: origin, history: history, decisions: &decisions)
            }
        } else {
            // It may have been taken and withdrawn before.
            if let newest = state.newest, Screening.doubt(fix, after: newest) == .future,
                try history.holdsFix(of: origin.device, at: fix.time)
            {
                return .failure(.duplicate)
            }
            if let since = state.lateSince, fix.time.seconds(since: since) >= Limits.gatherLate_s {
                try revise(&state, of: origin, history: history, decisions: &decisions)
            }
            take(fix, &state, origin, &decisions)
        }
        return .success(fix)
    }

    /// Decides the past again with the late fixes, and tells the difference: what was told wrongly is retracted, what was
    /// missed is told with its own time, and what stays true is not repeated.
    /// - Throws: what `history` throws; then nothing has changed.
    public func revise(
        _ state: inout DeviceState, of origin: Origin, history: any History, decisions: inout Decisions
    ) throws {
        guard let oldest = state.late.first else { return }
        var again = DeviceState()
        // A checkpoint that can't be read only costs time: all that is kept is decided again instead.
        if let bytes = try history.checkpoint(of: origin.device, before: oldest.time),
            let base = try? DeviceState(snapshot: bytes, fenceNumber: { fenceNumbers[$0] })
        {
            again = base
        }
        let base = again.newest?.time
        // A fence that is no more is not decided about; what was told of it stays.
        let told = try history.standingEvents(of: origin.device, decidedAfter: base)
            .filter { fenceNumbers[$0.fence] != nil }
        var redone = Decisions()
        redone.checkpoints.append(
            Decisions.Checkpoint(
                device: origin.device, time: base ?? Timestamp(microseconds: .min), state: nil))
        for fix in Self.merge(try history.fixes(of: origin.device, after: base), state.late) {
            take(fix, &again, origin, &redone)
        }
        state = again
        let difference = Revision.difference(told: told, redone: redone.events, received: origin.received)
        redone.events = difference.events
        redone.redecided = difference.redecided
        decisions.add(redone)
    }

    /// Keeps a late fix for the next revision.
    /// - Returns: why not, where it is none.
    private func gather(
        _ fix: Fix, before newest: Timestamp, _ state: inout DeviceState, _ origin: Origin, _ history: any History
    ) throws -> Rejection? {
        if newest.seconds(since: fix.time) > Limits.lateHorizon_s {
            return try history.holdsFix(of: origin.device, at: fix.time) ? .duplicate : .past
        }
        let place = state.late.partitioningIndex { $0.time >= fix.time }
        if place < state.late.count, state.late[place].time == fix.time { return .duplicate }
        if try history.holdsFix(of: origin.device, at: fix.time) { return .duplicate }
        state.late.insert(fix, at: place)
        state.lateSince = state.lateSince ?? newest
        return nil
    }

    /// The time before which a fix is late: the suspect's too, where the two have merely overtaken each other.
    private static func latest(_ state: DeviceState, before fix: Fix) -> Timestamp? {
        guard let suspect = state.suspect, fix.time < suspect.time,
            suspect.time.seconds(since: fix.time) <= Limits.reorder_s
        else { return state.newest?.time }
        return suspect.time
    }

    /// A fix in order: believes it, or waits for the next one to tell.
    private func take(_ fix: Fix, _ state: inout DeviceState, _ origin: Origin, _ decisions: inout Decisions) {
        if let suspect = state.suspect {
            state.suspect = nil
            if let reason = Self.disproof(of: suspect, by: fix, newest: state.newest) {
                decisions.withdrawals.append(
                    Decisions.Withdrawal(device: origin.device, time: suspect.time, reason: reason))
            } else {
                decide(suspect, &state, origin, &decisions)
            }
        }
        if let newest = state.newest, Screening.doubt(fix, after: newest) != nil {
            state.suspect = fix
        } else {
            decide(fix, &state, origin, &decisions)
        }
    }

    /// A spike returns, a jump stays; a clock that was ahead is followed by an earlier time.
    private static func disproof(of suspect: Fix, by fix: Fix, newest: DeviceState.Waypoint?) -> Rejection? {
        if fix.time <= suspect.time { return .future }
        guard let newest, Screening.doubt(suspect, after: newest) == .impossible_speed else { return nil }
        let back = newest.coordinate.roughDistance_m(to: fix.coordinate)
        return back < suspect.coordinate.roughDistance_m(to: fix.coordinate) ? .impossible_speed : nil
    }

    private func decide(_ fix: Fix, _ state: inout DeviceState, _ origin: Origin, _ decisions: inout Decisions) {
        decider.decide(fix.waypoint, &state, of: origin, events: &decisions.events)
        let due = state.checkpointed.map { fix.time.seconds(since: $0) >= Limits.checkpointEvery_s } ?? true
        if due {
            state.checkpointed = fix.time
            var bare = state
            bare.late = []
            bare.lateSince = nil
            decisions.checkpoints.append(
                Decisions.Checkpoint(device: origin.device, time: fix.time, state: bare.snapshot(fences: fences)))
        }
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

extension Array {
    /// The first index whose element holds, where all after it hold too; the count where none does.
    func partitioningIndex(where holds: (Element) -> Bool) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if holds(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
