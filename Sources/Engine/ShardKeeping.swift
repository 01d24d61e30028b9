public import Anomalies
internal import Fencing
internal import Geometry
internal import Positioning

/// What of a shard's devices is to be kept with a batch.
public struct KeptStates: Sendable {
    /// By device id, in a stable form; see ``DeviceState/snapshot(fences:)``.
    public var snapshots: [(device: String, bytes: [UInt8])] = []
    /// Of each of those devices too, if it has changed.
    public var links: [LinkRow] = []

    public init() {}
}

/// What is kept of a shard's devices, and how they come back.
///
/// Of many devices not all is kept at once: a round goes through those that have changed until it began, some with each batch,
/// each as it is by then. So a round says of the time until it began that all is kept.
extension Shard {
    /// Takes all that has changed since it was taken; no round is under way then.
    public func takeAll() -> KeptStates {
        gatherRound()
        var kept = takeRound(atMost: .max)
        // One that has woken up was among those.
        for name in changedIdle where devices.idle[name] != nil {
            kept.snapshots.append(
                devices.changeIdle(name) { device in
                    device.marks.remove(.changed)
                    return (name, device.state)
                })
        }
        changedIdle.removeAll()
        return kept
    }

    /// Begins a round, unless one is under way.
    /// - Returns: whether it did.
    public func beginRound() -> Bool {
        guard isRoundOver else { return false }
        gatherRound()
        return true
    }

    /// Whether all is taken that had changed when the last round began.
    public var isRoundOver: Bool { round.isEmpty }

    /// Takes some devices of the round that is under way.
    public func takeRound(atMost count: Int) -> KeptStates {
        var kept = KeptStates()
        let left = max(0, round.count - count)
        for device in round[left...].reversed() { take(device, &kept) }
        if left == 0 { round.removeAll(keepingCapacity: true) } else { round.removeSubrange(left...) }
        return kept
    }

    /// Takes a device out of its turn.
    public func take(device name: String, _ kept: inout KeptStates) {
        if let device = devices.awake[name] { take(device, &kept) }
    }

    private func take(_ device: Device, _ kept: inout KeptStates) {
        if device.marks.contains(.changed) {
            kept.snapshots.append((device.name, engine.fences.snapshot(of: &device.memory.state)))
        }
        if device.marks.contains(.linkChanged) { kept.links.append(LinkRow(of: device)) }
        device.marks.subtract([.changed, .linkChanged, .linkDue])
    }

    /// From the last to the first, in the order of their numbers: that is about how the store has them, so that those that are
    /// taken together are written to the same pages.
    private func gatherRound() {
        round += changed
        // Of most, the state has changed too.
        round += links.takeChanged().filter { $0.marks.isDisjoint(with: .changed) }
        changed.removeAll(keepingCapacity: true)
        round.sort { $0.number == $1.number ? $0.name > $1.name : $0.number ?? .max > $1.number ?? .max }
    }

    /// What is remembered of the links of devices that told something since the last call, or of which something was heard that
    /// the journal does not keep; but for those that were taken meanwhile.
    public func takeDueLinks() -> [LinkRow] { links.takeDue() }

    /// Packs some of the devices of which nothing was heard for ``Limits/idleLooks`` calls, and nothing is left to be kept: to be
    /// called once a round.
    /// - Returns: how many.
    @discardableResult
    public func packIdle() -> Int {
        let (fences, before) = (engine.fences, devices.idle.count)
        devices.packSome { $0.packed(fences, listened) }
        return devices.idle.count - before
    }

    /// - Returns: `nil` where there is no idle device of this name.
    func wake(_ name: String) -> Device? {
        guard let idle = devices.takeIdle(name) else { return nil }
        let device = Device(name, group: groups[name], idle, engine.fences.numbers, listened)
        if device.marks.contains(.changed) { changed.append(device) }
        devices.add(device)
        return device
    }

    /// Makes room for as many devices as will be restored.
    public func expect(devices count: Int) { devices.reserve(count) }

    /// Puts a device back as it was kept: it stays packed until something is heard of it.
    /// - Parameters:
    ///   - snapshot: of its state; `nil`: it has none.
    ///   - decidedFix: the journal's fixes up to this one are in its state, and in its link.
    ///   - link: as a ``LinkRow`` has it; `nil`: it has none.
    ///   - linkedFix: the journal's fixes up to this one are in its link.
    /// - Throws: ``SnapshotError`` where bytes are none of this version; then nothing was put back.
    public func restore(
        device name: String, from snapshot: [UInt8]?, decidedFix: Int64 = .min, link: [UInt8]? = nil,
        linkedFix: Int64 = .min
    ) throws(SnapshotError) {
        let state = if let snapshot { try read(snapshot) } else { (state: DeviceState(), canBePacked: true) }
        let linkState = if let link { try LinkState(snapshot: link) } else { LinkState() }
        let marks = (snapshot == nil ? [] : Device.Marks.known).union(link == nil ? [] : awaited)
        let news: Device.Marks
        if state.canBePacked, devices.awake[name] == nil {
            news = devices.changeIdle(name) { device in
                if let snapshot { (device.state, device.decidedFix) = (snapshot, decidedFix) }
                if let link { (device.link, device.linkedFix, device.pauses) = (link, linkedFix, listened.pauses) }
                defer { device.marks.formUnion(marks) }
                return marks.subtracting(device.marks)
            }
        } else {
            let device = restored(name)
            if snapshot != nil { (device.memory.state, device.decidedFix) = (state.state, decidedFix) }
            if link != nil { (device.memory.link, device.linkedFix) = (linkState, linkedFix) }
            news = device.add(marks)
            if !device.memory.state.late.isEmpty, device.marks.insert(.late).inserted {
                devicesWithLateFixes.insert(name)
            }
        }
        if news.contains(.known) { deviceCount += 1 }
        if news.contains(.awaited) { links.expect(name, at: Timestamp(microseconds: .min)) }
    }

    /// - Returns: with whether the device can stay packed: all its fences are in force, and no late fix waits.
    private func read(_ snapshot: [UInt8]) throws(SnapshotError) -> (state: DeviceState, canBePacked: Bool) {
        let numbers = engine.fences.numbers
        var knowsItsFences = true
        let state = try DeviceState(snapshot: snapshot) { id in
            let number = numbers[id]
            if number == nil { knowsItsFences = false }
            return number
        }
        return (state, knowsItsFences && state.late.isEmpty)
    }

    private func restored(_ name: String) -> Device {
        if let device = devices.awake[name] ?? wake(name) { return device }
        let device = Device(name, group: groups[name])
        devices.add(device)
        return device
    }
}
