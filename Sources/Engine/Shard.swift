public import Anomalies
internal import Fencing
public import Geometry
public import Positioning

/// The devices that one thread decides about, and the engine that it does so with. A device belongs to one shard.
public final class Shard {
    let engine: Engine
    private let history: any History
    let groups: [String: String]
    var devices = Devices()
    private let numbered: NumberedDevices
    /// Those of which a fix was taken.
    public internal(set) var deviceCount = 0
    /// Devices whose late fixes wait.
    public internal(set) var devicesWithLateFixes: Set<String> = []
    /// Those whose state has changed since it was taken, but for those of the round.
    var changed: [Device] = []
    /// Those that the round under way has yet to take; see ``takeRound(atMost:)``.
    var round: [Device] = []
    /// The same of those that are idle; some of them may have woken up since.
    var changedIdle: [String] = []
    /// What idle devices have yet to be told.
    var listened = Listened()
    var links = Links()
    /// Those that wait for what time alone may make a rule tell; none where no rule does.
    let awaited: Device.Marks
    private var strangers = Strangers()
    /// Nearly never; asked at every report.
    private var hasStrangers = false
    /// See ``prefetch(device:)``.
    private var comingEdge = NearestEdge.none
    private let hasRules: Bool

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
        numbered = devices.numbered
        self.history = history
        awaited = rules.wait ? .awaited : []
        engine = try Engine(versions, rules: rules, lateHorizon_s: lateHorizon_s)
        hasRules = engine.rules.watch || engine.rules.listen
    }

    /// Takes one report of one device; see ``Engine/step(_:_:of:history:decisions:)``, and what the rules about its link make of it.
    /// - Parameter number: the caller's for the device, counted from 0, where it has one: with it, the device is found sooner. A
    ///   wrong one makes no difference.
    /// - Throws: what the history throws; then nothing was decided, and the report is to be given again.
    public func step(
        device name: String, number: Int? = nil, report: Report, received: Timestamp?, decisions: inout Decisions
    ) throws -> Result<Fix, Rejection> {
        let device =
            if let number, let known = numbered[number], known.name == name { known } else {
                find(name, number)
            }
        let origin = Engine.Origin(device: device.name, group: device.group, received: received)
        return try take(report, of: device, &device.memory, origin, &decisions)
    }

    /// The device with this number has its turn soon, after the one that this was called for last: what is remembered of it, and
    /// then the fence that it is at, is fetched from the machine's memory while others are decided, which else takes as long as
    /// deciding it. It makes no other difference.
    public func prefetch(device number: Int) {
        let edge = comingEdge
        comingEdge = numbered.prefetch(number, withRules: hasRules)
        engine.prefetch(shapeAt: comingEdge, treeAt: edge)
    }

    private func find(_ name: String, _ number: Int?) -> Device {
        // What sends nothing but junk takes no memory.
        guard let device = devices.awake[name] ?? wake(name) else { return Device(name, group: groups[name]) }
        if let number { numbered.note(device, number: number) }
        return device
    }

    private func take(
        _ report: Report, of device: Device, _ memory: inout Device.Memory, _ origin: Engine.Origin,
        _ decisions: inout Decisions
    ) throws -> Result<Fix, Rejection> {
        let result = try decide(report, about: device, &memory.state, origin, &decisions)
        if engine.rules.listen { hear(report, result, of: device, &memory, origin, &decisions) }
        return result
    }

    private func decide(
        _ report: Report, about device: Device, _ state: inout DeviceState, _ origin: Engine.Origin,
        _ decisions: inout Decisions
    ) throws -> Result<Fix, Rejection> {
        let result = try engine.step(
            &state, report, of: origin, isNew: !device.marks.contains(.known), history: history, decisions: &decisions)
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
        devices.add(device)
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
        let wasStranger = hasStrangers && welcome(device, &memory.link)
        let believed = believed(origin, newest: memory.state.newest?.time)
        let told = decisions.told
        let isHeard = engine.hear(
            report, result, &memory.link, believed: believed, of: origin, decisions: &decisions)
        var isTold = decisions.told != told
        // The journal keeps no report that is no fix, and of one that is, no alarms; nor what a stranger raised.
        if wasStranger || isHeard && !report.isKeptWhole(as: result) { isTold = true }
        note(device, isTold ? [.linkChanged, .linkDue] : .linkChanged, at: origin.received)
    }

    /// A device that may have been heard before it was known.
    /// - Returns: whether it was.
    private func welcome(_ device: Device, _ link: inout LinkState) -> Bool {
        guard let stranger = strangers.takeOut(device.name) else { return false }
        hasStrangers = !strangers.isEmpty
        if link == LinkState() { link = stranger }
        return true
    }

    /// Something was heard of a device, and has changed its link.
    /// - Parameter received: `nil` for recorded input.
    private func note(_ device: Device, _ marks: Device.Marks, at received: Timestamp?) {
        let all = received == nil ? marks : marks.union(awaited)
        // Nearly always it is noted.
        if !device.marks.isSuperset(of: all) { links.note(device, all, at: received) }
    }

    /// Goes through a fix of the journal once more. What was decided and told at it is in the store: they were committed together.
    /// So its link has nothing to tell. Where it would, nobody had listened before: it was heard after a restart. Where it still
    /// would, other settings of the rules make the difference, and it is left out.
    /// - Parameter fix: its number in the journal.
    /// - Throws: what the history throws
    public func recall(device name: String, _ usable: Fix, number fix: Int64, received: Timestamp?) throws {
        guard devices.awake[name]?.decidedFix ?? devices.idle[name]?.decidedFix ?? .min < fix else { return }
        let device = find(name, nil)
        let origin = Engine.Origin(device: device.name, group: device.group, received: received)
        let report = Report(again: usable)
        var told = Decisions()
        let result = try decide(report, about: device, &device.memory.state, origin, &told)
        guard engine.rules.listen, isHeard(device, result), device.linkedFix < fix else { return }
        let believed = believed(origin, newest: device.memory.state.newest?.time)
        func hear(_ link: LinkState) -> LinkState? {
            var (link, told) = (link, Decisions())
            engine.hear(report, result, &link, believed: believed, of: origin, decisions: &told)
            return told.told == 0 ? link : nil
        }
        var resumed = device.memory.link
        if let received { resumed.resume(at: received) }
        guard let link = hear(device.memory.link) ?? hear(resumed) else { return }
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

    func noteChange(of device: Device, isLate: Bool) {
        if !device.add(.changed).isEmpty { changed.append(device) }
        guard isLate != device.marks.contains(.late) else { return }
        device.marks.formSymmetricDifference(.late)
        if isLate { devicesWithLateFixes.insert(device.name) } else { devicesWithLateFixes.remove(device.name) }
    }

    /// Seconds by the clock for which a device's late fixes wait at most. Those that are in order, and only of the time before an
    /// edit of the fences, wait until its stream has passed that: who lags by more than this has passed it at once.
    public func patience_s(for device: String) -> Double {
        let state = devices.awake[device]?.memory.state
        guard let newest = state?.newest, let oldest = state?.late.first, oldest.time > newest.time else {
            return Limits.gatherLate_s
        }
        return Limits.gatherLate_s + Limits.lag_s
    }

    /// Decides a device's past again, if late fixes wait: its stream has ended, or is quiet.
    public func revise(device name: String, decisions: inout Decisions) throws {
        guard let device = devices.awake[name], device.marks.contains(.late) else { return }
        let origin = Engine.Origin(device: name, group: device.group, received: device.memory.state.lateReceived)
        try engine.revise(&device.memory.state, of: origin, history: history, decisions: &decisions)
        noteChange(of: device, isLate: !device.memory.state.late.isEmpty)
    }
}

extension Report {
    /// Whether a fix of the journal, heard again, says all that this says of the device's link.
    fileprivate func isKeptWhole(as result: Result<Fix, Rejection>) -> Bool {
        guard case .success = result else { return false }
        return alarms.isEmpty && battery_percent == nil
    }
}
