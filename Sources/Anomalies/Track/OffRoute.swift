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
        var look: Look?
        /// Of the first fix that was off.
        var since: Timestamp?
        /// The nearest when it was raised; an alarm that stands is about it.
        var fence: String?
        var alarm = Alarm()

        public init() {}

        public mutating func code<Coder: StateCoder>(_ coder: inout Coder) throws(Coder.Failure) {
            try coder.optional(&look, blank: Look()) { (coder, look) throws(Coder.Failure) in
                try look.spot.code(&coder)
                try coder.time(&look.ground)
                var slack = Double(look.slack_m)
                try coder.double(&slack)
                look.slack_m = Float(slack)
                try coder.bool(&look.isOff)
            }
            try coder.time(&since)
            try coder.text(&fence)
            try alarm.code(&coder)
        }
    }

    /// What was last measured: it holds until the device has gone so far that another answer is possible.
    struct Look: Equatable, Sendable {
        var spot = Spot.nowhere
        /// From when on the fences were in force that it was measured to.
        var ground = Timestamp(microseconds: 0)
        /// Metres.
        var slack_m: Float = 0
        var isOff = false
    }

    @inline(__always)
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

    @inline(__always) private func isOff(_ seen: borrowing Observation, _ state: inout State) -> Bool {
        if let look = state.look, look.ground == seen.ground.since,
            look.spot.farthest_m(to: seen.fix.coordinate) < Double(look.slack_m)
        {
            return look.isOff
        }
        let look = look(at: seen, within: state.alarm.isRaised ? distance_m * Self.clearsWithin : distance_m)
        state.look = look
        return look.isOff
    }

    @inline(never) private func look(at seen: borrowing Observation, within limit: Double) -> Look {
        var look = Look(spot: Spot(seen.fix.coordinate), ground: seen.ground.since)
        let reach = limit * Limits.routeReach
        let near = seen.ground.fences(near: seen.fix.coordinate, within: reach)
        if let nearest = nearest(at: seen, among: near), nearest.distance_m < reach {
            look.isOff = nearest.distance_m > limit
            look.slack_m = Float((nearest.distance_m - limit).magnitude)
        } else if seen.ground.routes.contains(where: { isMeant($0, seen) }) {
            look.isOff = true
            look.slack_m = Float(reach - limit)
        } else {
            // Nothing is asked of it, wherever it goes.
            look.slack_m = .infinity
        }
        return look
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
