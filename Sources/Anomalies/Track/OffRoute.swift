internal import Fencing
public import Positioning

/// `off_route`: for some time far from every `route` fence that is for it. In hours, where some are given; else always. Without
/// such fences it says nothing.
public struct OffRoute: TrackRule {
    public static let name = RuleName.off_route
    public static let settings: [Setting<OffRoute>] = [
        Setting("distance_m", \.distance_m, 10...100_000), Setting("duration_s", \.duration_s, 0...86_400),
        .cooldown(\.cooldown_s),
    ]
    public static let takesFences = true
    public static let takesHours = true

    public var scope = Scope()
    /// More than so many metres from the edge of the nearest.
    public var distance_m = 500.0
    /// For at least so many seconds.
    public var duration_s = 300.0
    /// Seconds after it was cleared, before it can be raised again.
    public var cooldown_s = 1800.0

    /// Times the distance within which it is back: who drives along that distance neither raises nor clears.
    static let clearsWithin = 0.8

    public init() {}

    public struct State: RuleState {
        @Compact var look: Look?
        /// Of the first fix that was off.
        @MaybeTime var since: Timestamp?
        /// The nearest when it was raised; an alarm that stands is about it.
        var fence: String?
        var alarm = Alarm()

        public init() {}

        public mutating func code<Coder: StateCoder>(_ coder: inout Coder) throws(Coder.Failure) {
            try coder.optional(&look, blank: .vacant) { (coder, look) throws(Coder.Failure) in
                try look.code(&coder)
            }
            try coder.time(&since)
            try coder.text(&fence)
            try alarm.code(&coder)
        }
    }

    /// What was last measured: it holds until the device has gone so far that another answer is possible.
    struct Look: Vacant {
        private var spot = Spot.nowhere
        /// The lower half of when the fences came into force that it was measured to.
        private var ground: Int32 = 0
        /// Metres to the side of the limit that the device is on: negative where it is off. Nobody is endlessly far off.
        private var signedSlack_m = -Float.infinity

        static let vacant = Look()

        @inline(__always) var isVacant: Bool { signedSlack_m == -.infinity }

        private init() {}

        @inline(__always) init(at seen: borrowing Observation, slack_m: Double, isOff: Bool) {
            spot = Spot(seen.fix.coordinate)
            ground = Int32(truncatingIfNeeded: seen.ground.since.microseconds)
            signedSlack_m = Float(isOff ? -slack_m : slack_m)
        }

        /// Also of no metres.
        @inline(__always) var isOff: Bool { signedSlack_m.sign == .minus }

        @inline(__always) func holds(at seen: borrowing Observation) -> Bool {
            ground == Int32(truncatingIfNeeded: seen.ground.since.microseconds)
                && spot.farthest_m(to: seen.fix.coordinate) < Double(signedSlack_m.magnitude)
        }

        mutating func code<Coder: StateCoder>(_ coder: inout Coder) throws(Coder.Failure) {
            var (time, slack_m, isOff) = (Int64(ground), signedSlack_m.magnitude, isOff)
            try spot.code(&coder)
            try coder.integer(&time)
            try coder.number(&slack_m)
            try coder.bool(&isOff)
            ground = Int32(truncatingIfNeeded: time)
            signedSlack_m = isOff ? -slack_m : slack_m
        }
    }

    @inline(__always)
    public func isConcerned(by seen: borrowing Observation, _ state: State) -> Bool {
        if state.since != nil { return true }
        guard !seen.ground.routes.isEmpty else { return false }
        return state.look.map { !$0.holds(at: seen) || $0.isOff } ?? true
    }

    public func observe(_ seen: borrowing Observation, _ state: inout State, tell: Tell) {
        if !seen.ground.routes.isEmpty, isOff(seen, &state), scope.holds(at: seen.time, for: seen.group) {
            stray(seen, &state, tell)
        } else if state.since != nil {
            end(&state, at: seen, tell)
        }
    }

    @inline(never) private func stray(_ seen: borrowing Observation, _ state: inout State, _ tell: Tell) {
        let isLong = seen.gap_s.map { $0 > Limits.levelGap_s } ?? true
        let since = isLong && !state.alarm.isRaised ? seen.time : state.since ?? seen.time
        state.since = since
        guard state.alarm.isReady(at: seen.time), seen.time.seconds(since: since) >= duration_s,
            let nearest = nearest(at: seen, among: seen.ground.routes)
        else { return }
        state.fence = seen.ground.id(of: nearest.fence)
        // From here on another distance counts.
        state.look = nil
        state.alarm.raise(Self.name, at: seen.time, since: since, fence: state.fence, tell: tell) { evidence in
            evidence.span(from: since, to: seen.time)
            evidence.number("distance_m", nearest.distance_m)
            evidence.number("limit_m", distance_m)
        }
    }

    @inline(never) private func end(_ state: inout State, at seen: borrowing Observation, _ tell: Tell) {
        guard let since = state.since else { return }
        if state.alarm.isRaised { state.look = nil }
        state.alarm.clear(Self.name, at: seen.time, cooldown_s: cooldown_s, fence: state.fence, tell: tell) {
            $0.span(from: since, to: seen.time)
        }
        state.fence = nil
        state.since = nil
    }

    private func isOff(_ seen: borrowing Observation, _ state: inout State) -> Bool {
        if let look = state.look, look.holds(at: seen) { return look.isOff }
        let look = look(at: seen, within: state.alarm.isRaised ? distance_m * Self.clearsWithin : distance_m)
        state.look = look
        return look.isOff
    }

    @inline(never) private func look(at seen: borrowing Observation, within limit: Double) -> Look {
        let reach = limit * Limits.routeReach
        let near = seen.ground.fences(near: seen.fix.coordinate, within: reach)
        if let nearest = nearest(at: seen, among: near), nearest.distance_m < reach {
            return Look(
                at: seen, slack_m: (nearest.distance_m - limit).magnitude, isOff: nearest.distance_m > limit)
        }
        let isOff = seen.ground.routes.contains { isMeant($0, seen) }
        // Where nothing is asked of it, it may go anywhere.
        return Look(at: seen, slack_m: isOff ? reach - limit : .infinity, isOff: isOff)
    }

    private func nearest(at seen: borrowing Observation, among fences: [Int]) -> (fence: Int, distance_m: Double)? {
        var nearest: (fence: Int, distance_m: Double)?
        for fence in fences where isMeant(fence, seen) {
            let distance = seen.ground.signedDistance_m(to: fence, from: seen.fix.coordinate)
            if distance < nearest?.distance_m ?? .infinity { nearest = (fence, distance) }
        }
        return nearest
    }

    private func isMeant(_ index: Int, _ seen: borrowing Observation) -> Bool {
        seen.ground.kinds(of: index) == .route && seen.ground.isMeant(index, in: scope, for: seen.group)
    }
}
