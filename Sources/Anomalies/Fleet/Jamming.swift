internal import Positioning

/// `jamming`: a device that had many satellites has none, or a useless dilution, from one minute to the next, while its reports
/// go on. Each device's part; ``Fleet`` makes one of several in an area. Indoors looks alike.
public struct Jamming: FleetRule {
    public static let name = RuleName.jamming
    public static let settings: [Setting<Jamming>] = [
        Setting("satellites", \.satellites, 4...60, isCount: true), Setting("hdop", \.hdop, 2...100),
        Setting("within_s", \.within_s, 1...3600), Setting("duration_s", \.duration_s, 1...86_400),
        Setting("radius_m", \.radius_m, 1...100_000), Setting("window_s", \.window_s, 0...86_400),
        .cooldown(\.cooldown_s),
    ]

    public var scope = Scope()
    /// At least so many, before.
    public var satellites = 6.0
    /// A dilution beyond it is as good as no satellite.
    public var hdop = 10.0
    /// Seconds in which it goes from many to none, and beyond which a link that says nothing is not alive.
    public var within_s = 60.0
    /// Seconds for which it lasts.
    public var duration_s = 60.0
    /// Devices that are no further apart, metres, …
    public var radius_m = 2000.0
    /// … and lose their satellites within so many seconds, are one anomaly.
    public var window_s = 300.0
    public var cooldown_s = 1800.0

    public init() {}

    public struct State: RuleState {
        var sky = Sky.unknown

        public init() {}

        public mutating func code<Coder: StateCoder>(_ coder: inout Coder) throws(Coder.Failure) {
            var number: Int64
            var time = Timestamp(microseconds: 0)
            switch sky {
            case .unknown: number = 0
            case .open(let newest): (number, time) = (1, newest)
            case .lost(let since): (number, time) = (2, since)
            case .jammed(let since): (number, time) = (3, since)
            }
            try coder.integer(&number)
            try coder.time(&time)
            switch number {
            case 1: sky = .open(time)
            case 2: sky = .lost(since: time)
            case 3: sky = .jammed(since: time)
            default: sky = .unknown
            }
        }
    }

    /// What the receiver sees.
    ///
    /// ```
    ///              many               none, at once            for long
    ///   unknown ─────────▶ open ─────────────────────▶ lost ─────────────▶ jammed
    ///     ▲ ▲     silent, or  │        some again, or     │     some again      │
    ///     │ └──── few for long ┘            silent        │                     │
    ///     └───────────────────────────────────────────────┴─────────────────────┘
    /// ```
    enum Sky: Equatable, Sendable {
        case unknown
        /// When many were seen last.
        case open(Timestamp)
        case lost(since: Timestamp)
        case jammed(since: Timestamp)
    }

    /// What one report says of it.
    private enum Look { case many, some, few, none, silent }

    public func hear(_ heard: Heard, _ state: inout State, signal: (FleetSignal) -> Void) {
        let now = heard.time
        let isAlive = heard.last.map { now.seconds(since: $0) <= within_s } ?? false
        switch (state.sky, look(at: heard.report.measurements)) {
        case (_, .silent):
            return
        case (.jammed, .many), (.jammed, .some):
            signal(FleetSignal(.unjammed, time: now, place: heard.fix?.coordinate))
            state.sky = .unknown
            if case .many = look(at: heard.report.measurements) { state.sky = .open(now) }
        case (.jammed(let since), .few), (.jammed(let since), .none):
            guard heard.last.map({ Self.period(of: $0) < Self.period(of: now) }) ?? false else { return }
            signal(FleetSignal(.jammed(since: since), time: now, place: heard.fix?.coordinate))
        case (.unknown, .many), (.open, .many), (.lost, .many):
            state.sky = .open(now)
        case (.unknown, _), (.lost, .some):
            state.sky = .unknown
        case (.open, .some), (.open, .few):
            return
        case (.open(let newest), .none):
            state.sky = isAlive && now.seconds(since: newest) <= within_s ? .lost(since: now) : .unknown
        case (.lost(let since), .few), (.lost(let since), .none):
            guard isAlive else {
                state.sky = .unknown
                return
            }
            guard now.seconds(since: since) >= duration_s else { return }
            state.sky = .jammed(since: since)
            signal(FleetSignal(.jammed(since: since), time: now, place: heard.fix?.coordinate))
        }
    }

    /// In each of which one that is jammed says so once more: it is still there.
    private static func period(of time: Timestamp) -> Double {
        (time.seconds(since: Timestamp(microseconds: 0)) / Limits.jammedEvery_s).rounded(.down)
    }

    /// A receiver that says nothing of its satellites is not judged.
    private func look(at measured: Measurements) -> Look {
        if let dilution = measured.hdop, dilution > hdop { return .none }
        guard let seen = measured.satellites.map(Double.init) else { return .silent }
        if seen >= satellites { return .many }
        if seen >= Limits.satellitesAgain { return .some }
        return seen > 0 ? .few : .none
    }
}
