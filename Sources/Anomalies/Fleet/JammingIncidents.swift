internal import Positioning

/// Where devices are suspected to be jammed: those that lose their satellites near each other at about the same time are one
/// incident, which is raised as soon as their losses together say enough, and which the last that is back clears.
struct JammingIncidents: Equatable, Sendable {
    private var incidents: [Incident] = []

    /// A device whose satellites are gone.
    struct Sighting: Equatable, Sendable {
        var device: String
        var since: Timestamp
        /// When it last said so.
        var heard: Timestamp
        /// Where it was before; `nil` where it never was anywhere.
        var place: Coordinate?
        var weight = Jamming.Weight.full
        var isBack = false

        mutating func code<Coder: StateCoder>(_ coder: inout Coder) throws(Coder.Failure) {
            try coder.string(&device)
            try coder.time(&since)
            try coder.time(&heard)
            try coder.optional(&place, blank: Coordinate(latitude: 0, longitude: 0)) {
                (coder, place) throws(Coder.Failure) in
                try coder.coordinate(&place)
            }
            var number = Int64(weight.rawValue)
            try coder.integer(&number)
            weight = Jamming.Weight(rawValue: Int(number)) ?? .none
            try coder.bool(&isBack)
        }

        fileprivate static let blank = Sighting(
            device: "", since: Timestamp(microseconds: 0), heard: Timestamp(microseconds: 0))
    }

    fileprivate struct Incident: Equatable, Sendable {
        var alarm = Alarm()
        /// In the order in which they joined; there is always one, whose event it is.
        var members: [Sighting]
        /// Those for which there was no place.
        var further = 0

        var isOver: Bool { members.allSatisfy(\.isBack) }
        var heard: Timestamp { members.map(\.heard).max() ?? members[0].heard }

        mutating func code<Coder: StateCoder>(_ coder: inout Coder) throws(Coder.Failure) {
            try alarm.code(&coder)
            try coder.list(&members, blank: .blank) { (coder, member) throws(Coder.Failure) in
                try member.code(&coder)
            }
            try coder.count(&further)
        }
    }

    /// A device's satellites are gone, or are so still.
    mutating func take(_ sighting: Sighting, under rule: Jamming, tell: Fleet.Tell) {
        release(silentAt: sighting.heard, under: rule, tell: tell)
        if let index = incidents.firstIndex(where: { $0.isJammed(sighting.device) }) {
            incidents[index].hear(sighting)
            incidents[index].raise(at: sighting.heard, tell)
        } else if let index = incidents.firstIndex(where: { $0.takes(sighting, under: rule) }) {
            incidents[index].add(sighting)
            incidents[index].raise(at: sighting.heard, tell)
        } else {
            makeRoom(at: sighting.heard, under: rule, tell)
            var incident = Incident(members: [sighting])
            incident.raise(at: sighting.heard, tell)
            incidents.append(incident)
        }
    }

    /// A device's satellites are back.
    mutating func release(_ device: String, at time: Timestamp, under rule: Jamming, tell: Fleet.Tell) {
        guard let index = incidents.firstIndex(where: { $0.isJammed(device) }) else { return }
        incidents[index].release({ $0.device == device }, at: time, under: rule, tell)
    }

    /// Waits no longer for those that say nothing, and forgets what is over.
    private mutating func release(silentAt time: Timestamp, under rule: Jamming, tell: Fleet.Tell) {
        for index in incidents.indices where !incidents[index].isOver {
            incidents[index].release(
                { time.seconds(since: $0.heard) > Limits.jammingPatience_s }, at: time, under: rule, tell)
        }
        incidents.removeAll { incident in
            incident.isOver && incident.alarm.isReady(at: time)
                && time.seconds(since: incident.heard) > rule.window_s
        }
    }

    private mutating func makeRoom(at time: Timestamp, under rule: Jamming, _ tell: Fleet.Tell) {
        guard incidents.count >= Limits.jammingIncidents,
            let oldest = incidents.indices.min(by: { incidents[$0].heard < incidents[$1].heard })
        else { return }
        incidents[oldest].release({ _ in true }, at: time, under: rule, tell)
        incidents.remove(at: oldest)
    }

    mutating func code<Coder: StateCoder>(_ coder: inout Coder) throws(Coder.Failure) {
        try coder.list(&incidents, blank: Incident(members: [])) { (coder, incident) throws(Coder.Failure) in
            try incident.code(&coder)
        }
        incidents.removeAll { $0.members.isEmpty }
    }
}

extension JammingIncidents.Incident {
    func isJammed(_ device: String) -> Bool { members.contains { $0.device == device && !$0.isBack } }

    /// Whether a device that is not jammed in it belongs to it: near one of it in place and time; or it was in it, and just now
    /// came back.
    func takes(_ sighting: JammingIncidents.Sighting, under rule: Jamming) -> Bool {
        members.contains { member in
            if member.device == sighting.device, isOver, !alarm.isReady(at: sighting.heard) { return true }
            guard let there = member.place, let here = sighting.place,
                sighting.since.seconds(since: member.since).magnitude <= rule.window_s
            else { return false }
            return there.roughDistance_m(to: here) <= rule.radius_m
        }
    }

    mutating func hear(_ sighting: JammingIncidents.Sighting) {
        for index in members.indices where members[index].device == sighting.device {
            members[index].heard = max(members[index].heard, sighting.heard)
        }
    }

    mutating func add(_ sighting: JammingIncidents.Sighting) {
        if let index = members.firstIndex(where: { $0.device == sighting.device }) {
            members[index] = sighting
        } else if members.count < Limits.jammingDevices {
            members.append(sighting)
        } else {
            further += 1
        }
    }

    mutating func raise(at time: Timestamp, _ tell: Fleet.Tell) {
        let jammed = members.filter { !$0.isBack }
        guard let since = jammed.map(\.since).min(),
            members.reduce(0, { $0 + $1.weight.rawValue }) >= Jamming.Weight.full.rawValue
        else { return }
        let (first, sum) = (members[0], summary(since: since, to: time))
        alarm.raise(
            Jamming.name, at: time, since: since,
            tell: { anomaly, time, detected, _ in tell(anomaly, first.device, first.place, time, detected) },
            evidence: sum)
    }

    mutating func release(
        _ isMeant: (JammingIncidents.Sighting) -> Bool, at time: Timestamp, under rule: Jamming, _ tell: Fleet.Tell
    ) {
        for index in members.indices where isMeant(members[index]) { members[index].isBack = true }
        guard isOver, let since = members.map(\.since).min() else { return }
        let (first, sum) = (members[0], summary(since: since, to: time))
        alarm.clear(
            Jamming.name, at: time, cooldown_s: rule.cooldown_s,
            tell: { anomaly, time, detected, _ in tell(anomaly, first.device, first.place, time, detected) },
            evidence: sum)
    }

    private func summary(since: Timestamp, to time: Timestamp) -> (inout EvidenceWriter) -> Void {
        let (members, further) = (members, further)
        return { evidence in
            let places = members.compactMap(\.place)
            evidence.count("devices", members.count + further)
            evidence.names("names", members.map(\.device))
            evidence.number("reach_m", places.map { places[0].roughDistance_m(to: $0) }.max() ?? 0)
            evidence.span(from: since, to: time)
        }
    }
}
