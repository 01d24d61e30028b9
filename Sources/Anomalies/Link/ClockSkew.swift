public import Positioning

/// `clock_skew`: for some minutes fixes arrive that are all off the time of their arrival by the same stretch. Suspected to be
/// the device's clock, ahead or behind.
///
/// A late upload is no skew: the stretch shrinks while a backlog drains, and differs within a batch. Fixes that are always as
/// late as each other look alike; a human judges. Without the time of arrival nothing is said.
public struct ClockSkew: LinkRule {
    public static let name = RuleName.clock_skew
    public static let settings: [Setting<ClockSkew>] = [
        Setting("skew_s", \.skew_s, 1...86_400), Setting("spread_s", \.spread_s, 0.1...3600),
        Setting("fixes", \.fixes, 2...100_000, isCount: true), Setting("duration_s", \.duration_s, 1...86_400),
        .cooldown(\.cooldown_s),
    ]

    public var scope = Scope()
    /// Seconds beyond which it is off; within them it is right again.
    public var skew_s = 120.0
    /// Seconds by which the stretches of one run may differ: what a network's delays vary by.
    public var spread_s = 10.0
    /// At least so many in a run. Where each batch brings one fix, its lag drifts, and fewer would not show it.
    public var fixes = 10.0
    /// Over at least so many seconds of arrival.
    public var duration_s = 300.0
    /// Seconds after it was cleared, before it can be raised again.
    public var cooldown_s = 1800.0

    public init() {}

    public struct State: RuleState {
        /// The first one's arrival.
        var received = Timestamp(microseconds: 0)
        /// Seconds by which fixes lag behind their arrival; negative where they are ahead.
        var least_s = 0.0
        var most_s = 0.0
        var alarm = Alarm()
        /// All of which lag by the same.
        var fixes: Int32 = 0

        public init() {}

        public mutating func code<Coder: StateCoder>(_ coder: inout Coder) throws(Coder.Failure) {
            try coder.time(&received)
            try coder.double(&least_s)
            try coder.double(&most_s)
            try coder.count(&fixes)
            try alarm.code(&coder)
        }
    }

    @inline(__always)
    public func hear(_ report: Report, _ heard: borrowing Heard, _ state: inout State, tell: Tell) {
        guard let received = heard.received, let time = Self.claimedTime(of: report, heard.rejection) else { return }
        let lag_s = received.seconds(since: time)
        let isSteady = max(state.most_s, lag_s) - min(state.least_s, lag_s) <= spread_s
        guard state.fixes > 0, isSteady, received >= state.received else {
            (state.received, state.least_s, state.most_s, state.fixes) = (received, lag_s, lag_s, 1)
            return
        }
        (state.least_s, state.most_s) = (min(state.least_s, lag_s), max(state.most_s, lag_s))
        state.fixes &+= 1
        // Nearly always it is right, and was.
        if state.alarm.isRaised || state.least_s > skew_s || state.most_s < -skew_s {
            judge(heard, at: received, &state, tell)
        }
    }

    @inline(never) private func judge(
        _ heard: borrowing Heard, at received: Timestamp, _ state: inout State, _ tell: Tell
    ) {
        guard Double(state.fixes) >= fixes, received.seconds(since: state.received) >= duration_s else { return }
        let run = state
        func write(_ evidence: inout EvidenceWriter) {
            evidence.number("behind_s", (run.least_s + run.most_s) / 2)
            evidence.number("spread_s", run.most_s - run.least_s)
            evidence.count("fixes", Int(run.fixes))
            evidence.span(from: run.received, to: received)
        }
        if run.least_s > skew_s || run.most_s < -skew_s {
            state.alarm.raise(Self.name, at: heard.time, since: heard.time, tell: tell, evidence: write)
        } else if run.least_s >= -skew_s, run.most_s <= skew_s {
            state.alarm.clear(Self.name, at: heard.time, cooldown_s: cooldown_s, tell: tell, evidence: write)
        }
    }

    /// What the device's clock says of a new position. Without one it may be a receiver's that has just been turned on.
    private static func claimedTime(of report: Report, _ rejection: Rejection?) -> Timestamp? {
        switch rejection {
        case nil, .future, .past: report.time
        case .void, .undated, .unobserved, .zero, .duplicate, .impossible_speed, .coarse, .unknown_device, .quarantined,
            .foreign_source, .too_many_devices:
            nil
        }
    }
}
