internal import Fencing
public import Positioning

/// `shared_identity`: one id alternates between places that one carrier can't be in, and each of these is one carrier's by
/// itself: a tracker that was cloned, or is shared.
///
/// A receiver that throws strays alternates too, but its strays land anywhere. So each return is a bet on where that side was
/// before: one that lands d metres from there, and D from the side that it left, multiplies the side's odds by D / 2d. A stray
/// that is as likely to land anywhere within D wins nothing by that on average. One that lands near no side belies them all.
public struct SharedIdentity: TrackRule {
    public static let name = RuleName.shared_identity
    public static let settings: [Setting<SharedIdentity>] = [
        Setting("changes", \.changes, 2...1000, isCount: true), Setting("window_s", \.window_s, 60...86_400),
        Setting("speed_kmh", \.speed_kmh, 1...10_000), Setting("distance_m", \.distance_m, 100...1_000_000),
        .cooldown(\.cooldown_s),
    ]

    public var scope = Scope()
    /// At least so many returns to a place where it had been before …
    public var changes = 4.0
    /// … each within so many seconds of the one before; so many without one clear it …
    public var window_s = 3600.0
    /// … and faster than so many kilometres per hour …
    public var speed_kmh = 200.0
    /// … from at least so many metres away: among houses reflections are that far off.
    public var distance_m = 1000.0
    /// Seconds after it was cleared, before it can be raised again.
    public var cooldown_s = 1800.0

    public init() {}

    public struct State: RuleState {
        /// The newest last; none while nothing has leapt within the window. See ``Limits/identitySides``.
        var sides = Few<3, Side>()
        /// Since the first.
        var changes: Int32 = 0
        /// Of the first change since the last leap to where none of them was.
        var first = Timestamp(microseconds: 0)
        /// Of the newest change within the window.
        @MaybeTime var newest: Timestamp?
        var alarm = Alarm()

        public init() {}

        public mutating func code<Coder: StateCoder>(_ coder: inout Coder) throws(Coder.Failure) {
            try sides.code(&coder)
            try coder.time(&first)
            try coder.time(&newest)
            try coder.count(&changes)
            try alarm.code(&coder)
        }
    }

    /// One of the carriers, as it seems: its newest fix.
    struct Side: RuleState {
        var time = Timestamp(microseconds: 0)
        var spot = Spot.nowhere
        var accuracy_m: Float = 0
        /// That it is a carrier, against strays.
        var odds: Float = 1

        init() {}

        init(_ motion: Motion) { follow(motion) }

        mutating func follow(_ motion: Motion) {
            time = motion.time
            spot = Spot(motion.coordinate)
            accuracy_m = Float(motion.accuracy_m)
        }

        mutating func code<Coder: StateCoder>(_ coder: inout Coder) throws(Coder.Failure) {
            try coder.time(&time)
            try spot.code(&coder)
            try coder.number(&accuracy_m)
            try coder.number(&odds)
        }
    }

    @inline(__always)
    public func isConcerned(by seen: borrowing Observation, _ state: State) -> Bool {
        !seen.isSlower(than: speed_kmh) || state.newest != nil || !state.sides.isEmpty
    }

    public func observe(_ seen: borrowing Observation, _ state: inout State, tell: Tell) {
        if !state.sides.isEmpty { settle(&state, seen, tell) }
        guard var last = seen.last else { return }
        // Its scatter holds the other side's places to be its own errors.
        if let side = state.sides.last { last.accuracy_m = Double(side.accuracy_m) }
        if let withdrawn = seen.withdrawn {
            follow(withdrawn, after: last, &state, seen, tell)
            last = withdrawn
        }
        follow(seen.here, after: last, &state, seen, tell)
    }

    /// Forgets sides that were not seen for long, and counts anew after a window without a change.
    private func settle(_ state: inout State, _ seen: borrowing Observation, _ tell: Tell) {
        state.sides.removeAll { seen.time.seconds(since: $0.time) > window_s }
        if let newest = state.newest, seen.time.seconds(since: newest) > window_s {
            state.alarm.clear(Self.name, at: seen.time, cooldown_s: cooldown_s, tell: tell) { $0.time("last", newest) }
            state.newest = nil
            state.changes = 0
        }
        if state.newest == nil, state.sides.count < 2 { state.sides.removeAll() }
    }

    private func follow(
        _ motion: Motion, after last: Motion, _ state: inout State, _ seen: borrowing Observation, _ tell: Tell
    ) {
        guard let leap = Leap(from: last, to: motion, over: speed_kmh), leap.distance_m >= distance_m else {
            if let newest = state.sides.indices.last { state.sides[newest].follow(motion) }
            return
        }
        if state.sides.isEmpty { state.sides.append(Side(last)) }
        guard let (index, way_m) = returned(motion, over: leap.distance_m, state.sides) else {
            if state.sides.isFull { state.sides.remove(at: 0) }
            state.sides.append(Side(motion))
            for index in state.sides.indices { state.sides[index].odds = 1 }
            state.changes = 0
            return
        }
        var side = state.sides.remove(at: index)
        let blur = Double(side.accuracy_m) + motion.accuracy_m
        let stake = Float(leap.distance_m / (2 * max(way_m, blur)))
        side.odds = min(side.odds * stake, Limits.identityOddsMost)
        side.follow(motion)
        state.sides.append(side)
        if state.changes == 0 { state.first = motion.time }
        state.changes = state.changes == .max ? .max : state.changes + 1
        state.newest = motion.time
        raise(leap, &state, seen, tell)
    }

    /// The nearest of the sides that it did not just leave, if that could have come here meanwhile, and the bet on it is won.
    private func returned(
        _ motion: Motion, over distance_m: Double, _ sides: Few<3, Side>
    ) -> (index: Int, way_m: Double)? {
        var nearest: (index: Int, way_m: Double)?
        for index in sides.indices.dropLast() {
            let side = sides[index]
            let way = side.spot.roughDistance_m(to: motion.coordinate)
            let blur = Limits.speedBlur * (Double(side.accuracy_m) + motion.accuracy_m)
            let isPossible = (way - blur) * 3.6 <= speed_kmh * motion.time.seconds(since: side.time)
            if isPossible, way < nearest?.way_m ?? distance_m / 2 { nearest = (index, way) }
        }
        return nearest
    }

    private func raise(_ leap: Leap, _ state: inout State, _ seen: borrowing Observation, _ tell: Tell) {
        let both = state.sides.suffix(2)
        guard Double(state.changes) >= changes, both.allSatisfy({ $0.odds >= Limits.identityOdds }) else { return }
        let (changes, first) = (state.changes, state.first)
        state.alarm.raise(Self.name, at: seen.time, since: first, tell: tell) { evidence in
            evidence.count("changes", Int(changes))
            evidence.span(from: first, to: leap.arrived)
            evidence.number("distance_m", leap.distance_m)
            evidence.number("speed_kmh", leap.speed_kmh)
            evidence.time("one", leap.left)
            evidence.degrees("one_lat", leap.from.latitude)
            evidence.degrees("one_lon", leap.from.longitude)
            evidence.time("other", leap.arrived)
            evidence.degrees("other_lat", leap.to.latitude)
            evidence.degrees("other_lon", leap.to.longitude)
        }
    }
}
