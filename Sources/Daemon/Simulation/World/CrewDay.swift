internal import Anomalies
internal import Engine
internal import Geometry
internal import Positioning

/// Some devices' day at once, through the core as the daemon has it: in the order of arrival, the time that passes included.
struct CrewDay {
    private let engine: Engine
    private let rules: Rules
    private let history = MemoryHistory()
    private var fleet = Fleet()
    private var members: [Member]
    /// What was raised and not taken back.
    private(set) var raised: [Raised] = []

    struct Raised {
        var device: String
        var anomaly: Anomaly
        var since: Timestamp
        var detected: Timestamp
    }

    private struct Member {
        var day: DeviceDay
        var state = DeviceState()
        var link = LinkState()
        /// When it is to be asked what the time that passes says.
        var look: Timestamp?

        func origin(_ received: Timestamp) -> Engine.Origin {
            Engine.Origin(device: day.device, group: day.group, received: received)
        }
    }

    /// - Throws: where GEOS is out of memory.
    init(_ days: [DeviceDay], _ catalogue: FenceCatalogue, under rules: Rules) throws(GeometryError) {
        engine = try Engine([FenceVersion(catalogue)], rules: rules)
        self.rules = rules
        members = days.map { Member(day: $0) }
    }

    /// Goes through the day.
    /// - Returns: how many reports there were.
    mutating func run(until end: Timestamp) throws -> Int {
        var order: [(received: Timestamp, member: Int, report: Int)] = []
        for (member, known) in members.enumerated() {
            order += known.day.reports.enumerated().map { ($0.element.received, member, $0.offset) }
        }
        order.sort { ($0.received, $0.member, $0.report) < ($1.received, $1.member, $1.report) }
        for entry in order {
            try pass(until: entry.received)
            try take(members[entry.member].day.reports[entry.report], entry.member)
        }
        try pass(until: end)
        for index in members.indices where !members[index].state.late.isEmpty {
            var decisions = Decisions()
            try engine.revise(
                &members[index].state, of: members[index].origin(end), history: history, decisions: &decisions)
            keep(nil, decisions, index)
        }
        return order.count
    }

    private mutating func take(_ arrival: SimulatedReport, _ index: Int) throws {
        let origin = members[index].origin(arrival.received)
        var decisions = Decisions()
        let outcome = try engine.step(
            &members[index].state, arrival.report, of: origin, history: history, decisions: &decisions)
        engine.hear(arrival.report, outcome, &members[index].link, of: origin, decisions: &decisions)
        keep(try? outcome.get(), decisions, index)
        plan(index, after: arrival.received)
    }

    private mutating func plan(_ index: Int, after now: Timestamp) {
        members[index].look = members[index].link.nextLook(
            after: now, group: members[index].day.group, under: rules)
    }

    /// Tells those that are due that nothing was heard of them.
    private mutating func pass(until now: Timestamp) throws {
        for index in members.indices {
            while let look = members[index].look, look <= now {
                var decisions = Decisions()
                engine.wait(
                    until: look, &members[index].link, of: members[index].origin(look), decisions: &decisions)
                keep(nil, decisions, index)
                plan(index, after: look)
                // Asked for nothing later, it has nothing more to say.
                if members[index].look.map({ $0 <= look }) ?? false { members[index].look = nil }
            }
        }
    }

    private mutating func keep(_ fix: Fix?, _ decisions: Decisions, _ index: Int) {
        let device = members[index].day.device
        if fix != nil || !decisions.isEmpty { history.remember(fix, of: device, decisions) }
        for event in decisions.events {
            guard let anomaly = event.anomaly else { continue }
            if event.kind == .retract {
                raised.removeAll { $0.device == event.device && $0.anomaly.isSame(as: anomaly) }
            } else {
                note(anomaly, of: event.device, since: event.time, detected: event.detected)
            }
        }
        for signal in decisions.signals {
            var told: [(Anomaly, String, Timestamp, Timestamp)] = []
            fleet.take(signal, of: device, group: members[index].day.group, under: rules) {
                told.append(($0, $1, $2, $3))
            }
            for (anomaly, device, since, detected) in told {
                note(anomaly, of: device, since: since, detected: detected)
            }
        }
    }

    /// What has grown worse is still the same.
    private mutating func note(_ anomaly: Anomaly, of device: String, since: Timestamp, detected: Timestamp) {
        guard anomaly.state == .raised,
            !raised.contains(where: { $0.device == device && $0.anomaly.isSame(as: anomaly) })
        else { return }
        raised.append(Raised(device: device, anomaly: anomaly, since: since, detected: detected))
    }
}
