import Anomalies
import Positioning
import TestSupport

@testable import Engine

/// Several devices' reports in their order of arrival, through their links and the fleet: what the rules about several devices say.
struct DrawnFleet {
    let rules: Rules
    private let groups: [String: String]
    private var links: [String: LinkState] = [:]
    private var watch: FleetWatch
    /// What a store would have.
    private var kept = FleetRecord()
    private(set) var events: [Event] = []

    init(rules: Rules = Rules(), groups: [String: String] = [:]) {
        self.rules = rules
        self.groups = groups
        watch = FleetWatch(rules: rules, groups: groups)
    }

    var fleet: Fleet { watch.fleet }

    mutating func take(_ report: Report, of device: String) {
        guard let time = report.time, let place = report.coordinate else { return }
        let fix = Fix(time: time, coordinate: place, measurements: report.measurements)
        var signals: [FleetSignal] = []
        links[device, default: LinkState()].hear(
            report, .success(fix), received: nil, group: groups[device], under: RuleSet(rules)
        ) { _, _, _, _ in
        } signal: {
            signals.append($0)
        }
        take(signals, of: device)
    }

    mutating func take(_ reports: [Report], of device: String) {
        for report in reports { take(report, of: device) }
    }

    mutating func take(_ signals: [FleetSignal], of device: String) {
        var decisions = Decisions()
        decisions.signals = signals
        watch.take(&decisions, of: device, received: nil)
        events += decisions.events
    }

    mutating func forgetPatterns(before cut: Timestamp) { watch.forgetPatterns(before: cut) }

    /// Goes on from what was kept, in another process as it were.
    mutating func restart() throws {
        keep()
        watch = FleetWatch(try Fleet(kept), rules: rules, groups: groups)
        for (device, link) in links {
            var out = SnapshotWriter()
            var link = link
            link.code(&out)
            var input = SnapshotReader(out.bytes)
            var again = LinkState()
            try again.code(&input)
            links[device] = again
        }
    }

    /// The same where one bit of what was kept of a device, or of several, comes back otherwise.
    /// - Parameter bit: of all that was kept, one after the other; taken round where there are fewer.
    mutating func restart(flipping bit: Int) throws {
        keep()
        var places = (kept.incidents ?? []).indices.map { (member: Int?.none, byte: $0) }
        for (member, kept) in kept.members.enumerated() {
            places += (kept.state ?? []).indices.map { (member: member, byte: $0) }
        }
        let place = places[bit / 8 % places.count]
        let mask: UInt8 = 1 << UInt8(bit % 8)
        if let member = place.member {
            kept.members[member].state?[place.byte] ^= mask
        } else {
            kept.incidents?[place.byte] ^= mask
        }
        try restart()
    }

    /// As the store's tables do.
    mutating func keep() {
        guard let record = watch.takeRecord() else { return }
        kept.incidents = record.incidents ?? kept.incidents
        for (device, state) in record.members {
            kept.members.removeAll { $0.device == device }
            if state != nil { kept.members.append((device, state)) }
        }
        kept.patterns += record.patterns
        if let last = record.forgottenPattern { kept.patterns.removeAll { $0.id <= last } }
    }

    /// The anomalies so far, as `replayed van-2 raised@1200 of 0`: detected at that second, begun (or over) at that one.
    var told: [String] {
        events.map { event in
            "\(event.anomaly.map { "\($0.rule)" } ?? "-") \(event.device) \(event.anomaly.map { "\($0.state)" } ?? "-")"
                + "@\(DrawnStream.second(event.detected)) of \(DrawnStream.second(event.time))"
        }
    }

    func evidence(_ index: Int) -> String {
        events.indices.contains(index)
            ? String(decoding: events[index].anomaly?.evidence.json ?? [], as: UTF8.self) : "none"
    }
}

/// A way with a receiver's noise.
struct NoisyWay {
    private var random: SeededGenerator
    private var error = (east: 0.0, north: 0.0)
    /// Metres; correlated over about a minute.
    let sigma_m: Double

    init(seed: UInt64, sigma_m: Double = 3) {
        random = SeededGenerator(seed: seed)
        self.sigma_m = sigma_m
        error = (gaussian() * sigma_m, gaussian() * sigma_m)
    }

    private mutating func gaussian() -> Double {
        (0..<12).reduce(-6.0) { sum, _ in sum + Double.random(in: 0...1, using: &random) }
    }

    /// Where the receiver has one who is there.
    mutating func seen(_ east_m: Double, _ north_m: Double, after seconds: Double) -> (east: Double, north: Double) {
        let keep = max(0, 1 - seconds / 60)
        let fresh = (1 - keep * keep).squareRoot() * sigma_m
        error = (error.east * keep + fresh * gaussian(), error.north * keep + fresh * gaussian())
        return (east_m + error.east, north_m + error.north)
    }

    /// Drives east, and a bit to and fro.
    mutating func drive(_ count: Int, from second: Double, step_s: Double = 10, speed_mps: Double = 12) -> [Report] {
        (0..<count).map { index in
            let along = Double(index) * step_s * speed_mps
            let place = seen(along, 200 * Double(index % 7), after: step_s)
            return World.report(second + Double(index) * step_s, place.east, place.north)
        }
    }

    mutating func share() -> Double { Double.random(in: 0...1, using: &random) }
}

extension Report {
    /// The same positions at other times.
    func later(by seconds: Double) -> Report {
        var later = self
        later.time = time?.advanced(bySeconds: seconds)
        return later
    }

    /// On a grid of so many units a degree.
    func rounded(toParts parts: Double) -> Report {
        var rounded = self
        rounded.coordinate = coordinate.map {
            Coordinate(
                latitude: ($0.latitude * parts).rounded() / parts, longitude: ($0.longitude * parts).rounded() / parts)
        }
        return rounded
    }
}
