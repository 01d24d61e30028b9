internal import Anomalies
internal import Engine
internal import Geometry
internal import Positioning

/// Some devices' day at once, through the core as the daemon has it: in the order of arrival, the time that passes included.
struct CrewDay {
    private let shard: Shard
    private let history = MemoryHistory()
    private let rules: Rules
    private let groups: [String: String]
    private let days: [DeviceDay]
    private var fleet = Fleet()
    /// What was raised and not taken back.
    private(set) var raised: [Raised] = []

    struct Raised {
        var device: String
        var anomaly: Anomaly
        var fence: String?
        var since: Timestamp
        var detected: Timestamp
        /// Where it is about several devices: all that its events name.
        var names: Set<String> = []
    }

    /// Seconds between two looks at those that nothing is heard of.
    private static let lookEvery_s = 5.0

    /// - Throws: where GEOS is out of memory.
    init(_ days: [DeviceDay], _ catalogue: FenceCatalogue, under rules: Rules) throws(GeometryError) {
        self.days = days
        self.rules = rules
        groups = Dictionary(uniqueKeysWithValues: days.map { ($0.device, $0.group) })
        shard = try Shard([FenceVersion(catalogue)], groups: groups, rules: rules, history: history)
    }

    /// Goes through the day.
    /// - Returns: how many reports there were.
    mutating func run(until end: Timestamp) throws -> Int {
        var order: [(received: Timestamp, day: Int, report: Int)] = []
        for (day, known) in days.enumerated() {
            order += known.reports.enumerated().map { ($0.element.received, day, $0.offset) }
        }
        order.sort { ($0.received, $0.day, $0.report) < ($1.received, $1.day, $1.report) }
        guard var look = order.first?.received else { return 0 }
        for entry in order {
            while look <= entry.received {
                wait(until: look)
                look = look.advanced(bySeconds: Self.lookEvery_s)
            }
            try take(days[entry.day].reports[entry.report], of: days[entry.day].device)
        }
        wait(until: end)
        for device in shard.devicesWithLateFixes.sorted() {
            var decisions = Decisions()
            try shard.revise(device: device, decisions: &decisions)
            keep(nil, decisions, of: device)
        }
        return order.count
    }

    private mutating func take(_ arrival: SimulatedReport, of device: String) throws {
        var decisions = Decisions()
        let outcome = try shard.step(
            device: device, report: arrival.report, received: arrival.received, decisions: &decisions)
        keep(try? outcome.get(), decisions, of: device)
    }

    private mutating func wait(until now: Timestamp) {
        for (device, decisions) in shard.wait(until: now) { keep(nil, decisions, of: device) }
    }

    private mutating func keep(_ fix: Fix?, _ decisions: Decisions, of device: String) {
        if fix != nil || !decisions.isEmpty { history.remember(fix, of: device, decisions) }
        for event in decisions.events {
            guard let anomaly = event.anomaly else { continue }
            if event.kind == .retract {
                raised.removeAll { $0.device == event.device && $0.anomaly.isSame(as: anomaly) }
            } else {
                note(
                    Raised(
                        device: event.device, anomaly: anomaly, fence: event.fence, since: event.time,
                        detected: event.detected))
            }
        }
        for signal in decisions.signals {
            var told: [Raised] = []
            fleet.take(signal, of: device, group: groups[device], under: rules) {
                told.append(Raised(device: $1, anomaly: $0, since: $3, detected: $4, names: $0.evidence.names))
            }
            for one in told { note(one) }
        }
    }

    /// What has grown worse is still the same, and who has joined is told when it is over.
    private mutating func note(_ told: Raised) {
        var anomaly = told.anomaly
        anomaly.state = .raised
        if let known = raised.firstIndex(where: { $0.device == told.device && $0.anomaly.isSame(as: anomaly) }) {
            raised[known].names.formUnion(told.names)
        } else if told.anomaly.state == .raised {
            raised.append(told)
        }
    }
}

extension Anomaly.Evidence {
    /// The devices that it names in a list; made-up ones have no quotes in their ids.
    fileprivate var names: Set<String> {
        let parts = String(decoding: json, as: UTF8.self).split(separator: #""names":["#)
        guard parts.count == 2, let list = parts[1].split(separator: "]").first else { return [] }
        return Set(list.split(separator: ",").map { $0.filter { $0 != "\"" } })
    }
}
