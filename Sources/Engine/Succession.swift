public import Anomalies
public import Geometry
public import Positioning

extension Engine {
    /// The engines as they were in turn, while each version was in force with those before it: for what was decided then. They
    /// share what they know of the fences, and belong to one thread.
    /// - Throws: where GEOS is out of memory.
    public static func succession(
        _ versions: [FenceVersion], rules: Rules, lateHorizon_s: Double
    ) throws(GeometryError) -> [Engine] {
        let rules = RuleSet(rules)
        let sets = versions.map { FenceSet($0, rules) }
        var engines: [Engine] = []
        for last in sets.indices {
            engines.append(try Engine(Array(sets[...last]), rules: rules, lateHorizon_s: lateHorizon_s))
        }
        return engines
    }

    /// Goes on with a device where another engine's fences were in force until now.
    /// - Returns: an exit, with its reason, for each fence that is no more and that it was inside of, and a checkpoint.
    /// - Throws: where GEOS is out of memory.
    public func takeOver(
        _ state: inout DeviceState, of device: String, from old: Engine
    ) throws(GeometryError) -> Decisions {
        try takeOver(&state, of: device, from: old.fences)
    }

    func takeOver(
        _ state: inout DeviceState, of device: String, from old: FenceSet
    ) throws(GeometryError) -> Decisions {
        var decisions = Decisions()
        state.pass(to: fences, oldest: versions[0])
        if let checkpoint = checkpoint(&state, of: device, leaving: old) { decisions.checkpoints.append(checkpoint) }
        try fences.takeOver(&state, from: old, of: device, events: &decisions.events)
        return decisions
    }

    /// A device as a checkpoint has it.
    /// - Parameter time: of the newest fix in it.
    /// - Returns: with it, the index of the version of its fences.
    /// - Throws: ``SnapshotError``
    public func state(
        from checkpoint: [UInt8], at time: Timestamp
    ) throws(SnapshotError) -> (state: DeviceState, version: Int) {
        // Which fences its numbers are of, its passages say.
        let bare = try DeviceState(snapshot: checkpoint, fenceNumber: { _ in nil })
        let version = version(at: time, of: bare)
        let numbers = versions[version].numbers
        return (try DeviceState(snapshot: checkpoint, fenceNumber: { numbers[$0] }), version)
    }
}
