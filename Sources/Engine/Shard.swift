public import Anomalies
internal import Fencing
public import Geometry
public import Positioning

/// The devices that one thread decides about, and the engine that it does so with. A device belongs to one shard.
public final class Shard {
    private let engine: Engine
    private let history: any History
    private let groups: [String: String]
    private var devices: [String: Device] = [:]
    /// Those of which a fix was taken.
    public private(set) var deviceCount = 0
    /// Devices whose late fixes wait.
    public private(set) var devicesWithLateFixes: Set<String> = []
    /// Those whose state has changed since ``takeSnapshots()``.
    private var changed: [Device] = []
    private var links = Links()
    /// Those that wait for what time alone may make a rule tell; none where no rule does.
    private let awaited: Device.Marks
    private var strangers = Strangers()
    /// Nearly never; asked at every report.
    private var hasStrangers = false

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
        awaited = rules.wait ? .awaited : []
        engine = try Engine(versions, rules: rules, lateHorizon_s: lateHorizon_s)
    }

    /// Goes on with another set of fences. States carry over by fence id; an edited fence is decided anew at the next fix.
    /// - Returns: by device, exits with their reason from fences that are no more and that it was inside of, and a checkpoint.
    /// - Throws: where GEOS is out of memory; then nothing has changed.
    public func adopt(_ version: FenceVersion) throws(GeometryError) -> [(device: String, decisions: Decisions)] {
        let old = try engine.adopt(version)
        var passed: [(device: String, decisions: Decisions)] = []
        for device in sortedDevices where device.marks.contains(.known) {
            let before = device.memory.state
            let decisions = try engine.takeOver(&device.memory.state, of: device.name, from: old)
            guard device.memory.state != before || !decisions.isEmpty else { continue }
            noteChange(of: device, isLate: !device.memory.state.late.isEmpty)
            if !decisions.isEmpty { passed.append((device.name, decisions)) }
        }
        return passed
    }

    private var sortedDevices: [Device] { devices.values.sorted { $0.name < $1.name } }

    /// Takes one report of one device; see ``Engine/step(_:_:of:history:decisions:)``, and what the rules about its link make of it.
    /// - Throws: what the history throws; then nothing was decided, and the report is to be given again.
    public func step(
        device name: String, report: Report, received: Timestamp?, decisions: inout Decisions
    ) throws -> Result<Fix, Rejection> {
        let device = devices[name] ?? Device(name, group: groups[name])
        let origin = Engine.Origin(device: device.name, group: device.group, received: received)
        return try take(report, of: device, &device.memory, origin, &decisions)
    }

    private func take(
        _ report: Report, of device: Device, _ memory: inout Device.Memory, _ origin: Engine.Origin,
        _ decisions: inout Decisions
    ) throws -> Result<Fix, Rejection> {
        let result = try decide(report, about: device, &memory.state, origin, &decisions)
        if engine.listens { hear(report, result, of: device, &memory, origin, &decisions) }
        return result
    }

    private func decide(
        _ report: Report, about device: Device, _ state: inout DeviceState, _ origin: Engine.Origin,
        _ decisions: inout Decisions
    ) throws -> Result<Fix, Rejection> {
        let result = try engine.step(&state, report, of: origin, history: history, decisions: &decisions)
        if case .success = result {
            if !device.marks.contains(.known) { begin(device) }
            noteChange(of: device, isLate: !state.late.isEmpty)
        } else if !device.marks.contains(.known) {
            state = DeviceState()
        }
        return result
    }

    /// Only a fix makes a device known: what sends nothing but junk takes no memory.
    private func begin(_ device: Device) {
        devices[device.name] = device
        device.marks.insert(.known)
        deviceCount += 1
    }

    private func hear(
        _ report: Report, _ result: Result<Fix, Rejection>, of device: Device, _ memory: inout Device.Memory,
        _ origin: Engine.Origin, _ decisions: inout Decisions
    ) {
        guard isHeard(device, result) else {
            guard !report.alarms.isEmpty || strangers.knows(device.name) else { return }
            hasStrangers = true
            strangers.change(device.name) {
                engine.hear(stranger: report, result, &$0, of: origin, decisions: &decisions)
            }
            return
        }
        if hasStrangers { welcome(device, &memory.link) }
        let believed = believed(origin, newest: memory.state.newest?.time)
        let told = decisions.told
        let isHeard = engine.hear(
            report, result, &memory.link, believed: believed, of: origin, decisions: &decisions)
        var isTold = decisions.told != told
        if case .failure = result, isHeard { isTold = true }
        note(device, isTold ? [.linkChanged, .linkDue] : .linkChanged, at: origin.received)
    }

    /// A device that may have been heard before it was known.
    private func welcome(_ device: Device, _ link: inout LinkState) {
        if let stranger = strangers.takeOut(device.name), link == LinkState() { link = stranger }
        hasStrangers = !strangers.isEmpty
    }

    /// Something was heard of a device, and has changed its link.
    /// - Parameter received: `nil` for recorded input.
    private func note(_ device: Device, _ marks: Device.Marks, at received: Timestamp?) {
        let all = received == nil ? marks : marks.union(awaited)
        // Nearly always it is noted.
        if !device.marks.isSuperset(of: all) { links.note(device, all, at: received) }
    }

    /// Goes through a fix of the journal once more. What was decided and told at it is in the store: they were committed together.
    /// So its link has nothing to tell: where it would, other settings of the rules make the difference, and it is left out.
    /// - Parameter fix: its number in the journal.
    /// - Throws: what the history throws
    public func recall(device name: String, _ usable: Fix, number fix: Int64, received: Timestamp?) throws {
        let device = devices[name] ?? Device(name, group: groups[name])
        let origin = Engine.Origin(device: device.name, group: device.group, received: received)
        let report = Report(again: usable)
        var told = Decisions()
        let result = try decide(report, about: device, &device.memory.state, origin, &told)
        guard engine.listens, isHeard(device, result), device.linkedFix < fix else { return }
        var link = device.memory.link
        told = Decisions()
        engine.hear(
            report, result, &link, believed: believed(origin, newest: device.memory.state.newest?.time), of: origin,
            decisions: &told)
        guard told.told == 0 else { return }
        device.memory.link = link
        note(device, .linkChanged, at: received)
    }

    /// Where the time of arrival is known, a fix's own need not be confirmed.
    private func believed(_ origin: Engine.Origin, newest: Timestamp?) -> Timestamp? {
        origin.received == nil ? newest ?? Timestamp(microseconds: .min) : nil
    }

    /// Whether it is the device that was heard, and one that is known.
    private func isHeard(_ device: Device, _ result: Result<Fix, Rejection>) -> Bool {
        switch result {
        case .success: true
        case .failure(.foreign_source), .failure(.unknown_device), .failure(.quarantined), .failure(.too_many_devices):
            false
        case .failure: device.marks.contains(.known)
        }
    }

    /// Time has passed for the devices that nothing is heard of.
    /// - Parameter now: by the clock that stamps arrivals; all that was received before has been given.
    /// - Returns: what became certain, by device, in a stable order.
    public func wait(until now: Timestamp) -> [(device: String, decisions: Decisions)] {
        var passed: [(device: String, decisions: Decisions)] = []
        links.look(at: now) { device in
            var decisions = Decisions()
            let origin = Engine.Origin(device: device.name, group: device.group)
            engine.wait(until: now, &device.memory.link, of: origin, decisions: &decisions)
            let next = device.memory.link.nextLook(after: now, group: device.group, under: engine.rules)
            guard !decisions.isEmpty else { return (false, next) }
            passed.append((device.name, decisions))
            return (true, next)
        }
        return passed.sorted { $0.device < $1.device }
    }

    /// A recording has ended: of those of its devices that were heard no more, time has passed until its end.
    /// - Returns: what became certain, by device, in a stable order.
    public func passRecording() -> [(device: String, decisions: Decisions)] {
        // The newest time that was heard, by the devices' own clocks.
        guard let end = devices.values.lazy.compactMap(\.memory.link.clock).max() else { return [] }
        var passed: [(device: String, decisions: Decisions)] = []
        for device in sortedDevices {
            var decisions = Decisions()
            let origin = Engine.Origin(device: device.name, group: device.group)
            engine.pass(until: end, &device.memory.link, of: origin, decisions: &decisions)
            guard !decisions.isEmpty else { continue }
            links.note(device, [.linkChanged, .linkDue])
            passed.append((device.name, decisions))
        }
        return passed
    }

    /// Nobody listened for a while, until now: what was not heard meanwhile is not held against anybody.
    public func resumeListening(at now: Timestamp) {
        for device in devices.values { device.memory.link.resume(at: now) }
    }

    private func noteChange(of device: Device, isLate: Bool) {
        if !device.add(.changed).isEmpty { changed.append(device) }
        guard isLate != device.marks.contains(.late) else { return }
        device.marks.formSymmetricDifference(.late)
        if isLate { devicesWithLateFixes.insert(device.name) } else { devicesWithLateFixes.remove(device.name) }
    }

    /// Seconds by the clock for which a device's late fixes wait at most. Those that are in order, and only of the time before an
    /// edit of the fences, wait until its stream has passed that: who lags by more than this has passed it at once.
    public func patience_s(for device: String) -> Double {
        let state = devices[device]?.memory.state
        guard let newest = state?.newest, let oldest = state?.late.first, oldest.time > newest.time else {
            return Limits.gatherLate_s
        }
        return Limits.gatherLate_s + Limits.lag_s
    }

    /// Decides a device's past again, if late fixes wait: its stream has ended, or is quiet.
    public func revise(device name: String, decisions: inout Decisions) throws {
        guard let device = devices[name], device.marks.contains(.late) else { return }
        let origin = Engine.Origin(device: name, group: device.group, received: device.memory.state.lateReceived)
        try engine.revise(&device.memory.state, of: origin, history: history, decisions: &decisions)
        noteChange(of: device, isLate: !device.memory.state.late.isEmpty)
    }

    /// The states that have changed since the last call, by device id, in a stable form; see ``DeviceState/snapshot(fences:)``.
    public func takeSnapshots() -> [(device: String, bytes: [UInt8])] {
        defer { changed.removeAll(keepingCapacity: true) }
        return changed.sorted { $0.name < $1.name }.map { device in
            device.marks.remove(.changed)
            return (device.name, device.memory.state.snapshot(fences: engine.fences.fences))
        }
    }

    /// What is remembered of the links of devices that told something since the last call, or of which something was heard that
    /// the journal does not keep.
    /// - Parameter all: of those that have changed since then, too.
    public func takeLinks(all: Bool) -> [LinkRow] { links.take(all: all) }

    /// Puts a device back as a snapshot has it.
    /// - Throws: ``SnapshotError`` where the bytes are no snapshot of this version.
    public func restore(device name: String, from bytes: [UInt8]) throws(SnapshotError) {
        let numbers = engine.fences.numbers
        let state = try DeviceState(snapshot: bytes, fenceNumber: { numbers[$0] })
        let device = restored(name)
        device.memory.state = state
        if !device.add(.known).isEmpty { deviceCount += 1 }
        guard !state.late.isEmpty else { return }
        device.marks.insert(.late)
        devicesWithLateFixes.insert(name)
    }

    /// Puts a device's link back.
    /// - Parameter afterFix: the journal's fixes up to this one are in it.
    /// - Throws: ``SnapshotError`` where it is none of this version.
    public func restore(_ link: LinkRow, afterFix: Int64) throws(SnapshotError) {
        let state = try LinkState(snapshot: link.bytes)
        let device = restored(link.device)
        device.memory.link = state
        device.linkedFix = afterFix
        links.note(device, awaited, at: Timestamp(microseconds: .min))
    }

    private func restored(_ name: String) -> Device {
        if let device = devices[name] { return device }
        let device = Device(name, group: groups[name])
        devices[name] = device
        return device
    }
}
