public import Positioning

/// `replayed`: ten positions in a row, all different, that were seen before to the last digit, from this device or another: a
/// receiver never sees the same error twice.
///
/// The device's part goes along with the way: positions that repeat the one before don't count, so a receiver that holds its
/// position at rest goes nowhere. ``Way`` tells which runs are looked at; ``PatternTable`` remembers them, and what was around
/// them. Any ten hold such a run, so any ten are found, once at most four more positions are known, or the way is over. Who was
/// there while one still stood at their end was not there before; where several were, at least one is told of.
public struct Replayed: FleetRule {
    public static let name = RuleName.replayed
    public static let settings: [Setting<Replayed>] = [
        Setting("distance_m", \.distance_m, 1...50_000), Setting("clear_s", \.clear_s, 1...86_400),
        .cooldown(\.cooldown_s),
    ]

    public var scope = Scope()
    /// Metres from the first to the last of them along the way, at least: one who stands goes slowly through the same few places.
    public var distance_m = 50.0
    /// Seconds of other ways that clear it.
    public var clear_s = 600.0
    /// Seconds after it was cleared, before it can be raised again.
    public var cooldown_s = 1800.0

    public init() {}

    public struct State: RuleState {
        var way = Way()

        public init() {}

        public mutating func code<Coder: StateCoder>(_ coder: inout Coder) throws(Coder.Failure) {
            try way.code(&coder)
        }
    }

    @inline(__always)
    public func note(_ report: Report, _ heard: borrowing Heard, _ state: inout State) -> Bool {
        guard let time = heard.fixed, let place = heard.place, place.isOnEarth else { return false }
        guard state.way.goesOn(at: time) else { return true }
        return state.way.go(to: place, at: time) && isLookedAt(after: Limits.patternFlank, state)
    }

    public func judge(_ report: Report, _ heard: borrowing Heard, _ state: inout State, signal: (FleetSignal) -> Void) {
        guard let time = heard.fixed, let place = heard.place else { return }
        // One that went on is at this fix by now.
        if state.way.time != time {
            for after in (0..<Limits.patternFlank).reversed() { look(after: after, state, at: time, place, signal) }
            state.way = Way()
            _ = state.way.go(to: place, at: time)
        } else {
            look(after: Limits.patternFlank, state, at: time, place, signal)
        }
    }

    @inline(__always) private func isLookedAt(after: Int, _ state: State) -> Bool {
        state.way.mayTell(atLeast_m: distance_m) && state.way.isLookedAt(after: after)
    }

    private func look(
        after: Int, _ state: State, at time: Timestamp, _ place: Coordinate, _ signal: (FleetSignal) -> Void
    ) {
        guard isLookedAt(after: after, state), let run = state.way.run(after: after, atLeast_m: distance_m) else {
            return
        }
        signal(FleetSignal(.pattern(run), time: max(time, state.way.time), place: place))
    }

    /// What is remembered of a device that went where one went before.
    struct Suspicion: Equatable, Sendable {
        /// When the last run that was known ended.
        var newest: Timestamp?
        /// Runs that were known since it was raised.
        var runs = 0
        var alarm = Alarm()

        mutating func code<Coder: StateCoder>(_ coder: inout Coder) throws(Coder.Failure) {
            try coder.time(&newest)
            try coder.count(&runs)
            try alarm.code(&coder)
        }
    }

    /// That a device went where one was before.
    struct Finding: Equatable, Sendable {
        /// Positions that were the same, from when to when.
        var fixes: Int
        var from: Timestamp
        var to: Timestamp
        /// Who was there before, and when.
        var seenDevice: String
        var seenAt: Timestamp
    }

    /// Takes what a device is suspected of.
    func take(_ finding: Finding, at time: Timestamp, _ state: inout Suspicion, tell: Tell) {
        state.runs += 1
        state.newest = max(state.newest ?? finding.to, finding.to)
        state.alarm.raise(Self.name, at: time, since: finding.from, tell: tell) { evidence in
            evidence.count("fixes", finding.fixes)
            evidence.span(from: finding.from, to: finding.to)
            evidence.name("seen_device", finding.seenDevice)
            evidence.time("seen_at", finding.seenAt)
        }
    }

    /// Takes a run that is new.
    func goOn(at time: Timestamp, _ state: inout Suspicion, tell: Tell) {
        guard let newest = state.newest, time.seconds(since: newest) >= clear_s else { return }
        state.alarm.clear(Self.name, at: time, cooldown_s: cooldown_s, tell: tell) { evidence in
            evidence.count("runs", state.runs)
            evidence.time("last", newest)
        }
        state.newest = nil
        state.runs = 0
    }
}
