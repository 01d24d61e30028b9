internal import Positioning

/// `replayed`: a run of ten positions, all different, that was seen before to the last digit, from this device or another: a
/// receiver never sees the same error twice.
///
/// The device's part goes along with the way: positions that repeat the one before don't count, so a receiver that holds its
/// position at rest goes nowhere. ``Way`` tells which runs are looked at; ``PatternTable`` remembers them.
public struct Replayed: FleetRule {
    public static let name = RuleName.replayed
    public static let settings: [Setting<Replayed>] = [
        Setting("distance_m", \.distance_m, 1...100_000), Setting("clear_s", \.clear_s, 1...86_400),
        .cooldown(\.cooldown_s),
    ]

    public var scope = Scope()
    /// Metres from the first to the last of them along the way, at least: one who stands goes slowly through the same few places.
    public var distance_m = 50.0
    /// Seconds of other ways that clear it.
    public var clear_s = 600.0
    public var cooldown_s = 1800.0

    public init() {}

    public struct State: RuleState {
        var way = Way()

        public init() {}

        public mutating func code<Coder: StateCoder>(_ coder: inout Coder) throws(Coder.Failure) {
            try way.code(&coder)
        }
    }

    public func hear(_ heard: Heard, _ state: inout State, signal: (FleetSignal) -> Void) {
        guard let fix = heard.fix, state.way.go(to: fix.coordinate, at: fix.time),
            let digest = state.way.digest(atLeast_m: distance_m)
        else { return }
        let since = state.way.beginning(of: fix.time)
        signal(FleetSignal(.pattern(digest: digest, since: since), time: fix.time, place: fix.coordinate))
    }

    /// What is remembered of a device that went where one went before.
    struct Suspicion: Equatable, Sendable {
        /// Of the last run that was known.
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

    /// Takes a run that was seen before.
    func recognise(
        _ earlier: PatternTable.Sighting, since: Timestamp, at time: Timestamp, _ state: inout Suspicion, tell: Tell
    ) {
        state.runs += 1
        state.newest = time
        state.alarm.raise(Self.name, at: time, since: since, tell: tell) { evidence in
            evidence.count("fixes", Limits.patternFixes)
            evidence.span(from: since, to: time)
            evidence.name("seen_device", earlier.device)
            evidence.time("seen_to", earlier.time)
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
