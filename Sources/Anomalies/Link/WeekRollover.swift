public import Positioning

/// `week_rollover`: the device's date was a multiple of 1,024 weeks behind the time of arrival, and was corrected. GPS counts
/// weeks modulo 1,024 (IS-GPS-200, 20.3.3.3.1.1): a receiver whose program has grown old takes this week for one long past.
public struct WeekRollover: LinkRule {
    public static let name = RuleName.week_rollover
    public static let settings: [Setting<WeekRollover>] = [
        Setting("fixes", \.fixes, 1...100_000, isCount: true), .cooldown(\.cooldown_s),
    ]

    public var scope = Scope()
    /// Usable ones in a row with the right date, at which it is over.
    public var fixes = 3.0
    /// Seconds after it was cleared, before it can be raised again.
    public var cooldown_s = 1800.0

    public init() {}

    /// Whether a device's time is about a rollover behind, or further, as hardly any is: asked at every report.
    @inlinable public static func isDue(for time: Timestamp, received: Timestamp) -> Bool {
        received.microseconds &- time.microseconds >= Limits.nearlyWeekCycle_us
    }

    /// Weeks to be added to a device's time; 0 where it is not behind by a multiple of 1,024.
    /// - Parameters:
    ///   - received: when it reached us.
    ///   - group: the device's.
    ///   - ahead_s: seconds by which what is corrected may be ahead of its arrival.
    ///   - late_s: seconds by which it may be late.
    public func weeks(
        missingFrom time: Timestamp, received: Timestamp, group: String?, ahead_s: Double, late_s: Double
    ) -> Int {
        guard scope.applies(to: group) else { return 0 }
        let behind_s = received.seconds(since: time)
        guard behind_s + ahead_s >= Limits.weekCycle_s else { return 0 }
        let cycles = ((behind_s + ahead_s) / Limits.weekCycle_s).rounded(.down)
        guard cycles <= Limits.weekCycles, behind_s - cycles * Limits.weekCycle_s <= late_s else {
            return 0
        }
        return Int(cycles) * Limits.weeksOfCycle
    }

    public struct State: RuleState {
        var symptom = Symptom()

        public init() {}

        public mutating func code<Coder: StateCoder>(_ coder: inout Coder) throws(Coder.Failure) {
            try symptom.code(&coder)
        }
    }

    @inline(__always)
    public func note(_ report: Report, _ heard: borrowing Heard, _ state: inout State) -> Bool {
        state.symptom.isShown || report.weeksAdded ?? 0 > 0
    }

    public func judge(
        _ report: Report, _ heard: borrowing Heard, of group: String?, _ state: inout State, tell: Tell
    ) {
        guard let fixed = heard.fixed else { return }
        guard let weeks = report.weeksAdded, weeks > 0 else {
            state.symptom.miss(Self.name, at: heard.time, fixes: fixes, cooldown_s: cooldown_s, tell: tell)
            return
        }
        state.symptom.show(Self.name, at: heard.time, tell: tell) { evidence in
            evidence.count("weeks_added", weeks)
            evidence.time("device_time", fixed.advanced(bySeconds: -Double(weeks) * Limits.week_s))
        }
    }
}
