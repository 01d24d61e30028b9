public import Positioning

/// `gathering`: several devices of a group within some metres of one of them, for some time. Off by default.
///
/// The device's part says where it is once a minute.
public struct Gathering: FleetRule {
    public static let name = RuleName.gathering
    public static let settings: [Setting<Gathering>] = [
        Setting("devices", \.devices, 2...10_000, isCount: true), Setting("radius_m", \.radius_m, 5...10_000),
        Setting("duration_s", \.duration_s, 0...86_400), Setting("clear_s", \.clear_s, 0...86_400),
        .cooldown(\.cooldown_s),
    ]

    public var scope = Scope()
    /// At least so many.
    public var devices = 5.0
    /// Metres around one of them.
    public var radius_m = 50.0
    /// For at least so many seconds.
    public var duration_s = 900.0
    /// Seconds with fewer that clear it.
    public var clear_s = 300.0
    /// Seconds after it was cleared, before it can be raised again.
    public var cooldown_s = 1800.0

    public init() {}

    public struct State: RuleState {
        public init() {}

        public mutating func code<Coder: StateCoder>(_ coder: inout Coder) throws(Coder.Failure) {}
    }

    public func note(_ report: Report, _ heard: borrowing Heard, _ state: inout State) -> Bool {
        guard let time = heard.fixed else { return false }
        return heard.last.map { Self.minute(of: $0) < Self.minute(of: time) } ?? true
    }

    public func judge(_ report: Report, _ heard: borrowing Heard, _ state: inout State, signal: (FleetSignal) -> Void) {
        if let time = heard.fixed { signal(FleetSignal(.present, time: time, place: heard.place)) }
    }

    private static func minute(of time: Timestamp) -> Double {
        (time.seconds(since: Timestamp(microseconds: 0)) / Limits.presenceEvery_s).rounded(.down)
    }
}
