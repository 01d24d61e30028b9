internal import Fencing
public import Geometry
public import Positioning

/// The devices that one thread decides about, and the engine that it does so with. A device belongs to one shard.
public final class Shard {
    private var engine: Engine
    private let history: any History
    private var fenceNumbers: [String: Int]
    private let groups: [String: String]
    private var states: [String: DeviceState] = [:]
    /// Devices whose late fixes wait.
    public private(set) var devicesWithLateFixes: Set<String> = []
    /// Devices whose snapshots had a stay in a fence that is no more.
    private var lostAFence: Set<String> = []
    /// The devices whose state has changed since ``takeSnapshots()``.
    private var changed: Set<String> = []

    /// - Parameters:
    ///   - groups: the group of each device that has one.
    ///   - history: of all its devices.
    public init(_ index: FenceIndex, groups: [String: String] = [:], history: any History) {
        self.groups = groups
        self.history = history
        engine = Engine(index)
        fenceNumbers = engine.fenceNumbers
    }

    /// Goes on with another set of fences. States carry over by fence id; an edited fence is decided anew at the next fix.
    /// - Returns: an exit, with its reason, for each device that was inside a fence that is no more.
    public func adopt(_ index: FenceIndex) -> Decisions {
        let old = engine.fences
        engine = Engine(index)
        fenceNumbers = engine.fenceNumbers
        var decisions = Decisions()
        for device in states.filter({ !$0.value.places.isEmpty }).keys.sorted() {
            guard var state = states[device], let newest = state.newest else { continue }
            state.adopt(
                fenceNumber: { fenceNumbers[old[$0].id] },
                distance: { index.signedDistance(to: $0, from: newest.coordinate) },
                removed: { decisions.events.append(.removal(of: old[$0].id, around: device, newest)) })
            states[device] = state
            changed.insert(device)
        }
        return decisions
    }

    public var deviceCount: Int { states.count }

    /// What must be told because the fences changed while nothing ran: exits from those that went, enters into those that
    /// came. To be asked once, after all was restored and replayed: every such device's state is held against what stands.
    /// - Throws: what the history throws
    public func reconcile() throws -> Decisions {
        var decisions = Decisions()
        for device in lostAFence.union(changed).sorted() {
            guard let state = states[device], let newest = state.newest, state.late.isEmpty else { continue }
            let told = try history.standingEvents(of: device, decidedAfter: nil)
                .filter { $0.kind == .enter || $0.kind == .exit }
                .sorted { ($0.time, $0.detected) < ($1.time, $1.detected) }
            let last = Dictionary(told.map { ($0.fence, $0.kind) }, uniquingKeysWith: { $1 })
            for (fence, kind) in last.sorted(by: { $0.key < $1.key }) where kind == .enter && fenceNumbers[fence] == nil
            {
                decisions.events.append(.removal(of: fence, around: device, newest))
            }
            for place in state.places where place.membership.isInside {
                let fence = engine.fences[place.fence].id
                guard last[fence] != .enter else { continue }
                decisions.events.append(
                    Event(
                        kind: .enter, device: device, fence: fence, time: newest.time, uncertainty_s: 0,
                        detected: newest.time, received: nil, coordinate: newest.coordinate,
                        accuracy_m: newest.accuracy_m, confidence: 1, isInitial: true))
            }
            changed.insert(device)
        }
        lostAFence = []
        return decisions
    }

    /// Takes one report of one device; see ``Engine/step(_:_:of:history:decisions:)``.
    /// - Throws: what the history throws; then nothing was decided, and the report is to be given again.
    public func step(
        device: String, report: Report, received: Timestamp?, decisions: inout Decisions
    ) throws -> Result<Fix, Rejection> {
        let origin = Engine.Origin(device: device, group: groups[device], received: received)
        guard states[device] != nil else {
            // Only a fix makes a device known: what sends nothing but junk takes no memory.
            var state = DeviceState()
            let result = try engine.step(&state, report, of: origin, history: history, decisions: &decisions)
            guard case .success = result else { return result }
            states[device] = state
            noteChange(of: device)
            return result
        }
        let result = try engine.step(
            &states[device, default: DeviceState()], report, of: origin, history: history, decisions: &decisions)
        if case .success = result { noteChange(of: device) }
        return result
    }

    private func noteChange(of device: String) {
        changed.insert(device)
        if states[device]?.late.isEmpty == false {
            devicesWithLateFixes.insert(device)
        } else if !devicesWithLateFixes.isEmpty {
            devicesWithLateFixes.remove(device)
        }
    }

    /// Decides a device's past again, if late fixes wait: its stream has ended, or is quiet.
    public func revise(device: String, decisions: inout Decisions) throws {
        guard states[device]?.late.isEmpty == false else { return }
        let origin = Engine.Origin(device: device, group: groups[device])
        try engine.revise(
            &states[device, default: DeviceState()], of: origin, history: history, decisions: &decisions)
        noteChange(of: device)
    }

    /// The states that have changed since the last call, by device id, in a stable form; see ``DeviceState/snapshot(fences:)``.
    public func takeSnapshots() -> [(device: String, bytes: [UInt8])] {
        defer { changed.removeAll(keepingCapacity: true) }
        return changed.sorted().map { ($0, states[$0, default: DeviceState()].snapshot(fences: engine.fences)) }
    }

    /// Puts a device back as a snapshot has it.
    /// - Throws: ``SnapshotError`` where the bytes are no snapshot of this version.
    public func restore(device: String, from bytes: [UInt8]) throws(SnapshotError) {
        states[device] = try DeviceState(
            snapshot: bytes, fenceNumber: { fenceNumbers[$0] },
            removed: { _ in lostAFence.insert(device) })
        if states[device]?.late.isEmpty == false { devicesWithLateFixes.insert(device) }
    }
}
