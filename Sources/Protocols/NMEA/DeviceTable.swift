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
        /// The slot is in ``pending``.
        var isListed = false
    }

    private static let none = -1

    private var slots: [Slot] = []
    private var places: [String?: Int] = [:]
    private var newest = none
    private var oldest = none
    /// Slots that may have something that a silence would complete.
    private var pending: [Int] = []
    private let capacity: Int

    init(capacity: Int) { self.capacity = max(capacity, 1) }

    var count: Int { slots.count }

    var isPending: Bool { pending.contains { slots[$0].stream.isPending } }

    mutating func accept(_ sentence: Sentence, of device: String?, into out: inout Outlet) {
        let place = place(of: device, into: &out)
        slots[place].stream.accept(sentence, into: &out)
        if !slots[place].isListed {
            slots[place].isListed = true
            pending.append(place)
        }
    }

    mutating func pause(into out: inout Outlet) {
        for place in pending {
            slots[place].stream.pause(into: &out)
            slots[place].isListed = false
        }
        pending.removeAll(keepingCapacity: true)
    }

    /// Ends every device's stream, in the order in which they were first heard of.
    mutating func finish(into out: inout Outlet) {
        for place in slots.indices { slots[place].stream.finish(into: &out) }
        self = DeviceTable(capacity: capacity)
    }

    private mutating func place(of device: String?, into out: inout Outlet) -> Int {
        if newest != Self.none, slots[newest].stream.device == device { return newest }
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
            slots[place].stream.finish(into: &out)
            places[slots[place].stream.device] = nil
            slots[place].stream = DeviceStream(device: device, slot: place)
            places[device] = place
        }
        linkNewest(place)
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
