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
        @PackedTime var received = Timestamp(microseconds: 0)
        /// Microseconds by which fixes lag behind their arrival at least; negative where they are ahead.
        private var least = PackedInteger(0)
        /// How much more they do at most.
        private var spread_us: UInt32 = 0
        /// All of which lag by the same; 0 before the first.
        fileprivate(set) var fixes: Int32 = 0
        var alarm = Alarm()

        public init() {}

        fileprivate var least_us: Int64 { least.value }
        fileprivate var most_us: Int64 { least.value &+ Int64(spread_us) }

        /// A run begins.
        @inline(__always) fileprivate mutating func begin(with lag_us: Int64, received: Timestamp) {
            (self.received, least, spread_us, fixes) = (received, PackedInteger(lag_us), 0, 1)
        }

        /// - Parameter spread_us: of all that lag by the same, at most.
        /// - Returns: whether it goes on with one that lags by so much.
        @inline(__always) fileprivate mutating func goOn(with lag_us: Int64, within spread_us: Double) -> Bool {
            let first = min(least_us, lag_us)
            let spread = max(most_us, lag_us) &- first
            guard fixes > 0, spread <= Int64(UInt32.max), Double(spread) <= spread_us else { return false }
            (least, self.spread_us) = (PackedInteger(first), UInt32(truncatingIfNeeded: spread))
            fixes &+= 1
            return true
        }

        public mutating func code<Coder: StateCoder>(_ coder: inout Coder) throws(Coder.Failure) {
            try coder.time(&received)
            var (least_s, most_s) = (Double(least_us) / 1e6, Double(most_us) / 1e6)
            try coder.double(&least_s)
            try coder.double(&most_s)
            let (first, last) = (Int64(microsecondsIn: least_s), Int64(microsecondsIn: most_s))
            least = PackedInteger(first)
            spread_us = UInt32(clamping: last &- first)
            try coder.count(&fixes)
            try alarm.code(&coder)
        }
    }

    @inline(__always)
    public func note(_ report: Report, _ heard: borrowing Heard, _ state: inout State) -> Bool {
        guard let received = heard.received, let time = Self.claimedTime(of: report, heard.rejection) else {
            return false
        }
        let lag_us = received.microseconds(since: time)
        guard received >= state.received, state.goOn(with: lag_us, within: spread_s * 1e6) else {
            state.begin(with: lag_us, received: received)
            return false
        }
        // Nearly always it is right, and was.
        let skew_us = skew_s * 1e6
        return state.alarm.isRaised || Double(state.least_us) > skew_us || Double(state.most_us) < -skew_us
    }

    public func judge(
        _ report: Report, _ heard: borrowing Heard, of group: String?, _ state: inout State, tell: Tell
    ) {
        guard let received = heard.received, Double(state.fixes) >= fixes,
            received.seconds(since: state.received) >= duration_s
        else { return }
        let run = state
        let (least_s, most_s) = (Double(run.least_us) / 1e6, Double(run.most_us) / 1e6)
        func write(_ evidence: inout EvidenceWriter) {
            evidence.number("behind_s", (least_s + most_s) / 2)
            evidence.number("spread_s", most_s - least_s)
            evidence.count("fixes", Int(run.fixes))
            evidence.span(from: run.received, to: received)
        }
        if least_s > skew_s || most_s < -skew_s {
            state.alarm.raise(Self.name, at: heard.time, since: heard.time, tell: tell, evidence: write)
        } else if least_s >= -skew_s, most_s <= skew_s {
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
