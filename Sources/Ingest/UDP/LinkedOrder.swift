/// Slots 0..<n in an order of their own, first to last: put last, take out and look at the first, all in constant time.
struct LinkedOrder {
    private struct Link {
        var previous: Int32
        var next: Int32
        var isIn: Bool
    }

    private static let none: Int32 = -1

    private var links: [Link] = []
    private var head = LinkedOrder.none
    private var tail = LinkedOrder.none

    /// The slot that was put last longest ago.
    var first: Int? { head == Self.none ? nil : Int(head) }

    func contains(_ slot: Int) -> Bool { slot < links.count && links[slot].isIn }

    /// Puts the slot at the end, from wherever it is.
    mutating func putLast(_ slot: Int) {
        if tail == slot { return }
        remove(slot)
        while links.count <= slot { links.append(Link(previous: Self.none, next: Self.none, isIn: false)) }
        let place = Int32(truncatingIfNeeded: slot)
        links[slot] = Link(previous: tail, next: Self.none, isIn: true)
        if tail == Self.none { head = place } else { links[Int(tail)].next = place }
        tail = place
    }

    /// Takes the slot out, if it is in.
    mutating func remove(_ slot: Int) {
        guard contains(slot) else { return }
        let link = links[slot]
        if link.previous == Self.none { head = link.next } else { links[Int(link.previous)].next = link.next }
        if link.next == Self.none { tail = link.previous } else { links[Int(link.next)].previous = link.previous }
        links[slot].isIn = false
    }
}
