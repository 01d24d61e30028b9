public import Positioning

/// `mock`: the device says that its position is simulated (NMEA 0183's quality 8 and mode S, a phone's mark of a mock
/// location). Such a report decides no fence.
public struct Mock: LinkRule {
    public static let name = RuleName.mock
    public static let settings: [Setting<Mock>] = [
        Setting("fixes", \.fixes, 1...100_000, isCount: true), .cooldown(\.cooldown_s),
    ]

    public var scope = Scope()
    /// Usable ones in a row that do not say so, at which it is over.
    public var fixes = 3.0
    /// Seconds after it was cleared, before it can be raised again.
    public var cooldown_s = 1800.0

    public init() {}

    public struct State: RuleState {
        var symptom = Symptom()

        public init() {}

        public mutating func code<Coder: StateCoder>(_ coder: inout Coder) throws(Coder.Failure) {
            try symptom.code(&coder)
        }
    }

    @inline(__always)
    public func note(_ report: Report, _ heard: borrowing Heard, _ state: inout State) -> Bool {
        state.symptom.isShown || report.measurements.solution == .simulated
    }

    public func judge(
        _ report: Report, _ heard: borrowing Heard, of group: String?, _ state: inout State, tell: Tell
    ) {
        if report.measurements.solution == .simulated {
            state.symptom.show(Self.name, at: heard.time, tell: tell)
        } else if heard.fixed != nil {
            state.symptom.miss(Self.name, at: heard.time, fixes: fixes, cooldown_s: cooldown_s, tell: tell)
        }
    }
}
