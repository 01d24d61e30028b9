internal import Fencing
public import Positioning

/// `jamming`: a device that had many satellites has none, or a useless dilution, from one minute to the next, while its reports
/// go on. Each device's part; ``Fleet`` makes one of several in an area.
///
/// Going indoors, into a garage or a tunnel looks alike, and happens every day. So how much a loss says by itself depends on what
/// the device did just before: see ``Weight``.
public struct Jamming: FleetRule {
    public static let name = RuleName.jamming
    public static let settings: [Setting<Jamming>] = [
        Setting("satellites", \.satellites, 4...60, isCount: true), Setting("hdop", \.hdop, 2...100),
        Setting("within_s", \.within_s, 1...3600), Setting("duration_s", \.duration_s, 1...86_400),
        Setting("stood_s", \.stood_s, 0...86_400), Setting("speed_kmh", \.speed_kmh, 0...1000),
        Setting("drove_s", \.drove_s, 1...86_400),
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
    /// Seconds for which one that stands has stood in the open before it: then it did not walk into a house.
    public var stood_s = 300.0
    /// Kilometres per hour at which one drives too fast for a garage; …
    public var speed_kmh = 20.0
    /// … its loss lasts so many seconds, for a tunnel is over by then.
    public var drove_s = 300.0
    /// Devices that are no further apart, metres, …
    public var radius_m = 2000.0
    /// … and lose their satellites within so many seconds, are one anomaly.
    public var window_s = 300.0
    /// Seconds after it was cleared, before it can be raised again.
    public var cooldown_s = 1800.0

    public init() {}

    public struct State: RuleState {
        var sky = Sky.unknown

        public init() {}

        public mutating func code<Coder: StateCoder>(_ coder: inout Coder) throws(Coder.Failure) {
            var (number, time, stoodSince): (Int64, Timestamp, Timestamp?) = (0, Timestamp(microseconds: 0), nil)
            var (drives, weight) = (false, Int64(0))
            switch sky {
            case .unknown: break
            case .open(let open): (number, time, stoodSince, drives) = (1, open.newest, open.stoodSince, open.drives)
            case .lost(let since, let known, let wasDriving):
                (number, time, weight, drives) = (2, since, Int64(known.rawValue), wasDriving)
            case .jammed(let since, let known): (number, time, weight) = (3, since, Int64(known.rawValue))
            }
            try coder.integer(&number)
            try coder.time(&time)
            try coder.time(&stoodSince)
            try coder.bool(&drives)
            try coder.integer(&weight)
            let known = Weight(rawValue: Int(weight)) ?? .none
            switch number {
            case 1: sky = .open(Open(newest: time, stoodSince: stoodSince, drives: drives))
            case 2: sky = .lost(since: time, known, wasDriving: drives)
            case 3: sky = .jammed(since: time, known)
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
        case open(Open)
        case lost(since: Timestamp, Weight, wasDriving: Bool)
        case jammed(since: Timestamp, Weight)
    }

    /// Many satellites are seen.
    struct Open: Equatable, Sendable {
        /// When they were seen last.
        var newest: Timestamp
        /// Since when it has stood with a plain view of the sky.
        var stoodSince: Timestamp?
        /// It was too fast for a garage.
        var drives = false
    }

    /// How much a device's loss says; ``JammingIncidents`` adds them up.
    public enum Weight: Int, Sendable {
        /// It may have gone indoors: it moved slowly, or its view was not plain. It raises nothing, and joins what is raised.
        case none = 0
        /// It stood in the open or drove, but reports too rarely to know what it did then.
        case some = 1
        /// It stood in the open, or drove on, until the very moment.
        case full = 3
    }

    /// What one report says of it.
    private enum Look { case many, some, few, none, silent }

    @inline(__always)
    public func note(_ report: Report, _ heard: borrowing Heard, _ state: inout State) -> Bool {
        guard case .many = look(at: report), case .open(let before) = state.sky else { return true }
        state.sky = .open(open(report, at: heard.time, after: before))
        return false
    }

    public func judge(_ report: Report, _ heard: borrowing Heard, _ state: inout State, signal: (FleetSignal) -> Void) {
        let look = look(at: report)
        let now = heard.time
        let isAlive = heard.last.map { now.seconds(since: $0) <= within_s } ?? false
        switch (state.sky, look) {
        case (_, .silent):
            return
        case (.jammed, .many), (.jammed, .some):
            signal(FleetSignal(.unjammed, time: now, place: heard.place))
            state.sky = .unknown
            if case .many = look { state.sky = .open(open(report, at: now)) }
        case (.jammed(let since, let weight), .few), (.jammed(let since, let weight), .none):
            guard heard.last.map({ Self.period(of: $0) < Self.period(of: now) }) ?? false else { return }
            signal(FleetSignal(.jammed(since: since, weight: weight), time: now, place: heard.place))
        case (.open(let before), .many):
            state.sky = .open(open(report, at: now, after: before))
        case (.unknown, .many), (.lost, .many):
            state.sky = .open(open(report, at: now))
        case (.unknown, _), (.lost, .some):
            state.sky = .unknown
        case (.open, .some), (.open, .few):
            return
        case (.open(let open), .none):
            let isAtOnce = isAlive && now.seconds(since: open.newest) <= within_s
            state.sky = isAtOnce ? .lost(since: now, weight(of: open, lostAt: now), wasDriving: open.drives) : .unknown
        case (.lost(let since, let weight, let wasDriving), .few),
            (.lost(let since, let weight, let wasDriving), .none):
            guard isAlive else {
                state.sky = .unknown
                return
            }
            let needed_s = wasDriving ? max(duration_s, drove_s) : duration_s
            guard now.seconds(since: since) >= needed_s else { return }
            state.sky = .jammed(since: since, weight)
            signal(FleetSignal(.jammed(since: since, weight: weight), time: now, place: heard.place))
        }
    }

    @inline(__always) private func open(_ report: Report, at time: Timestamp, after before: Open? = nil) -> Open {
        var open = Open(newest: time)
        guard let speed_mps = report.measurements.speed_mps else { return open }
        open.drives = speed_mps * 3.6 >= speed_kmh
        guard speed_mps < Limits.standingSpeed_mps, report.measurements.satellites ?? 0 >= Limits.plainSatellites,
            let accuracy_m = report.measurements.accuracy_m, accuracy_m <= Limits.plainAccuracy_m
        else { return open }
        open.stoodSince = before?.stoodSince ?? time
        return open
    }

    private func weight(of open: Open, lostAt time: Timestamp) -> Weight {
        let gap = time.seconds(since: open.newest)
        if open.drives { return gap <= Limits.droveUntil_s ? .full : .some }
        guard let since = open.stoodSince, open.newest.seconds(since: since) >= stood_s else { return .none }
        return gap <= Limits.stoodUntil_s ? .full : .some
    }

    /// In each of which one that is jammed says so once more: it is still there.
    private static func period(of time: Timestamp) -> Double {
        (time.seconds(since: Timestamp(microseconds: 0)) / Limits.jammedEvery_s).rounded(.down)
    }

    /// A receiver that says nothing of its satellites is not judged.
    @inline(__always) private func look(at report: Report) -> Look {
        if let dilution = report.measurements.hdop, dilution > hdop { return .none }
        guard let seen = report.measurements.satellites.map(Double.init) else { return .silent }
        if seen >= satellites { return .many }
        if seen >= Limits.satellitesAgain { return .some }
        return seen > 0 ? .few : .none
    }
}
