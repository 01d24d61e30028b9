internal import Fencing
public import Positioning

/// `impossible_speed`: a way between two fixes that nothing on the ground covers in the time, after both accuracies are taken
/// off. The next fix tells a spike, which returns, from a jump, which stays.
public struct ImpossibleSpeed: TrackRule {
    public static let name = RuleName.impossible_speed
    public static let settings: [Setting<ImpossibleSpeed>] = [
        Setting("speed_kmh", \.speed_kmh, 1...10_000), Setting("clear_s", \.clear_s, 1...86_400),
        .cooldown(\.cooldown_s),
    ]

    public var scope = Scope()
    /// More than so many kilometres per hour.
    public var speed_kmh = 200.0
    /// Seconds without another that clear it.
    public var clear_s = 600.0
    /// Seconds after it was cleared, before it can be raised again.
    public var cooldown_s = 1800.0

    public init() {}

    public struct State: RuleState {
        /// Whether it stays, the next fix tells.
        @Compact var leap: Leap?
        /// Of the last that was told.
        @MaybeTime var newest: Timestamp?
        var alarm = Alarm()

        public init() {}

        public mutating func code<Coder: StateCoder>(_ coder: inout Coder) throws(Coder.Failure) {
            try coder.optional(&leap, blank: .vacant) { (coder, leap) throws(Coder.Failure) in
                try leap.code(&coder)
            }
            try coder.time(&newest)
            try alarm.code(&coder)
        }
    }

    enum Kind: String {
        case spike, jump
    }

    @inline(__always)
    public func isConcerned(by seen: borrowing Observation, _ state: State) -> Bool {
        !seen.isSlower(than: speed_kmh) || state.newest != nil || state.leap != nil
    }

    public func observe(_ seen: borrowing Observation, _ state: inout State, tell: Tell) {
        if let newest = state.newest, seen.time.seconds(since: newest) >= clear_s {
            state.alarm.clear(Self.name, at: seen.time, cooldown_s: cooldown_s, tell: tell) { $0.time("last", newest) }
            state.newest = nil
        }
        if let leap = state.leap {
            state.leap = nil
            let back = leap.from.roughDistance_m(to: seen.fix.coordinate)
            let hasReturned = back < leap.to.roughDistance_m(to: seen.fix.coordinate)
            raise(hasReturned ? .spike : .jump, leap, seen, &state, tell)
            // The way back is the same spike.
            if hasReturned { return }
        }
        guard let last = seen.last else { return }
        if let withdrawn = seen.withdrawn, let leap = Leap(from: last, to: withdrawn, over: speed_kmh) {
            raise(.spike, leap, seen, &state, tell)
        }
        state.leap = Leap(from: last, to: seen.here, over: speed_kmh)
    }

    private func raise(_ kind: Kind, _ leap: Leap, _ seen: borrowing Observation, _ state: inout State, _ tell: Tell) {
        state.newest = leap.arrived
        state.alarm.raise(Self.name, at: seen.time, since: leap.arrived, tell: tell) { evidence in
            evidence.word("kind", kind)
            evidence.span(from: leap.left, to: leap.arrived)
            evidence.number("distance_m", leap.distance_m)
            evidence.number("speed_kmh", leap.speed_kmh)
            evidence.number("limit_kmh", speed_kmh)
        }
    }
}
