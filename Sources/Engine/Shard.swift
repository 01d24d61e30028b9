internal import Fencing
public import Geometry
public import Positioning

/// The devices that one thread decides about, and the engine that it does so with. A device belongs to one shard.
public final class Shard {
    private let engine: Engine
    private let fenceNumbers: [String: Int]
    private let groups: [String: String]
    private var states: [String: DeviceState] = [:]
    /// The devices whose state has changed since ``takeSnapshots()``.
    private var changed: Set<String> = []

    /// - Parameter groups: the group of each device that has one.
    public init(_ index: FenceIndex, groups: [String: String] = [:]) {
        self.groups = groups
        engine = Engine(index)
        fenceNumbers = Dictionary(
            index.fences.enumerated().map { ($0.element.id, $0.offset) }, uniquingKeysWith: { first, _ in first })
    }

    public var deviceCount: Int { states.count }

    /// Takes one report of one device; see ``Engine/step(_:device:report:received:events:)``.
    public func step(
        device: String, report: Report, received: Timestamp?, events: inout [Event]
    ) -> Result<Fix, Rejection> {
        if states[device] == nil {
            // Only a fix makes a device known: what sends nothing but junk takes no memory.
            var state = DeviceState()
            let result = engine.step(
                &state, device: device, group: groups[device], report: report, received: received, events: &events)
            guard case .success = result else { return result }
            guard states.count < Limits.devicesPerShard else { return .failure(.too_many_devices) }
            states[device] = state
            changed.insert(device)
            return result
        }
        let result = engine.step(
            &states[device, default: DeviceState()], device: device, group: groups[device], report: report,
            received: received, events: &events)
        if case .success = result { changed.insert(device) }
        return result
    }

    /// The states that have changed since the last call, by device id, in a stable form; see ``DeviceState/snapshot(fences:)``.
    public func takeSnapshots() -> [(device: String, bytes: [UInt8])] {
        defer { changed.removeAll(keepingCapacity: true) }
        return changed.sorted().map { ($0, states[$0, default: DeviceState()].snapshot(fences: engine.fences)) }
    }

    /// Puts a device back as a snapshot has it.
    /// - Throws: ``SnapshotError`` where the bytes are no snapshot of this version.
    public func restore(device: String, from bytes: [UInt8]) throws(SnapshotError) {
        states[device] = try DeviceState(snapshot: bytes, fenceNumber: { fenceNumbers[$0] })
    }
}
