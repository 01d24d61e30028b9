public import Anomalies
internal import Fencing
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
    /// Ascending by their time; the first reaches back without end, the last is in force.
    private(set) var versions: [FenceSet]
    /// The last of them, ready.
    private var decider: Decider
    private let lateHorizon_s: Double
    /// About each device's stream.
    let rules: RuleSet

    /// - Parameters:
    ///   - versions: ascending by their time; the last is in force. At least one.
    ///   - rules: about each device's stream.
    ///   - lateHorizon_s: seconds by which a fix may be older than its device's newest.
    /// - Throws: where GEOS is out of memory.
    public convenience init(
        _ versions: [FenceVersion], rules: Rules = Rules(), lateHorizon_s: Double = Limits.lateHorizon_s
    ) throws(GeometryError) {
        let rules = RuleSet(rules)
        let sets = (versions.isEmpty ? [FenceVersion(FenceCatalogue())] : versions).map { FenceSet($0, rules) }
        try self.init(sets, rules: rules, lateHorizon_s: lateHorizon_s)
    }

    init(_ sets: [FenceSet], rules: RuleSet, lateHorizon_s: Double) throws(GeometryError) {
        versions = sets
        self.lateHorizon_s = lateHorizon_s
        self.rules = rules
        decider = try sets[sets.count - 1].decider()
    }

    /// The set in force.
    var fences: FenceSet { versions[versions.count - 1] }

    /// Has a shape brought into the processor's cache, and the way to an edge whose shape is there.
    @inline(__always)
    func prefetch(shapeAt next: NearestEdge, treeAt edge: NearestEdge) {
        if !edge.isNone { decider.index.prefetch(treeAt: edge) }
        if !next.isNone {
            decider.terms.prefetch(Int(next.fence))
            decider.index.prefetch(shapeAt: next)
        }
    }

    /// From when on a device's fixes are decided with the set in force.
    private func inForceSince(_ state: DeviceState) -> Timestamp {
        versions.count > 1 ? state.beginning(ofFencesSince: fences.since) : FenceVersion.always
    }

    /// The version of a time of a device.
    func version(at time: Timestamp, of state: DeviceState) -> Int {
        versions.lastIndex { state.beginning(ofFencesSince: $0.since) <= time } ?? 0
    }

    /// Brings other fences into force.
    /// - Returns: the set that was in force before.
    /// - Throws: where GEOS is out of memory; then nothing has changed.
    func adopt(_ version: FenceVersion) throws(GeometryError) -> FenceSet {
        let (old, new) = (fences, FenceSet(version, rules))
        decider = try new.decider()
        let staying = FenceVersion.staying(versions.map(\.since), at: version.since, lateHorizon_s: lateHorizon_s)
        versions = versions[staying] + [new]
        return old
    }

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
    ///   - isNew: no fix of the device was ever taken, unless it was forgotten since.
    ///   - history: asked only where the report is late, or the device's first.
    ///   - decisions: what became certain is appended, in order of event time.
    /// - Returns: the fix that it was, to be kept, or why it decides nothing; then the state is unchanged.
    /// - Throws: what `history` throws.
    public func step(
        _ state: inout DeviceState, _ report: Report, of origin: Origin, isNew: Bool = false, history: any History,
        decisions: inout Decisions
    ) throws -> Result<Fix, Rejection> {
        if let dated = dated(report, of: origin) {
            return try step(&state, dated, of: origin, isNew: isNew, history: history, decisions: &decisions)
        }
        let fix: Fix
        do {
            fix = try Screening.fix(of: report, received: origin.received)
        } catch {
            return .failure(error)
        }
        // A device that was known once, and forgotten with all its fixes, must not be told of again.
        if state.newest == nil, state.suspect == nil, state.late.isEmpty,
            try isNew
                ? history.hasForgotten(origin.device, at: fix.time)
                : history.holdsFix(of: origin.device, at: fix.time)
        {
            return .failure(.past)
        }
        let lags = DeviceState.lags(fix, received: origin.received)
        if lags, state.newest == nil, state == DeviceState() {
            state.passages = [FencePassage(since: fences.since, from: FenceVersion.always)]
        }
        if fix.time == state.newest?.time || fix.time == state.suspect?.time { return .failure(.duplicate) }
        if Self.latest(state, before: fix).map({ fix.time < $0 }) ?? false || fix.time < inForceSince(state) {
            if let rejection = try gather(fix, &state, origin, history) { return .failure(rejection) }
            if isToBeRevised(state, after: fix) {
                try revise(&state, of: origin, history: history, decisions: &decisions)
            }
        } else {
            let isOfItsTime = origin.received != nil
            // It may have been taken and withdrawn before.
            if Self.mayBeWithdrawn(fix, state), try history.holdsFix(of: origin.device, at: fix.time) {
                return .failure(.duplicate)
            }
            if isToBeRevised(state, before: fix) {
                try revise(&state, of: origin, history: history, decisions: &decisions)
            }
            state.lags = lags
            take(fix, after: nil, isOfItsTime: isOfItsTime, &state, origin, decider, &decisions)
        }
        return .success(fix)
    }

    /// The report with the weeks that its device's date lacks, where the rule is on; see ``WeekRollover``. `nil`: it lacks none.
    func dated(_ report: Report, of origin: Origin) -> Report? {
        guard let received = origin.received, let time = report.time, WeekRollover.isDue(for: time, received: received)
        else { return nil }
        return dated(report, at: time, received: received, group: origin.group)
    }

    /// Rarely asked for.
    @inline(never) private func dated(
        _ report: Report, at time: Timestamp, received: Timestamp, group: String?
    ) -> Report? {
        guard report.weeksAdded == nil, let rule = rules.inForce.weekRollover else { return nil }
        let weeks = rule.weeks(
            missingFrom: time, received: received, group: group, ahead_s: Limits.clockAhead_s,
            late_s: lateHorizon_s)
        guard weeks > 0 else { return nil }
        var dated = report
        dated.weeksAdded = weeks
        dated.time = time.advanced(bySeconds: Double(weeks) * Limits.week_s)
        return dated
    }

    /// Whether a late fix that was just gathered is to be put into its place now.
    private func isToBeRevised(_ state: DeviceState, after fix: Fix) -> Bool {
        if state.late.count >= Limits.gatherLate { return true }
        let reference = max(Self.latest(state, before: fix) ?? fix.time, inForceSince(state))
        return reference.seconds(since: fix.time) <= Limits.reorder_s
    }

    /// Whether late fixes that wait are to be put into their place before this one, which is in order.
    private func isToBeRevised(_ state: DeviceState, before fix: Fix) -> Bool {
        guard let since = state.lateSince, let oldest = state.late.first else { return false }
        if fix.time.seconds(since: since) >= Limits.gatherLate_s { return true }
        // They were never out of order, only of older fences' time, which is over.
        return state.newest.map { oldest.time > $0.time } ?? true
    }

    /// Keeps a late fix for the next revision.
    /// - Returns: why not, where it is none.
    private func gather(
        _ fix: Fix, _ state: inout DeviceState, _ origin: Origin, _ history: any History
    ) throws -> Rejection? {
        let latest = Self.latest(state, before: fix) ?? fix.time
        if latest.seconds(since: fix.time) > lateHorizon_s {
            return try history.holdsFix(of: origin.device, at: fix.time) ? .duplicate : .past
        }
        let place = state.late.partitioningIndex { $0.time >= fix.time }
        if place < state.late.count, state.late[place].time == fix.time { return .duplicate }
        if try history.holdsFix(of: origin.device, at: fix.time) { return .duplicate }
        if place == 0, try base(before: fix.time, state, of: origin.device, history) == nil { return .past }
        state.late.insert(fix, at: place)
        state.lateSince = state.lateSince ?? latest
        state.lateReceived = origin.received
        return nil
    }

    /// Whether a fix in order may have come before: a clock that was ahead of it is in doubt, or was disproved.
    @inline(__always)
    private static func mayBeWithdrawn(_ fix: Fix, _ state: DeviceState) -> Bool {
        if let ahead = state.ahead, fix.time <= ahead { return true }
        guard let suspect = state.suspect else { return false }
        return fix.time < suspect.time
    }

    /// The time before which a fix is late: the suspect's too, where it has merely been overtaken, or where its place is what
    /// is doubted, and not its time.
    @inline(__always)
    private static func latest(_ state: DeviceState, before fix: Fix) -> Timestamp? {
        // Nearly always; without a copy of all of the state.
        guard let suspect = state.suspect, fix.time < suspect.time else { return state.newest?.time }
        return latest(state.newest, suspect, before: fix)
    }

    private static func latest(
        _ newest: DeviceState.Waypoint?, _ suspect: Fix, before fix: Fix
    ) -> Timestamp? {
        let isOvertaken = suspect.time.seconds(since: fix.time) <= Limits.reorder_s
        guard let newest else {
            let isNear = suspect.time.seconds(since: fix.time) <= Limits.believableStep_s
            return isNear ? suspect.time : nil
        }
        return isOvertaken || Screening.doubt(suspect, after: newest) != .future ? suspect.time : newest.time
    }

    /// A fix in order: believes it, or waits for the next one to tell.
    /// - Parameters:
    ///   - spike: between the fix before and this one, withdrawn before.
    ///   - isOfItsTime: its clock is not to be doubted: it had come when it said, or was believed before.
    ///   - decider: with the fences of its time.
    func take(
        _ fix: Fix, after spike: Fix?, isOfItsTime: Bool, _ state: inout DeviceState, _ origin: Origin,
        _ decider: Decider, _ decisions: inout Decisions
    ) {
        var withdrawn = spike
        if let suspect = state.suspect {
            state.suspect = nil
            if let reason = Self.disproof(of: suspect, by: fix, newest: state.newest) {
                decisions.withdrawals.append(
                    Decisions.Withdrawal(device: origin.device, time: suspect.time, reason: reason))
                if reason == .future { state.ahead = max(state.ahead ?? suspect.time, suspect.time) }
                if reason == .impossible_speed { withdrawn = suspect }
            } else {
                decide(suspect, after: nil, &state, origin, decider, &decisions)
            }
        }
        if Screening.doubt(fix, isOfItsTime: isOfItsTime, after: state.newest) != nil {
            state.suspect = fix
        } else {
            decide(fix, after: withdrawn, &state, origin, decider, &decisions)
        }
    }

    /// A spike returns, a jump stays; a clock that was ahead is followed by an earlier time.
    private static func disproof(of suspect: Fix, by fix: Fix, newest: DeviceState.Waypoint?) -> Rejection? {
        if fix.time <= suspect.time { return .future }
        guard let newest, Screening.doubt(suspect, after: newest) == .impossible_speed else { return nil }
        let back = newest.coordinate.roughDistance_m(to: fix.coordinate)
        return back < suspect.coordinate.roughDistance_m(to: fix.coordinate) ? .impossible_speed : nil
    }

    private func decide(
        _ fix: Fix, after withdrawn: Fix?, _ state: inout DeviceState, _ origin: Origin,
        _ decider: Decider, _ decisions: inout Decisions
    ) {
        decider.decide(fix, after: withdrawn, &state, of: origin, events: &decisions.events)
        let due = state.checkpointed.map { fix.time.seconds(since: $0) >= Limits.checkpointEvery_s } ?? true
        // A suspect may be older than the fences that it is decided with: by its time they could not be told again.
        if due, fix.time >= state.beginning(ofFencesSince: decider.since) {
            decider.measure(&state)
            decisions.checkpoints.append(Self.checkpoint(&state, of: origin.device, at: fix.time, decider.fences))
        }
    }

    private static func checkpoint(
        _ state: inout DeviceState, of device: String, at time: Timestamp, _ fences: [Fence]
    ) -> Decisions.Checkpoint {
        state.checkpointed = time
        var bare = state
        bare.late = []
        bare.lateSince = nil
        bare.lateReceived = nil
        // It comes again with the fixes after the checkpoint; known already, it would disprove itself.
        bare.suspect = nil
        return Decisions.Checkpoint(device: device, time: time, state: bare.snapshot(fences: fences))
    }

    /// A checkpoint of a device that is about to pass from these fences to those in force: of nearly every device something
    /// is on its way then, which is of the fences before; decided from the last checkpoint, all of them together would hold
    /// the stream up for seconds.
    /// - Returns: `nil` where its newest fix has one, or is not of the time of these fences.
    func checkpoint(_ state: inout DeviceState, of device: String, leaving old: FenceSet) -> Decisions.Checkpoint? {
        guard let time = state.newest?.time, state.checkpointed != time,
            time >= state.beginning(ofFencesSince: old.since), time < state.beginning(ofFencesSince: fences.since)
        else { return nil }
        old.measure(&state)
        return Self.checkpoint(&state, of: device, at: time, old.fences)
    }
}

extension RandomAccessCollection where Index == Int {
    /// The first index whose element holds, where all after it hold too; the end where none does.
    public func partitioningIndex(where holds: (Element) -> Bool) -> Int {
        var low = startIndex
        var high = endIndex
        while low < high {
            let middle = (low + high) / 2
            if holds(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
