internal import Fencing
public import Positioning

/// `flapping`: fixes change sides of one boundary again and again. The decisions weigh that; but the fence is suspected to be
/// drawn too near to where people stand, and the evidence says which `exit_margin_m`
/// would hold them.
///
/// Whoever walks through a boundary with a fix a second changes sides several times in one passage, since the error does:
/// that counts once, so that the interval doesn't change the answer.
public struct Flapping: TrackRule {
    public static let name = RuleName.flapping
    public static let settings: [Setting<Flapping>] = [
        Setting("changes", \.changes, 2...Double(Limits.flappingChanges), isCount: true),
        Setting("window_s", \.window_s, 60...86_400), .cooldown(\.cooldown_s),
    ]
    public static let takesFences = true

    public var scope = Scope()
    /// At least so many.
    public var changes = 6.0
    /// Within so many seconds; so many without one clear it.
    public var window_s = 1800.0
    /// A day: the fence is as it is drawn.
    public var cooldown_s = 86_400.0

    public init() {}

    public struct State: RuleState {
        /// See ``Limits/flappingFences``.
        var tracks = Few<2, Track>()

        public init() {}

        public mutating func code<Coder: StateCoder>(_ coder: inout Coder) throws(Coder.Failure) {
            try tracks.code(&coder)
        }
    }

    /// One boundary.
    struct Track: RuleState {
        var fence = ""
        var alarm = Alarm()
        /// The newest ones within the window.
        var changes = RecentTimes()
        /// How far beyond the boundary it got since the first of them, in steps of ``Limits/marginStep_m``, rounded up: as a margin
        /// that would have held it.
        var steps: UInt8 = 0

        init() {}

        mutating func code<Coder: StateCoder>(_ coder: inout Coder) throws(Coder.Failure) {
            try coder.string(&fence)
            try changes.code(&coder)
            var reach_m = Double(steps) * Limits.marginStep_m
            try coder.double(&reach_m)
            steps = Flapping.steps(reach_m)
            try alarm.code(&coder)
        }
    }

    @inline(__always)
    public func isConcerned(by seen: borrowing Observation, _ state: State) -> Bool {
        !state.tracks.isEmpty || !seen.changes.isEmpty
    }

    public func observe(_ seen: borrowing Observation, _ state: inout State, tell: Tell) {
        if !state.tracks.isEmpty { settle(&state, seen, tell) }
        if !seen.changes.isEmpty, seen.last != nil { noteAll(&state, seen, tell) }
    }

    @inline(never) private func noteAll(_ state: inout State, _ seen: borrowing Observation, _ tell: Tell) {
        for place in seen.changes { note(place, &state, seen, tell) }
    }

    private func note(_ now: Place, _ state: inout State, _ seen: borrowing Observation, _ tell: Tell) {
        let fence = seen.ground.id(of: now.fence)
        guard scope.covers(fence: fence), let place = place(of: fence, &state) else { return }
        var track = state.tracks[place]
        if let last = track.changes.newest, seen.time.seconds(since: last) < Limits.passage_s { return }
        if Double(track.changes.count) >= changes { track.changes.removeOldest() }
        track.changes.append(seen.time)
        track.steps = max(track.steps, Self.steps(now.signedDistance_m))
        if Double(track.changes.count) >= changes {
            let (first, count, steps) = (track.changes.oldest, track.changes.count, track.steps)
            track.alarm.raise(Self.name, at: seen.time, since: first, fence: fence, tell: tell) { evidence in
                evidence.count("changes", count)
                evidence.span(from: first, to: seen.time)
                Self.suggest(steps, &evidence)
            }
        }
        state.tracks[place] = track
    }

    /// Forgets what is too old, and notes how far out it gets.
    @inline(__always) private func settle(_ state: inout State, _ seen: borrowing Observation, _ tell: Tell) {
        var isOver = false
        state.tracks.changeEach { track in
            if !track.changes.isEmpty, seen.time.seconds(since: track.changes.oldest) > window_s {
                drop(&track, at: seen.time, tell)
            }
            if track.changes.isEmpty {
                isOver = isOver || track.alarm.isReady(at: seen.time)
                return
            }
            // Within its reach, or inside, nothing is new.
            let reach_m = Double(track.steps) * Limits.marginStep_m
            for place in seen.places.indices where seen.places[place].signedDistance_m > reach_m {
                note(seen.places[place].signedDistance_m, seen.ground.id(of: seen.places[place].fence), &track)
            }
        }
        if isOver { state.tracks.removeAll { $0.changes.isEmpty && $0.alarm.isReady(at: seen.time) } }
    }

    private func note(_ distance_m: Double, _ fence: String, _ track: inout Track) {
        if fence == track.fence { track.steps = max(track.steps, Self.steps(distance_m)) }
    }

    /// Some of its changes are too old; when all are, it is over.
    @inline(never) private func drop(_ track: inout Track, at time: Timestamp, _ tell: Tell) {
        while !track.changes.isEmpty, time.seconds(since: track.changes.oldest) > window_s {
            track.changes.removeOldest()
        }
        guard track.changes.isEmpty else { return }
        let (fence, steps) = (track.fence, track.steps)
        track.alarm.clear(Self.name, at: time, cooldown_s: cooldown_s, fence: fence, tell: tell) {
            Self.suggest(steps, &$0)
        }
        track.steps = 0
    }

    /// The place of a boundary's track, made where there is none; `nil` where there is no room.
    private func place(of fence: String, _ state: inout State) -> Int? {
        if let known = state.tracks.firstIndex(where: { $0.fence == fence }) { return known }
        if state.tracks.isFull {
            let quiet = state.tracks.indices.filter { !state.tracks[$0].alarm.isRaised }
            let longest = quiet.min {
                (state.tracks[$0].changes.newest ?? .never) < (state.tracks[$1].changes.newest ?? .never)
            }
            guard let longest else { return nil }
            state.tracks.remove(at: longest)
        }
        var track = Track()
        track.fence = fence
        state.tracks.append(track)
        return state.tracks.count - 1
    }

    /// Farther out than ``Limits/farOutside_m``, nobody has measured.
    private static func steps(_ distance_m: Double) -> UInt8 {
        let reach_m = max(0, min(distance_m, Limits.farOutside_m))
        return UInt8((reach_m / Limits.marginStep_m).rounded(.up))
    }

    /// A margin that would have held all of it; none where it has really been away.
    private static func suggest(_ steps: UInt8, _ evidence: inout EvidenceWriter) {
        let margin_m = Double(max(steps, 1)) * Limits.marginStep_m
        if margin_m <= Limits.marginMost_m { evidence.number("margin_m", margin_m) }
    }
}

extension Timestamp {
    fileprivate static let never = Timestamp(microseconds: .min)
}
