internal import Fencing
internal import Glibc
public import Positioning

/// `wrong_datum`: stays beside a `site` or `customer` fence lie in it once they are shifted as Chinese maps are: the fence, or
/// the tracker, is in GCJ-02 or BD-09 and was taken for WGS-84.
///
/// A habit can lie so by chance, and then does so each time it is indulged in: several stays at one place are one trial. How
/// likely a trial succeeds by chance depends on how much of the neighbourhood is fenced, which shifts of all directions and
/// lengths tell, see ``decoys(around:)``. Where other fences are near, one place is not enough; two fences that the
/// same hypothesis explains may be.
///
/// A device that truly is in the fence belies it; one that truly stays in any is in the right datum itself.
public struct WrongDatum: TrackRule {
    public static let name = RuleName.wrong_datum
    public static let settings: [Setting<WrongDatum>] = [
        Setting("visits", \.visits, 2...100, isCount: true), Setting("stay_s", \.stay_s, 60...86_400),
        Setting("radius_m", \.radius_m, 10...1000), Setting("visit_gap_s", \.visitGap_s, 0...604_800),
        .cooldown(\.cooldown_s),
    ]
    public static let takesFences = true
    public static let takesHours = true

    public var scope = Scope()
    /// At least so many stays …
    public var visits = 3.0
    /// … of at least so many seconds …
    public var stay_s = 600.0
    /// … within so many metres …
    public var radius_m = 150.0
    /// … at least so many seconds apart.
    public var visitGap_s = 14_400.0
    /// A week: coordinates are as they are.
    public var cooldown_s = 604_800.0

    public init() {}

    public struct State: RuleState {
        @Compact var stand: Stand?
        var alarm = Alarm()
        /// That the alarm that stands is about.
        var told: String?
        /// Oldest first. See ``Limits/datumCases``.
        var cases = Few<4, DatumCase>()

        public init() {}

        public mutating func code<Coder: StateCoder>(_ coder: inout Coder) throws(Coder.Failure) {
            try coder.optional(&stand, blank: .vacant) { (coder, stand) throws(Coder.Failure) in
                try stand.code(&coder)
            }
            var isJudged = stand?.isJudged ?? false
            try coder.bool(&isJudged)
            stand?.isJudged = isJudged
            if coder.isFormer {
                try cases.readFormer(&coder, naming: &told)
            } else {
                try coder.text(&told)
                try cases.code(&coder)
            }
            try alarm.code(&coder)
        }
    }

    @inline(__always)
    public func isConcerned(by seen: borrowing Observation, _ state: State) -> Bool {
        if !state.cases.isEmpty { return true }
        guard Datum.covers(seen.fix.coordinate) else { return false }
        return !(state.stand?.goesOn(at: seen, within: radius_m, dueAfter: stay_s) ?? false)
    }

    public func observe(_ seen: borrowing Observation, _ state: inout State, tell: Tell) {
        if !state.cases.isEmpty, !seen.places.isEmpty { belie(seen, &state, tell) }
        guard Datum.covers(seen.fix.coordinate) else { return }
        var stand = state.stand ?? .vacant
        let lasts = !stand.isVacant && stand.lasts(at: seen, within: radius_m)
        if !lasts { stand = Stand(at: seen, after: stand, within: radius_m) }
        let isDue = !stand.isJudged && !stand.isAway && seen.time.seconds(since: stand.since) >= stay_s
        if isDue { stand.isJudged = true }
        state.stand = stand
        if isDue { judge(stand, &state, seen, tell) }
    }

    /// It is truly there.
    @inline(never) private func belie(_ seen: borrowing Observation, _ state: inout State, _ tell: Tell) {
        for index in seen.places.indices where seen.places[index].membership.isInside {
            let fence = seen.ground.digest(of: seen.places[index].fence)
            if state.cases.contains(where: { $0.fence == fence }) { drop(&state, seen, tell) { $0.fence == fence } }
        }
    }

    @inline(never) private func judge(
        _ stand: Stand, _ state: inout State, _ seen: borrowing Observation, _ tell: Tell
    ) {
        guard scope.holds(at: seen.time, for: seen.group) else { return }
        drop(&state, seen, tell) { seen.time.seconds(since: $0.newest) > Limits.datumMemory_s }
        guard !seen.isAtWork else {
            drop(&state, seen, tell) { $0.hypothesis.suspect == .tracker }
            return
        }
        let place = stand.spot.coordinate
        for hypothesis in DatumHypothesis.allCases {
            let fences = fences(at: hypothesis.place(of: place), seen)
            guard !fences.isEmpty else { continue }
            let known = state.cases.firstIndex { found in
                found.hypothesis == hypothesis && fences.contains { seen.ground.digest(of: $0) == found.fence }
            }
            let new = DatumCase(fence: seen.ground.digest(of: fences[0]), hypothesis)
            guard let index = known ?? add(new, at: seen.time, &state) else { continue }
            let isNew = state.cases[index].visits == 0
            guard isNew || seen.time.seconds(since: state.cases[index].newest) >= visitGap_s else { continue }
            let hits = hits(around: place, beside: state.cases[index].fence, seen)
            state.cases[index].count(at: seen.time, hits: hits)
        }
        raise(stand, &state, seen, tell)
    }

    private func raise(_ stand: Stand, _ state: inout State, _ seen: borrowing Observation, _ tell: Tell) {
        guard state.alarm.isReady(at: seen.time) else { return }
        for index in state.cases.indices where Double(state.cases[index].visits) >= visits {
            let found = state.cases[index]
            let like = state.cases.filter { $0.hypothesis == found.hypothesis && Double($0.visits) >= visits }
            let chance = like.reduce(1) { $0 * $1.chance }
            let place = stand.spot.coordinate
            guard found.newest == seen.time, chance <= Limits.datumChance,
                let fence = fences(at: found.hypothesis.place(of: place), seen).first(where: {
                    seen.ground.digest(of: $0) == found.fence
                })
            else { continue }
            state.cases[index].isTold = true
            state.told = seen.ground.id(of: fence)
            state.alarm.raise(Self.name, at: seen.time, since: stand.since, fence: state.told, tell: tell) {
                evidence in
                evidence.word("suspect", found.hypothesis.suspect)
                evidence.word("datum", found.hypothesis.datum)
                evidence.count("visits", Int(found.visits))
                evidence.count("fences", like.count)
                evidence.number("offset_m", place.roughDistance_m(to: found.hypothesis.place(of: place)))
                evidence.span(from: stand.since, to: seen.time)
            }
            return
        }
    }

    /// Forgets what is belied, or too old.
    private func drop(
        _ state: inout State, _ seen: borrowing Observation, _ tell: Tell, where isOver: (DatumCase) -> Bool
    ) {
        for found in state.cases where isOver(found) && found.isTold {
            state.alarm.clear(Self.name, at: seen.time, cooldown_s: cooldown_s, fence: state.told, tell: tell) {
                $0.time("last", found.newest)
            }
            state.told = nil
        }
        state.cases.removeAll(where: isOver)
    }

    /// - Returns: its place; `nil` where the list is full of others that still count.
    private func add(_ found: DatumCase, at time: Timestamp, _ state: inout State) -> Int? {
        if state.cases.isFull {
            let over = state.cases.firstIndex { old in
                !old.isTold && time.seconds(since: old.newest) > Double(old.visits) * Limits.datumHold_s
            }
            guard let over else { return nil }
            state.cases.remove(at: over)
        }
        state.cases.append(found)
        return state.cases.count - 1
    }

    /// Of the decoys around a stay beside a fence, those that lie in one of its neighbours.
    private func hits(around place: Coordinate, beside fence: UInt32, _ seen: borrowing Observation) -> Int {
        Self.decoys(around: place).count { decoy in
            fences(at: decoy, seen).contains { seen.ground.digest(of: $0) != fence }
        }
    }

    /// Places spread evenly over the ring in which shifts of the two datums end, turned by the golden angle from one to the next.
    private static func decoys(around place: Coordinate) -> [Coordinate] {
        let plane = Plane(at: place)
        let (inner, outer) = (Limits.datumShift_m.lowerBound, Limits.datumShift_m.upperBound)
        return (0..<Limits.datumDecoys).map { index in
            let share = (Double(index) + 0.5) / Double(Limits.datumDecoys)
            let radius = (inner * inner + share * (outer * outer - inner * inner)).squareRoot()
            let bearing = Double(index) * Double.pi * (3 - 5.0.squareRoot())
            return plane.place(east_m: radius * sin(bearing), north_m: radius * cos(bearing))
        }
    }

    private func fences(at place: Coordinate, _ seen: borrowing Observation) -> [Int] {
        seen.ground.fences(at: place).filter { index in
            seen.ground.isWork(index) && seen.ground.isMeant(index, in: scope, for: seen.group)
        }
    }
}
