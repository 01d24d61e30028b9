/// Which fences' boxes meet a box: over the longitudes' circle, so that ±180 is no edge.
struct SpatialIndex: Sendable {
    private let tree: BoxTree
    /// Per leaf of the tree, the fence.
    private let fences: [UInt32]

    /// - Parameter boxes: by fence; each with its `west` in −180..<180.
    init(_ boxes: [Box]) {
        var entries = boxes.enumerated().map { (fence: $0.offset, box: $0.element) }
        // One that runs over the antimeridian is found from both sides.
        entries += entries.filter { $0.box.east >= 180 }.map { ($0.fence, $0.box.shifted(by: -360)) }
        entries = Self.ordered(entries)
        fences = entries.map { UInt32($0.fence) }
        tree = BoxTree(entries.map(\.box))
    }

    /// By their middles along Hilbert's curve (I. Kamel and C. Faloutsos, "On Packing R-trees", 1993): those of a node are near
    /// each other, on each of the tree's levels.
    private static func ordered(_ entries: [(fence: Int, box: Box)]) -> [(fence: Int, box: Box)] {
        let all = Box(entries.lazy.map(\.box.middle))
        func cell(_ degrees: Double, _ low: Double, _ high: Double) -> UInt32 {
            high > low ? UInt32((degrees - low) / (high - low) * Double(UInt32.max)) : 0
        }
        var places = entries.enumerated().map { number, entry in
            let (x, y) = (
                cell(entry.box.middle.longitude, all.west, all.east),
                cell(entry.box.middle.latitude, all.south, all.north)
            )
            return (along: HilbertCurve.distance(to: x, y), number: number)
        }
        places.sort { $0.along < $1.along || $0.along == $1.along && $0.number < $1.number }
        return places.map { entries[$0.number] }
    }

    /// Appends the fences whose box meets `box`, ascending, each once.
    func find(_ box: Box, into found: inout [Int]) {
        let start = found.count
        Self.forEachTurn(of: box) { turn in
            tree.leaves(meeting: box.shifted(by: turn)) { leaf, _ in found.append(Int(fences[leaf])) }
        }
        found.sortUnique(from: start)
    }

    /// Appends the fences whose box, grown by `metres`, meets the straight line from `a` to `b`, ascending, each once.
    func find(wayFrom a: Position, to b: Position, within metres: Double, into found: inout [Int]) {
        let start = found.count
        let way = Box([a, b])
        let grown = way.grown(byMetres: metres)
        let (east, north) = (grown.east - way.east, max(grown.north - way.north, way.south - grown.south))
        Self.forEachTurn(of: grown) { turn in
            let (from, to, around) = (a.shifted(by: turn), b.shifted(by: turn), grown.shifted(by: turn))
            tree.leaves(meeting: around) { leaf, box in
                guard box.widened(east: east, north: north).meets(lineFrom: from, to: to) else { return }
                found.append(Int(fences[leaf]))
            }
        }
        found.sortUnique(from: start)
    }

    /// Calls `body` with each fence whose box meets this one, between −180 and 180, and with a box about that of the fence; one
    /// whose box runs over the antimeridian may come twice.
    @inline(__always)
    func visit(_ box: Box, _ body: (Int, Box) -> Void) {
        tree.leaves(meeting: box) { body(Int(fences[$0]), $1) }
    }

    /// By how many degrees a box is to be moved to meet all there is: none lies beyond ±180 but those that have a copy
    /// within.
    @inline(__always)
    private static func forEachTurn(of box: Box, _ body: (Double) -> Void) {
        body(0)
        if box.west < -180 { body(360) }
        if box.east >= 180 { body(-360) }
    }
}

extension [Int] {
    /// Sorts what begins at `start`, and leaves one of each.
    fileprivate mutating func sortUnique(from start: Int) {
        guard count - start > 1 else { return }
        self[start...].sort()
        var end = start + 1
        for place in start + 1..<count where self[place] != self[end - 1] {
            self[end] = self[place]
            end += 1
        }
        removeSubrange(end...)
    }
}
