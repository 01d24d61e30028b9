import CProcessor
import Positioning

/// The devices of one stream, as many as there is memory for; the one that has been silent longest makes room.
///
/// A list through the slots, from the last heard to the one silent longest, so that finding and forgetting take the same
/// time for ten devices and sixty thousand.
struct DeviceTable {
    private struct Slot {
        var stream: DeviceStream
        /// The slot is in ``heard``.
        var isHeard = false
        var isPending = false

        /// - Returns: by how much it changes the number of streams that are pending.
        @inline(__always)
        mutating func accept(_ sentence: borrowing Sentence, into out: inout Outlet) -> Int {
            let before = isPending
            stream.accept(sentence, into: &out)
            isPending = stream.isPending(in: out)
            return (isPending ? 1 : 0) - (before ? 1 : 0)
        }
    }

    /// A slot's neighbours in the order of being heard; apart from the slots, so that a change touches little memory.
    private struct Link {
        var newer = none
        var older = none
    }

    private static let none: Int32 = -1

    private var slots: [Slot] = []
    private var links: [Link] = []
    private var places = PlaceTable()
    /// Where the device is that the stream doesn't name.
    private var unnamedPlace: Int32?
    private var newest = none
    /// The newest slot's device: to look into the slot would copy it.
    private var newestDevice: DeviceName?
    private var oldest = none
    /// Slots heard since the last silence.
    private var heard: [Int32] = []
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
        MemoryLayout<Slot>.stride + MemoryLayout<Link>.stride + PlaceTable.mostBytes + RecentEpochs.mostBytes
            + MemoryLayout<Draft>.stride + MemoryLayout<DraftAside>.stride + 3 * MemoryLayout<Int32>.stride
    }

    var count: Int { slots.count }

    var isPending: Bool { pending > 0 }

    mutating func accept(_ sentence: borrowing Sentence, of device: DeviceName?, into out: inout Outlet) {
        let found = place(of: device, into: &out)
        let place = Int(found)
        pending += slots[place].accept(sentence, into: &out)
        if !slots[place].isHeard {
            slots[place].isHeard = true
            heard.append(found)
        }
    }

    mutating func pause(into out: inout Outlet) {
        for place in heard.lazy.map(Int.init) {
            slots[place].stream.pause(into: &out)
            slots[place].isHeard = false
            slots[place].isPending = false
        }
        heard.removeAll(keepingCapacity: heard.count <= Limits.roomKept)
        pending = 0
        out.releaseRoom()
    }

    /// Ends every device's stream, in the order in which they were first heard of.
    mutating func finish(into out: inout Outlet) {
        for place in slots.indices { slots[place].stream.finish(into: &out) }
        let granted = granted
        self = DeviceTable(capacity: capacity, memory: memory)
        self.granted = granted
    }

    @inline(__always)
    private mutating func place(of device: DeviceName?, into out: inout Outlet) -> Int32 {
        if newest != Self.none, newestDevice == device { return newest }
        return placeOfAnother(device, into: &out)
    }

    private mutating func placeOfAnother(_ device: DeviceName?, into out: inout Outlet) -> Int32 {
        let place: Int32
        if let known = knownPlace(of: device) {
            place = known
            unlink(place)
        } else if mayGrow() {
            place = Int32(slots.count)
            slots.append(Slot(stream: DeviceStream(device: device?.string, slot: place)))
            links.append(Link())
            remember(place, of: device)
        } else {
            place = oldest
            unlink(place)
            forget(Int(place), into: &out)
            slots[Int(place)].stream = DeviceStream(device: device?.string, slot: place)
            remember(place, of: device)
        }
        linkNewest(place)
        newestDevice = device
        prefetchNext()
        return place
    }

    /// Has what is known of the devices that probably come next brought into the processor's cache: thousands of others have
    /// pushed it out since they were heard. It makes no other difference.
    private func prefetchNext() {
        guard oldest != Self.none else { return }
        // Who reports at one interval comes round in the order of the time before: this one's slot was fetched before.
        let recent = unsafe slots[Int(oldest)].stream.recentAddress
        if let first = unsafe recent.first {
            // With how many there are, which is said before the first.
            unsafe cprocessor_prefetch(first - 16, 1)
            unsafe cprocessor_prefetch(first + recent.next, 1)
        }
        let next = links[Int(oldest)].newer
        guard next != Self.none, let first = unsafe slots.withUnsafeBytes({ $0.baseAddress }) else { return }
        unsafe cprocessor_prefetch(first + Int(next) * MemoryLayout<Slot>.stride, MemoryLayout<Slot>.size)
    }

    private mutating func mayGrow() -> Bool {
        guard slots.count < capacity else { return false }
        if slots.count == granted, memory() { granted += 1 }
        return slots.count < granted
    }

    private func knownPlace(of device: DeviceName?) -> Int32? {
        guard let device else { return unnamedPlace }
        // Who reports at one interval comes round in the order of the time before.
        if oldest != Self.none, names(oldest, device) { return oldest }
        return places.place(of: device) { names($0, device) }
    }

    private func names(_ place: Int32, _ device: DeviceName) -> Bool {
        device.isSpelled(slots[Int(place)].stream.device)
    }

    private mutating func remember(_ place: Int32, of device: DeviceName?) {
        guard let device else {
            unnamedPlace = place
            return
        }
        places.insert(place, of: device)
    }

    private mutating func forget(_ place: Int, into out: inout Outlet) {
        if slots[place].isPending { pending -= 1 }
        slots[place].isPending = false
        slots[place].stream.finish(into: &out)
        if let device = slots[place].stream.device.flatMap(DeviceName.init) {
            places.remove(Int32(place), of: device)
        } else {
            unnamedPlace = nil
        }
    }

    private mutating func unlink(_ place: Int32) {
        let (newer, older) = (links[Int(place)].newer, links[Int(place)].older)
        if newer == Self.none { newest = older } else { links[Int(newer)].older = older }
        if older == Self.none { oldest = newer } else { links[Int(older)].newer = newer }
    }

    private mutating func linkNewest(_ place: Int32) {
        links[Int(place)].newer = Self.none
        links[Int(place)].older = newest
        if newest == Self.none { oldest = place } else { links[Int(newest)].newer = place }
        newest = place
    }
}
