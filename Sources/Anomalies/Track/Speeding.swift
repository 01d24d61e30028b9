internal import Fencing
public import Positioning

/// `speeding`: over the limit of the fence that it is in, or the rule's own elsewhere, by the receiver's speed. Off by default.
public struct Speeding: TrackRule {
    public static let name = RuleName.speeding
    public static let settings: [Setting<Speeding>] = [
        Setting("limit_kmh", \.limit_kmh, 1...1000), Setting("duration_s", \.duration_s, 0...3600),
        .cooldown(\.cooldown_s),
    ]
    public static let takesFences = true

    public var scope = Scope()
    /// Kilometres per hour, where no fence has a limit.
    public var limit_kmh = 120.0
    /// For at least so many seconds.
    public var duration_s = 10.0
    /// Seconds after it was cleared, before it can be raised again.
    public var cooldown_s = 300.0

    /// Times the limit above which it counts, and below which it is over: a speed near it neither raises nor clears.
    static let raisesAbove = 1.03
    static let clearsBelow = 0.97

    public init() {}

    public struct State: RuleState {
        @Compact var over: Over?
        /// Whose limit an alarm that stands is about; `nil`: the rule's own.
        var fence: String?
        var alarm = Alarm()

        public init() {}

        public mutating func code<Coder: StateCoder>(_ coder: inout Coder) throws(Coder.Failure) {
            try coder.optional(&over, blank: .vacant) {
                (coder, over) throws(Coder.Failure) in
                try coder.time(&over.since)
                try coder.double(&over.top_kmh)
            }
            try coder.text(&fence)
            try alarm.code(&coder)
        }
    }

    /// Fixes above the limit, without one below.
    struct Over: Vacant {
        var since: Timestamp
        var top_kmh: Double

        /// Nobody who stands is over a limit.
        static let vacant = Over(since: Timestamp(microseconds: 0), top_kmh: 0)

        var isVacant: Bool { top_kmh == 0 }
    }

    public func observe(_ seen: borrowing Observation, _ state: inout State, tell: Tell) {
        guard let speed_mps = seen.fix.measurements.speed_mps else { return }
        let speed = speed_mps * 3.6
        let (limit, fence) = limit(at: seen)
        if !state.alarm.isRaised {
            let isNew = seen.last.map { seen.time.seconds(since: $0.time) > Limits.speedGap_s } ?? true
            if isNew || speed <= limit * Self.raisesAbove { state.over = nil }
            guard speed > limit * Self.raisesAbove else { return }
        }
        var over = state.over ?? Over(since: seen.time, top_kmh: speed)
        over.top_kmh = max(over.top_kmh, speed)
        let isOver = speed < limit * Self.clearsBelow
        state.over = isOver ? nil : over
        func evidence(_ evidence: inout EvidenceWriter) {
            evidence.span(from: over.since, to: seen.time)
            evidence.number("top_kmh", over.top_kmh)
            evidence.number("limit_kmh", limit)
        }
        if isOver {
            state.alarm.clear(
                Self.name, at: seen.time, cooldown_s: cooldown_s, fence: state.fence, tell: tell, evidence: evidence)
        } else if state.alarm.isReady(at: seen.time), seen.time.seconds(since: over.since) >= duration_s {
            state.fence = fence
            state.alarm.raise(
                Self.name, at: seen.time, since: over.since, fence: fence, tell: tell, evidence: evidence)
        }
    }

    /// The lowest of the fences that it is in, and which one's it is; else the rule's.
    private func limit(at seen: borrowing Observation) -> (kmh: Double, fence: String?) {
        var lowest: (kmh: Double, fence: String?)?
        for place in seen.places where place.membership.isInside {
            let fence = seen.ground.fences[place.fence]
            guard let limit = fence.speedLimit_kmh, scope.covers(fence: fence.id) else { continue }
            if limit < lowest?.kmh ?? .infinity { lowest = (limit, fence.id) }
        }
        return lowest ?? (limit_kmh, nil)
    }
}
