public import Anomalies
internal import Fencing
internal import Geometry
internal import Positioning

/// What is kept of a shard's devices, and how they come back.
extension Shard {
    /// The states that have changed since the last call, by device id, in a stable form; see ``DeviceState/snapshot(fences:)``.
    public func takeSnapshots() -> [(device: String, bytes: [UInt8])] {
        defer {
            changed.removeAll(keepingCapacity: true)
            changedIdle.removeAll()
        }
        let fences = engine.fences
        var snapshots = changed.map { device in
            device.marks.remove(.changed)
            return (device: device.name, bytes: fences.snapshot(of: &device.memory.state))
        }
        // One that has woken up is among those.
        for name in changedIdle where devices.idle[name] != nil {
            snapshots.append(
                devices.changeIdle(name) { device in
                    device.marks.remove(.changed)
                    return (name, device.state)
                })
        }
        return snapshots.sorted { $0.device < $1.device }
    }

    /// What is remembered of the links of devices that told something since the last call, or of which something was heard that
    /// the journal does not keep.
    /// - Parameter all: of those that have changed since then, too.
    public func takeLinks(all: Bool) -> [LinkRow] { links.take(all: all) }

    /// Packs devices of which nothing was heard for ``Limits/idleLooks`` calls, and is not yet kept: to be called when all
    /// was taken that is to be kept.
    public func packIdle() {
        let fences = engine.fences
        devices.packSome { $0.packed(fences, listened) }
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

    /// Puts a device back as a snapshot has it: it stays packed until something is heard of it.
    /// - Throws: ``SnapshotError`` where the bytes are no snapshot of this version.
    public func restore(device name: String, from bytes: [UInt8]) throws(SnapshotError) {
        let numbers = engine.fences.numbers
        var knowsItsFences = true
        let state = try DeviceState(snapshot: bytes) { id in
            let number = numbers[id]
            if number == nil { knowsItsFences = false }
            return number
        }
        let canBePacked = knowsItsFences && state.late.isEmpty
        if canBePacked, devices.awake[name] == nil {
            let isNew = devices.changeIdle(name) { device in
                device.state = bytes
                return device.marks.insert(.known).inserted
            }
            if isNew { deviceCount += 1 }
            return
        }
        let device = restored(name)
        device.memory.state = state
        if !device.add(.known).isEmpty { deviceCount += 1 }
        guard !state.late.isEmpty else { return }
        device.marks.insert(.late)
        devicesWithLateFixes.insert(name)
    }

    private func restored(_ name: String) -> Device {
        if let device = devices.awake[name] ?? wake(name) { return device }
        let device = Device(name, group: groups[name])
        devices.add(device)
        return device
    }

    /// Puts a device's link back.
    /// - Parameter afterFix: the journal's fixes up to this one are in it.
    /// - Throws: ``SnapshotError`` where it is none of this version.
    public func restore(_ link: LinkRow, afterFix: Int64) throws(SnapshotError) {
        let state = try LinkState(snapshot: link.bytes)
        let isNewlyAwaited: Bool
        if let device = devices.awake[link.device] {
            device.memory.link = state
            device.linkedFix = afterFix
            isNewlyAwaited = !device.add(awaited).isEmpty
        } else {
            isNewlyAwaited = devices.changeIdle(link.device) { device in
                device.link = link.bytes
                device.linkedFix = afterFix
                device.pauses = listened.pauses
                defer { device.marks.formUnion(awaited) }
                return !awaited.isSubset(of: device.marks)
            }
        }
        if isNewlyAwaited { links.expect(link.device, at: Timestamp(microseconds: .min)) }
    }
}
