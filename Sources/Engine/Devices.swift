internal import Positioning

/// A shard's devices by name, each either awake, which is quick, or idle, which is small.
struct Devices {
    private(set) var awake: [String: Device] = [:]
    private(set) var idle: [String: IdleDevice] = [:]
    /// Those of the awake that the caller has numbered.
    let numbered = NumberedDevices()
    /// Those that are awake, to be looked at by turns for having become idle.
    private var turns: [Device] = []
    private var next = 0
    /// Calls within which all of them are looked at; then the first is next.
    private var looks = 0

    var names: [String] { Array(awake.keys) + Array(idle.keys) }

    mutating func reserve(_ count: Int) { idle.reserveCapacity(count) }

    /// One that is awake, if it is not there.
    mutating func add(_ device: Device) {
        if awake.updateValue(device, forKey: device.name) == nil { turns.append(device) }
    }

    /// Takes an idle one out, to be added awake.
    mutating func takeIdle(_ name: String) -> IdleDevice? { idle.isEmpty ? nil : idle.removeValue(forKey: name) }

    /// Changes or adds one that is idle.
    mutating func changeIdle<Value>(_ name: String, _ body: (inout IdleDevice) -> Value) -> Value {
        body(&idle[name, default: IdleDevice()])
    }

    /// Goes through all that are idle, in no order.
    mutating func changeEachIdle<Failure>(
        _ body: (_ name: String, _ device: inout IdleDevice) throws(Failure) -> Void
    ) throws(Failure) {
        var place = idle.startIndex
        while place != idle.endIndex {
            try body(idle.keys[place], &idle.values[place])
            idle.formIndex(after: &place)
        }
    }

    /// Looks at some of those that are awake, so many that after ``Limits/idleLooks`` calls all have been looked at once.
    /// - Parameter pack: called for one of which nothing was heard since it was looked at last.
    mutating func packSome(_ pack: (Device) -> IdleDevice) {
        if looks == 0 || next == turns.count { (next, looks) = (0, Limits.idleLooks) }
        for _ in 0..<(turns.count - next + looks - 1) / looks {
            let device = turns[next]
            let wasActive = device.marks.contains(.active)
            device.marks.remove(.active)
            guard !wasActive, device.marks.isSubset(of: IdleDevice.packable) else {
                next += 1
                continue
            }
            idle[device.name] = pack(device)
            awake[device.name] = nil
            numbered.forget(device)
            turns.swapAt(next, turns.count - 1)
            turns.removeLast()
        }
        looks -= 1
        giveBackRoom()
    }

    /// Where few of many are awake any more, what the others were found by is room for none.
    private mutating func giveBackRoom() {
        guard awake.capacity > Limits.roomKept, awake.count < awake.capacity / 8 else { return }
        awake = Dictionary(uniqueKeysWithValues: awake.lazy.map { ($0.key, $0.value) })
        turns = turns.map { $0 }
    }
}
