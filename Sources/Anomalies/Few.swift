/// A list of at most so many, in its own room: whatever is suspected of a device, what is remembered of it has its bound.
struct Few<let capacity: Int, Element: RuleState>: RuleState, RandomAccessCollection, MutableCollection {
    private var elements = InlineArray<capacity, Element>(repeating: Element())
    private var size: UInt8 = 0

    init() {}

    var startIndex: Int { 0 }
    var endIndex: Int { Int(size) }
    /// Elements that it holds at most.
    var room: Int { capacity }
    var isFull: Bool { endIndex == capacity }

    subscript(index: Int) -> Element {
        get { elements[index] }
        set { elements[index] = newValue }
    }

    /// In its place.
    @inline(__always)
    mutating func changeEach(_ change: (inout Element) -> Void) { for index in indices { change(&elements[index]) } }

    /// At its end. A further one finds no room: it is dropped.
    mutating func append(_ element: Element) {
        guard !isFull else { return }
        elements[Int(size)] = element
        size += 1
    }

    @discardableResult
    mutating func remove(at index: Int) -> Element {
        let element = elements[index]
        for next in index + 1..<endIndex { elements[next - 1] = elements[next] }
        size -= 1
        elements[endIndex] = Element()
        return element
    }

    mutating func removeAll(where isOver: (Element) -> Bool) {
        for index in indices.reversed() where isOver(elements[index]) { remove(at: index) }
    }

    mutating func removeAll() { self = Self() }

    static func == (a: Self, b: Self) -> Bool { a.elementsEqual(b) }

    mutating func code<Coder: StateCoder>(_ coder: inout Coder) throws(Coder.Failure) {
        var count = endIndex
        try coder.count(&count)
        var index = 0
        while index < count {
            var element = index < endIndex ? elements[index] : Element()
            try element.code(&coder)
            if index < endIndex { elements[index] = element } else { append(element) }
            index += 1
        }
    }
}
