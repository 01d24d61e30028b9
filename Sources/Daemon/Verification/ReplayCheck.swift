internal import Anomalies
internal import Engine
internal import Fencing
internal import Geometry
internal import Positioning
internal import Store

/// Decides the stored fixes of one device after the other once more, in their order of arrival and with the daemon's own core,
/// and compares what stands.
///
/// Where a device's fixes came in order, its events must be the same to the last bit. Where some came late, what was told first
/// depends on how many of them had come when the clock had the past decided again: there, what happened and when must be the
/// same, not how it was told. The store does not keep the settings of the anomaly rules, so where their events differ, that is
/// noted and no finding.
struct ReplayCheck {
    private let versions: [StoredFences]
    /// For each version, as it was when that came into force.
    private let engines: [Engine]
    private let groups: [String: String]
    /// The fences of any version, by id.
    private let known: Set<String>
    private var skippedDevices = 0
    private var skippedEvents = 0
    private var differingAnomalies = 0
    private let rules: Rules

    /// - Parameter versions: the fences, set by set, as they came into force; at least one.
    /// - Throws: `FenceErrors` where one cannot be read any more, `GeometryError` where GEOS is out of memory.
    init(_ versions: [StoredFences], groups: [String: String], rules: Rules) throws {
        let loaded = try versions.map { FenceVersion(try FenceCatalogue.load($0.files), since: $0.since) }
        // Whatever the horizon was, what is in the store was within it.
        engines = try Engine.succession(loaded, rules: rules, lateHorizon_s: .infinity)
        known = Set(loaded.flatMap(\.catalogue.fences).map(\.id))
        self.versions = versions
        self.rules = rules
        self.groups = groups
    }

    /// What could not be checked.
    var notes: [String] {
        var notes: [String] = []
        if skippedDevices > 0 {
            notes.append(
                "\(skippedDevices) devices were not replayed: no state is kept of them since the fences that are known")
        }
        if skippedEvents > 0 {
            notes.append("\(skippedEvents) events of fences that are known no more were not replayed")
        }
        if differingAnomalies > 0 {
            notes.append(
                "\(differingAnomalies) anomalies differ from what today's rules make of the stored fixes; their settings may have changed"
            )
        }
        return notes
    }

    mutating func run(_ device: String, _ moment: StoreMoment, _ findings: inout Findings) throws {
        guard var past = try moment.past(of: device, with: versions.first) else {
            skippedDevices += 1
            return
        }
        let count = past.events.count
        past.events.removeAll { event in event.event.fence.map { !known.contains($0) } ?? false }
        skippedEvents += count - past.events.count
        past.events.removeAll { event in event.event.anomaly.map { !$0.rule.isOfTrack || !rules.hold($0.rule) } ?? false
        }
        var course = Course(engines, versions.map(\.afterFix), device: device, group: groups[device])
        let isInOrder = zip(past.fixes, past.fixes.dropFirst()).allSatisfy { $0.entry.fix.time < $1.entry.fix.time }
        try course.begin(past.base)
        for (id, entry) in past.fixes {
            try course.adoptFences(before: id)
            if let reason = try course.take(entry) {
                findings.add(
                    "the fix of \(device) at \(entry.fix.time) is in the store, but replay rejects it as \(reason)")
            }
        }
        try course.adoptFences(before: .max)
        var difference = Self.difference(past.events, course.standing, isInOrder: isInOrder)
        if !difference.isEmpty {
            // Late fixes that the daemon has decided since, when the device had gone quiet.
            try course.revise()
            difference = Self.difference(past.events, course.standing, isInOrder: isInOrder)
        }
        for (isAnomaly, line) in difference {
            if isAnomaly { differingAnomalies += 1 } else { findings.add(line) }
        }
    }

    private static func difference(
        _ stored: [(seq: Int64, event: Event)], _ replayed: [Event], isInOrder: Bool
    ) -> [(isAnomaly: Bool, line: String)] {
        var missing = replayed
        var lines: [(isAnomaly: Bool, line: String)] = []
        for (seq, event) in stored {
            if let place = missing.firstIndex(where: { isSame($0, event, isInOrder: isInOrder) }) {
                missing.remove(at: place)
            } else {
                lines.append(
                    (event.anomaly != nil, "event \(seq), \(name(event)), does not follow from the stored fixes"))
            }
        }
        return lines
            + missing.map {
                ($0.anomaly != nil, "\(name($0)) follows from the stored fixes, but is not in the store")
            }
    }

    private static func isSame(_ a: Event, _ b: Event, isInOrder: Bool) -> Bool {
        guard a.kind == b.kind, a.fence == b.fence, a.time == b.time, a.isInitial == b.isInitial,
            a.anomaly?.rule == b.anomaly?.rule, a.anomaly?.state == b.anomaly?.state
        else { return false }
        return !isInOrder
            || (a.detected == b.detected && a.uncertainty_s == b.uncertainty_s && a.coordinate == b.coordinate
                && a.accuracy_m == b.accuracy_m && a.confidence == b.confidence)
    }

    private static func name(_ event: Event) -> String {
        "\(event.kind.rawValue) of \(event.device) at \(event.fence ?? "no fence") at \(event.time)"
    }
}

/// One device's way through the core, and through the fences as they came into force.
private struct Course {
    private let engines: [Engine]
    /// Of each version of the fences, the last fix before it.
    private let afterFix: [Int64]
    private let device: String
    private let group: String?
    private let history = MemoryHistory(lateHorizon_s: .infinity)
    private var state = DeviceState()
    /// The version in force.
    private var version = 0
    private(set) var standing: [Event] = []

    private var engine: Engine { engines[version] }

    init(_ engines: [Engine], _ afterFix: [Int64], device: String, group: String?) {
        self.engines = engines
        self.afterFix = afterFix
        self.device = device
        self.group = group
    }

    mutating func begin(_ base: Decisions.Checkpoint?) throws {
        guard let base, let bytes = base.state else { return }
        (state, version) = try engines[engines.count - 1].state(from: bytes, at: base.time)
        var decisions = Decisions()
        decisions.checkpoints.append(base)
        history.remember(nil, of: device, decisions)
    }

    /// Goes on with the fences that came into force before a fix came.
    mutating func adoptFences(before fix: Int64) throws {
        while version + 1 < engines.count, afterFix[version + 1] < fix {
            version += 1
            keep(nil, try engine.takeOver(&state, of: device, from: engines[version - 1]))
        }
    }

    /// - Returns: why it was not taken; `nil` where it was.
    mutating func take(_ entry: JournalBatch.Entry) throws -> Rejection? {
        var decisions = Decisions()
        let result = try engine.step(
            &state, Report(again: entry.fix), of: origin(entry.received), history: history, decisions: &decisions)
        switch result {
        case .success(let fix):
            keep(fix, decisions)
            return nil
        case .failure(let reason): return reason
        }
    }

    mutating func revise() throws {
        var decisions = Decisions()
        try engine.revise(&state, of: origin(nil), history: history, decisions: &decisions)
        keep(nil, decisions)
    }

    private func origin(_ received: Timestamp?) -> Engine.Origin {
        Engine.Origin(device: device, group: group, received: received)
    }

    private mutating func keep(_ fix: Fix?, _ decisions: Decisions) {
        history.remember(fix, of: device, decisions)
        for event in decisions.events {
            guard event.kind == .retract else {
                standing.append(event)
                continue
            }
            if let wrong = standing.lastIndex(where: { $0.isRetracted(by: event) }) { standing.remove(at: wrong) }
        }
    }
}
