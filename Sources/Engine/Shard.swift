public import Anomalies
internal import Fencing
public import Geometry
public import Positioning

/// The devices that one thread decides about, and the engine that it does so with. A device belongs to one shard.
public final class Shard {
    private let engine: Engine
    private let history: any History
    private let groups: [String: String]
    private var states: [String: DeviceState] = [:]
    /// Devices whose late fixes wait.
    public private(set) var devicesWithLateFixes: Set<String> = []
    /// The devices whose state has changed since ``takeSnapshots()``.
    private var changed: Set<String> = []
    private var links: Links
    private var strangers = Strangers()

    /// - Parameters:
    ///   - versions: ascending by their time; the last is in force.
    ///   - groups: the group of each device that has one.
    ///   - rules: about each device's stream.
    ///   - lateHorizon_s: seconds by which a fix may be older than its device's newest.
    ///   - history: of all its devices.
    /// - Throws: where GEOS is out of memory.
    public init(
        _ versions: [FenceVersion], groups: [String: String] = [:], rules: Rules = Rules(),
        lateHorizon_s: Double = Limits.lateHorizon_s, history: any History
    ) throws(GeometryError) {
        self.groups = groups
        self.history = history
        links = Links(waits: rules.wait)
        engine = try Engine(versions, rules: rules, lateHorizon_s: lateHorizon_s)
    }

    /// Goes on with another set of fences. States carry over by fence id; an edited fence is decided anew at the next fix.
    /// - Returns: by device, exits with their reason from fences that are no more and that it was inside of, and a checkpoint.
    /// - Throws: where GEOS is out of memory; then nothing has changed.
    public func adopt(_ version: FenceVersion) throws(GeometryError) -> [(device: String, decisions: Decisions)] {
        let old = try engine.adopt(version)
        var passed: [(device: String, decisions: Decisions)] = []
        for device in states.keys.sorted() {
            var state = states[device, default: DeviceState()]
            let decisions = try engine.takeOver(&state, of: device, from: old)
            guard state != states[device] || !decisions.isEmpty else { continue }
            states[device] = state
            changed.insert(device)
            if !decisions.isEmpty { passed.append((device, decisions)) }
        }
        return passed
    }

    public var deviceCount: Int { states.count }

    /// Takes one report of one device; see ``Engine/step(_:_:of:history:decisions:)``, and what the rules about its link make of it.
    /// - Throws: what the history throws; then nothing was decided, and the report is to be given again.
    public func step(
        device: String, report: Report, received: Timestamp?, decisions: inout Decisions
    ) throws -> Result<Fix, Rejection> {
        let origin = Engine.Origin(device: device, group: groups[device], received: received)
        let result = try decide(report, of: origin, &decisions)
        hear(report, result, of: origin, &decisions)
        return result
    }

    private func decide(
        _ report: Report, of origin: Engine.Origin, _ decisions: inout Decisions
    ) throws -> Result<Fix, Rejection> {
        let device = origin.device
        // By its place: to read a state by its name copies it.
        guard let place = states.index(forKey: device) else {
            // Only a fix makes a device known: what sends nothing but junk takes no memory.
            var state = DeviceState()
            let result = try engine.step(&state, report, of: origin, history: history, decisions: &decisions)
            guard case .success = result else { return result }
            states[device] = state
            noteChange(of: device)
            return result
        }
        let result = try engine.step(
            &states.values[place], report, of: origin, history: history, decisions: &decisions)
        if case .success = result { noteChange(of: device) }
        return result
    }

    private func hear(
        _ report: Report, _ result: Result<Fix, Rejection>, of origin: Engine.Origin, _ decisions: inout Decisions
    ) {
        let device = origin.device
        guard engine.listens else { return }
        guard isHeard(device, result) else {
            guard !report.alarms.isEmpty || strangers.knows(device) else { return }
            strangers.change(device) { engine.hear(stranger: report, result, &$0, of: origin, decisions: &decisions) }
            return
        }
        if let stranger = strangers.takeOut(device) { links.begin(device, stranger) }
        let believed = believed(origin)
        let link = links[device]
        let told = decisions.told
        let isHeard = engine.hear(
            report, result, &link.state, believed: believed, of: origin, decisions: &decisions)
        var isTold = decisions.told != told
        if case .failure = result, isHeard { isTold = true }
        links.noteHeard(link, received: origin.received, isTold: isTold)
    }

    /// Goes through a fix of the journal once more. What was decided at it is in the store: they were committed together.
    /// - Parameter fix: its number in the journal.
    /// - Throws: what the history throws
    public func recall(device: String, _ usable: Fix, number fix: Int64, received: Timestamp?) throws {
        let origin = Engine.Origin(device: device, group: groups[device], received: received)
        let report = Report(again: usable)
        var told = Decisions()
        let result = try decide(report, of: origin, &told)
        guard engine.listens, isHeard(device, result) else { return }
        let believed = believed(origin)
        links.recall(device, fix: fix, received: received) { link in
            var told = Decisions()
            engine.hear(report, result, &link, believed: believed, of: origin, decisions: &told)
            return told.told > 0
        }
    }

    /// Where the time of arrival is known, a fix's own need not be confirmed.
    private func believed(_ origin: Engine.Origin) -> Timestamp? {
        guard origin.received == nil else { return nil }
        return states.index(forKey: origin.device).flatMap { states.values[$0].newest?.time }
            ?? Timestamp(microseconds: .min)
    }

    /// Whether it is the device that was heard, and one that is known.
    private func isHeard(_ device: String, _ result: Result<Fix, Rejection>) -> Bool {
        switch result {
        case .success: true
        case .failure(.foreign_source), .failure(.unknown_device), .failure(.quarantined), .failure(.too_many_devices):
            false
        case .failure: states.index(forKey: device) != nil
        }
    }

    /// Time has passed for the devices that nothing is heard of.
    /// - Parameter now: by the clock that stamps arrivals; all that was received before has been given.
    /// - Returns: what became certain, by device, in a stable order.
    public func wait(until now: Timestamp) -> [(device: String, decisions: Decisions)] {
        var passed: [(device: String, decisions: Decisions)] = []
        links.look(at: now) { device, link in
            var decisions = Decisions()
            let group = groups[device]
            engine.wait(until: now, &link, of: Engine.Origin(device: device, group: group), decisions: &decisions)
            let next = link.nextLook(after: now, group: group, under: engine.rules)
            guard !decisions.isEmpty else { return (false, next) }
            passed.append((device, decisions))
            return (true, next)
        }
        return passed.sorted { $0.device < $1.device }
    }

    /// A recording has ended: of those of its devices that were heard no more, time has passed until its end.
    /// - Returns: what became certain, by device, in a stable order.
    public func passRecording() -> [(device: String, decisions: Decisions)] {
        guard let end = links.newest else { return [] }
        var passed: [(device: String, decisions: Decisions)] = []
        links.pass { device, link in
            var decisions = Decisions()
            let origin = Engine.Origin(device: device, group: groups[device])
            engine.pass(until: end, &link, of: origin, decisions: &decisions)
            if !decisions.isEmpty { passed.append((device, decisions)) }
            return !decisions.isEmpty
        }
        return passed
    }

    /// Nobody listened for a while, until now: what was not heard meanwhile is not held against anybody.
    public func resumeListening(at now: Timestamp) { links.resume(at: now) }

    private func noteChange(of device: String) {
        changed.insert(device)
        if states.index(forKey: device).map({ !states.values[$0].late.isEmpty }) ?? false {
            devicesWithLateFixes.insert(device)
        } else if !devicesWithLateFixes.isEmpty {
            devicesWithLateFixes.remove(device)
        }
    }

    /// Seconds by the clock for which a device's late fixes wait at most. Those that are in order, and only of the time before an
    /// edit of the fences, wait until its stream has passed that: who lags by more than this has passed it at once.
    public func patience_s(for device: String) -> Double {
        let state = states[device]
        guard let newest = state?.newest, let oldest = state?.late.first, oldest.time > newest.time else {
            return Limits.gatherLate_s
        }
        return Limits.gatherLate_s + Limits.lag_s
    }

    /// Decides a device's past again, if late fixes wait: its stream has ended, or is quiet.
    public func revise(device: String, decisions: inout Decisions) throws {
        guard states[device]?.late.isEmpty == false else { return }
        let origin = Engine.Origin(device: device, group: groups[device], received: states[device]?.lateReceived)
        try engine.revise(
            &states[device, default: DeviceState()], of: origin, history: history, decisions: &decisions)
        noteChange(of: device)
    }

    /// The states that have changed since the last call, by device id, in a stable form; see ``DeviceState/snapshot(fences:)``.
    public func takeSnapshots() -> [(device: String, bytes: [UInt8])] {
        defer { changed.removeAll(keepingCapacity: true) }
        return changed.sorted().map { ($0, states[$0, default: DeviceState()].snapshot(fences: engine.fences.fences)) }
    }

    /// What is remembered of the links of devices that told something since the last call, or of which something was heard that
    /// the journal does not keep.
    /// - Parameter all: of those that have changed since then, too.
    public func takeLinks(all: Bool) -> [LinkRow] { links.take(all: all) }

    /// Puts a device back as a snapshot has it.
    /// - Throws: ``SnapshotError`` where the bytes are no snapshot of this version.
    public func restore(device: String, from bytes: [UInt8]) throws(SnapshotError) {
        let numbers = engine.fences.numbers
        states[device] = try DeviceState(snapshot: bytes, fenceNumber: { numbers[$0] })
        if states[device]?.late.isEmpty == false { devicesWithLateFixes.insert(device) }
    }

    /// Puts a device's link back.
    /// - Parameter afterFix: the journal's fixes up to this one are in it.
    /// - Throws: ``SnapshotError`` where it is none of this version.
    public func restore(_ link: LinkRow, afterFix: Int64) throws(SnapshotError) {
        links.restore(link.device, try LinkState(snapshot: link.bytes), afterFix: afterFix)
    }
}
