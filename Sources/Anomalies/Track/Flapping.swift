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
        var tracks: [Track] = []

        public init() {}

        public mutating func code<Coder: StateCoder>(_ coder: inout Coder) throws(Coder.Failure) {
            try coder.list(&tracks, blank: Track(fence: "")) { (coder, track) throws(Coder.Failure) in
                try coder.string(&track.fence)
                try coder.list(&track.changes, blank: Timestamp(microseconds: 0)) {
                    (coder, time) throws(Coder.Failure) in
                    try coder.time(&time)
                }
                try coder.double(&track.reach_m)
                try track.alarm.code(&coder)
            }
        }
    }

    /// One boundary.
    struct Track: Equatable, Sendable {
        var fence: String
        /// The newest ones within the window, oldest first.
        var changes: [Timestamp] = []
        /// Metres beyond the boundary at most, since the first of them.
        var reach_m = 0.0
        var alarm = Alarm()
    }

    @inline(__always)
    public func observe(_ seen: borrowing Observation, _ state: inout State, tell: Tell) {
        if !state.tracks.isEmpty { settle(&state, seen, tell) }
        if !seen.changes.isEmpty, seen.last != nil { noteAll(&state, seen, tell) }
    }

    @inline(never) private func noteAll(_ state: inout State, _ seen: borrowing Observation, _ tell: Tell) {
        for place in seen.changes { note(place, &state, seen, tell) }
    }

    private func note(_ now: Place, _ state: inout State, _ seen: borrowing Observation, _ tell: Tell) {
        let fence = seen.ground.id(of: now.fence)
        guard scope.covers(fence: fence), let place = track(of: fence, &state) else { return }
        if let last = state.tracks[place].changes.last, seen.time.seconds(since: last) < Limits.passage_s { return }
        if Double(state.tracks[place].changes.count) >= changes { state.tracks[place].changes.removeFirst() }
        state.tracks[place].changes.append(seen.time)
        state.tracks[place].reach_m = max(state.tracks[place].reach_m, Self.reach_m(now))
        let track = state.tracks[place]
        guard Double(track.changes.count) >= changes, let first = track.changes.first else { return }
        state.tracks[place].alarm.raise(Self.name, at: seen.time, since: first, fence: fence, tell: tell) { evidence in
            evidence.count("changes", track.changes.count)
            evidence.span(from: first, to: seen.time)
            Self.suggest(track, &evidence)
        }
    }

    /// Forgets what is too old, and notes how far out it gets.
    @inline(never) private func settle(_ state: inout State, _ seen: borrowing Observation, _ tell: Tell) {
        var isOver = false
        for index in state.tracks.indices {
            if let oldest = state.tracks[index].changes.first, seen.time.seconds(since: oldest) > window_s {
                let edge = state.tracks[index].changes.firstIndex { seen.time.seconds(since: $0) <= window_s }
                state.tracks[index].changes.removeFirst(edge ?? state.tracks[index].changes.count)
                if edge == nil { end(&state.tracks[index], at: seen.time, tell) }
            }
            guard !state.tracks[index].changes.isEmpty else {
                isOver = isOver || state.tracks[index].alarm.isReady(at: seen.time)
                continue
            }
            for place in seen.places.indices {
                // Within its reach, or inside, nothing is new.
                let reach_m = Self.reach_m(seen.places[place])
                if reach_m > state.tracks[index].reach_m,
                    seen.ground.id(of: seen.places[place].fence) == state.tracks[index].fence
                {
                    state.tracks[index].reach_m = reach_m
                }
            }
        }
        if isOver { state.tracks.removeAll { $0.changes.isEmpty && $0.alarm.isReady(at: seen.time) } }
    }

    /// All of its changes are too old.
    private func end(_ track: inout Track, at time: Timestamp, _ tell: Tell) {
        let old = track
        track.alarm.clear(Self.name, at: time, cooldown_s: cooldown_s, fence: old.fence, tell: tell) {
            Self.suggest(old, &$0)
        }
        track.reach_m = 0
    }

    /// The place of a boundary's track, made where there is none; `nil` where there is no room.
    private func track(of fence: String, _ state: inout State) -> Int? {
        if let known = state.tracks.firstIndex(where: { $0.fence == fence }) { return known }
        if state.tracks.count >= Limits.flappingFences {
            let quiet = state.tracks.indices.filter { !state.tracks[$0].alarm.isRaised }
            let longest = quiet.min {
                (state.tracks[$0].changes.last ?? .never) < (state.tracks[$1].changes.last ?? .never)
            }
            guard let longest else { return nil }
            state.tracks.remove(at: longest)
        }
        state.tracks.append(Track(fence: fence))
        return state.tracks.count - 1
    }

    /// Farther out, nobody has measured.
    private static func reach_m(_ place: Place) -> Double { min(place.signedDistance_m, Limits.farOutside_m) }

    /// A margin that would have held all of it; none where it has really been away.
    private static func suggest(_ track: Track, _ evidence: inout EvidenceWriter) {
        let margin = (max(track.reach_m, 1) / Limits.marginStep_m).rounded(.up) * Limits.marginStep_m
        if margin <= Limits.marginMost_m { evidence.number("margin_m", margin) }
    }
}

extension Timestamp {
    fileprivate static let never = Timestamp(microseconds: .min)
}
