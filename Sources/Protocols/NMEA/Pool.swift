import Positioning

/// Values that come and go, each at one place for as long as it is there.
struct Pool<Element: Sendable> {
    typealias Place = Int32

    /// By place; a place of none holds nothing to be asked. (A subscript of our own would be a coroutine, whose frame an
    /// unoptimized build takes from the allocator at each use.)
    var elements: [Element] = []
    /// Places of none, the one that was left last at the end: its memory is at hand.
    private var free: [Place] = []

    @inline(__always)
    mutating func put(_ element: Element) -> Place {
        guard let place = free.popLast() else {
            elements.append(element)
            return Place(elements.count - 1)
        }
        elements[Int(place)] = element
        return place
    }

    /// - Precondition: something was put there, and not taken since.
    @inline(__always)
    mutating func take(_ place: Place) -> Element {
        free.append(place)
        return elements[Int(place)]
    }

    /// Gives back the memory of many, where none of them is there any more: a single one that stays holds all of it.
    mutating func releaseRoom() {
        guard free.count == elements.count, free.count > Limits.roomKept else { return }
        elements = []
        free = []
    }
}
