internal import Anomalies
public import Geometry
public import Positioning

/// What becomes of a shard's devices without a report of theirs: fences are edited, and time passes.
extension Shard {
    /// Goes on with another set of fences. States carry over by fence id; an edited fence is decided anew at the next fix.
    /// - Returns: by device, exits with their reason from fences that are no more and that it was inside of, and a checkpoint.
    /// - Throws: where GEOS is out of memory; then nothing has changed.
    public func adopt(_ version: FenceVersion) throws(GeometryError) -> [(device: String, decisions: Decisions)] {
        let old = try engine.adopt(version)
        var passed: [(device: String, decisions: Decisions)] = []
        func takeOver(_ state: inout DeviceState, of name: String) throws(GeometryError) -> Bool {
            let before = state
            let decisions = try engine.takeOver(&state, of: name, from: old)
            if !decisions.isEmpty { passed.append((name, decisions)) }
            return state != before || !decisions.isEmpty
        }
        for device in devices.awake.values where device.marks.contains(.known) {
            guard try takeOver(&device.memory.state, of: device.name) else { continue }
            noteChange(of: device, isLate: !device.memory.state.late.isEmpty)
        }
        var changedIdle: [String] = []
        try devices.changeEachIdle { name, device throws(GeometryError) in
            guard device.marks.contains(.known) else { return }
            var state = device.unpackState(old.numbers)
            guard try takeOver(&state, of: name) else { return }
            device.state = engine.fences.snapshot(of: &state)
            if device.marks.insert(.changed).inserted { changedIdle.append(name) }
        }
        self.changedIdle += changedIdle
        return passed.sorted { $0.device < $1.device }
    }

    /// Time has passed for the devices that nothing is heard of.
    /// - Parameter now: by the clock that stamps arrivals; all that was received before has been given.
    /// - Returns: what became certain, by device, in a stable order.
    public func wait(until now: Timestamp) -> [(device: String, decisions: Decisions)] {
        var passed: [(device: String, decisions: Decisions)] = []
        links.look(at: now) { name in
            var next: Timestamp?
            let told = pass(name, &passed) { link, origin, decisions in
                engine.wait(until: now, &link, of: origin, decisions: &decisions)
                next = link.nextLook(after: now, group: origin.group, under: engine.rules)
            }
            return (told, next)
        }
        return passed.sorted { $0.device < $1.device }
    }

    /// The newest time that was heard, by the devices' own clocks.
    public var heardUntil: Timestamp? {
        let clocks = [
            devices.awake.values.lazy.compactMap(\.memory.link.clock).max(),
            devices.idle.values.lazy.compactMap { $0.unpackLink(self.listened).clock }.max(),
        ]
        return clocks.compactMap { $0 }.max()
    }

    /// A recording has ended: of those of its devices that were heard no more, time has passed until its end.
    /// - Parameter end: until when it was heard, here or by another shard.
    /// - Returns: what became certain, by device, in a stable order.
    public func passRecording(until end: Timestamp) -> [(device: String, decisions: Decisions)] {
        var passed: [(device: String, decisions: Decisions)] = []
        for name in devices.names.sorted() {
            let told = pass(name, &passed) { engine.pass(until: end, &$0, of: $1, decisions: &$2) }
            if let told { links.note(told, [.linkChanged, .linkDue]) }
        }
        return passed
    }

    /// Lets time pass for a device's link. One that is idle stays so unless that tells something: what it is told later makes
    /// up for it, as after a restart.
    /// - Returns: the device, where that told something.
    private func pass(
        _ name: String, _ passed: inout [(device: String, decisions: Decisions)],
        _ body: (inout LinkState, Engine.Origin, inout Decisions) -> Void
    ) -> Device? {
        var decisions = Decisions()
        let awake = devices.awake[name]
        var link = awake?.memory.link ?? devices.idle[name]?.unpackLink(listened) ?? LinkState()
        body(&link, Engine.Origin(device: name, group: groups[name]), &decisions)
        let told = decisions.isEmpty ? nil : awake ?? wake(name)
        (awake ?? told)?.memory.link = link
        guard let told else { return nil }
        passed.append((name, decisions))
        return told
    }

    /// Nobody listened for a while, until now: what was not heard meanwhile is not held against anybody.
    public func resumeListening(at now: Timestamp) {
        listened = Listened(pauses: listened.pauses + 1, since: now)
        for device in devices.awake.values { device.memory.link.resume(at: now) }
    }
}
