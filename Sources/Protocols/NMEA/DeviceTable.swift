import Positioning

/// The devices of one stream, at most ``Limits/devicesPerStream``; the one that has been silent longest makes room.
///
/// A list through the slots, from the last heard to the one silent longest, so that finding and forgetting take the same
/// time for ten devices and sixty thousand.
struct DeviceTable {
    private struct Slot {
        var stream: DeviceStream
        var newer: Int
        var older: Int
        /// The slot is in ``heard``.
        var isHeard = false

        /// - Returns: by how much it changes the number of streams that are pending.
        mutating func accept(_ sentence: Sentence, into out: inout Outlet) -> Int {
            let before = stream.isPending
            stream.accept(sentence, into: &out)
            return (stream.isPending ? 1 : 0) - (before ? 1 : 0)
        }
    }

    private static let none = -1

    private var slots: [Slot] = []
    private var places: [String?: Int] = [:]
    private var newest = none
    /// The newest slot's device: to look into the slot would copy it.
    private var newestDevice: String?
    private var oldest = none
    /// Slots heard since the last silence.
    private var heard: [Int] = []
    /// How many have something that a silence would complete.
    private var pending = 0
    private let capacity: Int

    init(capacity: Int) { self.capacity = max(capacity, 1) }

    var count: Int { slots.count }

    var isPending: Bool { pending > 0 }

    mutating func accept(_ sentence: Sentence, of device: String?, into out: inout Outlet) {
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
        self = DeviceTable(capacity: capacity)
    }

    private mutating func place(of device: String?, into out: inout Outlet) -> Int {
        if newest != Self.none, newestDevice == device { return newest }
        let place: Int
        if let known = places[device] {
            place = known
            unlink(place)
        } else if slots.count < capacity {
            place = slots.count
            slots.append(Slot(stream: DeviceStream(device: device, slot: place), newer: Self.none, older: Self.none))
            places[device] = place
        } else {
            place = oldest
            unlink(place)
            if slots[place].stream.isPending { pending -= 1 }
            slots[place].stream.finish(into: &out)
            places[slots[place].stream.device] = nil
            slots[place].stream = DeviceStream(device: device, slot: place)
            places[device] = place
        }
        linkNewest(place)
        newestDevice = device
        return place
    }

    private mutating func unlink(_ place: Int) {
        let (newer, older) = (slots[place].newer, slots[place].older)
        if newer == Self.none { newest = older } else { slots[newer].older = older }
        if older == Self.none { oldest = newer } else { slots[older].newer = newer }
    }

    private mutating func linkNewest(_ place: Int) {
        slots[place].newer = Self.none
        slots[place].older = newest
        if newest == Self.none { oldest = place } else { slots[newest].newer = place }
        newest = place
    }
}
