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
    ///   - link: as a ``LinkRow`` has it; `nil`: it has none.
    ///   - afterFix: the journal's fixes up to this one are in its link.
    /// - Throws: ``SnapshotError`` where bytes are none of this version; then nothing was put back.
    public func restore(
        device name: String, from snapshot: [UInt8]?, link: [UInt8]? = nil, afterFix: Int64 = .min
    ) throws(SnapshotError) {
        let state = if let snapshot { try read(snapshot) } else { (state: DeviceState(), canBePacked: true) }
        let linkState = if let link { try LinkState(snapshot: link) } else { LinkState() }
        let marks = (snapshot == nil ? [] : Device.Marks.known).union(link == nil ? [] : awaited)
        let news: Device.Marks
        if state.canBePacked, devices.awake[name] == nil {
            news = devices.changeIdle(name) { device in
                if let snapshot { device.state = snapshot }
                if let link { (device.link, device.linkedFix, device.pauses) = (link, afterFix, listened.pauses) }
                defer { device.marks.formUnion(marks) }
                return marks.subtracting(device.marks)
            }
        } else {
            let device = restored(name)
            if snapshot != nil { device.memory.state = state.state }
            if link != nil { (device.memory.link, device.linkedFix) = (linkState, afterFix) }
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
