import Positioning

/// The devices of one stream, as many as there is memory for; the one that has been silent longest makes room.
///
/// A list through the slots, from the last heard to the one silent longest, so that finding and forgetting take the same
/// time for ten devices and sixty thousand.
struct DeviceTable {
    private struct Slot {
        var name: DeviceName?
        var stream: DeviceStream
        /// The slot is in ``heard``.
        var isHeard = false

        /// - Returns: by how much it changes the number of streams that are pending.
        @inline(__always)
        mutating func accept(_ sentence: borrowing Sentence, into out: inout Outlet) -> Int {
            let before = stream.isPending
            stream.accept(sentence, into: &out)
            return (stream.isPending ? 1 : 0) - (before ? 1 : 0)
        }
    }

    /// A slot's neighbours in the order of being heard; apart from the slots, so that a change touches little memory.
    private struct Link {
        var newer = none
        var older = none
    }

    private static let none = -1

    private var slots: [Slot] = []
    private var links: [Link] = []
    private var places: [DeviceName: Int] = [:]
    /// Where the device is that the stream doesn't name.
    private var unnamedPlace: Int?
    private var newest = none
    /// The newest slot's device: to look into the slot would copy it.
    private var newestDevice: DeviceName?
    private var oldest = none
    /// Slots heard since the last silence.
    private var heard: [Int] = []
    /// How many have something that a silence would complete.
    private var pending = 0
    private let capacity: Int
    private let memory: MemoryRequest
    /// Slots that there is memory for: one from the beginning, each other as it was granted.
    private var granted = 1

    init(capacity: Int, memory: @escaping MemoryRequest = { true }) {
        self.capacity = max(capacity, 1)
        self.memory = memory
    }

    /// Bytes that one device takes, but for what its name takes where it is long.
    static var bytesPerDevice: Int {
        let place = MemoryLayout<DeviceName>.stride + MemoryLayout<Int>.stride + 1
        // A dictionary is at least three eighths full, just after it has grown.
        return MemoryLayout<Slot>.stride + MemoryLayout<Link>.stride + place * 8 / 3 + RecentEpochs.mostBytes
    }

    var count: Int { slots.count }

    var isPending: Bool { pending > 0 }

    mutating func accept(_ sentence: borrowing Sentence, of device: DeviceName?, into out: inout Outlet) {
        let place = place(of: device, into: &out)
        pending += slots[place].accept(sentence, into: &out)
        if !slots[place].isHeard {
            slots[place].isHeard = true
            heard.append(place)
        }
    }

    mutating func pause(into out: inout Outlet) {
        for place in heard {
            slots[place].stream.pause(into: &out)
            slots[place].isHeard = false
        }
        heard.removeAll(keepingCapacity: true)
        pending = 0
    }

    /// Ends every device's stream, in the order in which they were first heard of.
    mutating func finish(into out: inout Outlet) {
        for place in slots.indices { slots[place].stream.finish(into: &out) }
        let granted = granted
        self = DeviceTable(capacity: capacity, memory: memory)
        self.granted = granted
    }

    @inline(__always)
    private mutating func place(of device: DeviceName?, into out: inout Outlet) -> Int {
        if newest != Self.none, newestDevice == device { return newest }
        return placeOfAnother(device, into: &out)
    }

    private mutating func placeOfAnother(_ device: DeviceName?, into out: inout Outlet) -> Int {
        let place: Int
        if let known = knownPlace(of: device) {
            place = known
            unlink(place)
        } else if mayGrow() {
            place = slots.count
            slots.append(Slot(name: device, stream: DeviceStream(device: device?.string, slot: place)))
            links.append(Link())
            remember(place, of: device)
        } else {
            place = oldest
            unlink(place)
            if slots[place].stream.isPending { pending -= 1 }
            slots[place].stream.finish(into: &out)
            remember(nil, of: slots[place].name)
            slots[place].name = device
            slots[place].stream = DeviceStream(device: device?.string, slot: place)
            remember(place, of: device)
        }
        linkNewest(place)
        newestDevice = device
        return place
    }

    private mutating func mayGrow() -> Bool {
        guard slots.count < capacity else { return false }
        if slots.count == granted, memory() { granted += 1 }
        return slots.count < granted
    }

    private func knownPlace(of device: DeviceName?) -> Int? {
        guard let device else { return unnamedPlace }
        // Who reports at one interval comes round in the order of the time before.
        if oldest != Self.none, slots[oldest].name == device { return oldest }
        return places[device]
    }

    private mutating func remember(_ place: Int?, of device: DeviceName?) {
        guard let device else {
            unnamedPlace = place
            return
        }
        places[device] = place
    }

    private mutating func unlink(_ place: Int) {
        let (newer, older) = (links[place].newer, links[place].older)
        if newer == Self.none { newest = older } else { links[newer].older = older }
        if older == Self.none { oldest = newer } else { links[older].newer = newer }
    }

    private mutating func linkNewest(_ place: Int) {
        links[place].newer = Self.none
        links[place].older = newest
        if newest == Self.none { oldest = place } else { links[newest].newer = place }
        newest = place
    }
}
