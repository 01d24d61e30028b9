/// The straight pieces of a shape's boundary, or of a corridor's line, and a tree over them.
struct Boundary: Sendable {
    struct Segment: Equatable, Sendable {
        var from: Position
        var to: Position
    }

    /// Segments under one leaf of the tree: they follow each other, so their box is small.
    private static let perLeaf = 4
    /// Corners of a leaf; the last one again where it has fewer segments.
    static let perLeafCorners = perLeaf + 1
    private(set) var tree: EdgeTree
    /// In the table.
    private var firstCorner: UInt32

    /// - Parameter lines: each its corners, one after another.
    init(lines: some Sequence<[Position]>, into table: inout EdgeTable) {
        firstCorner = UInt32(table.corners.count)
        var boxes: [Box] = []
        for line in lines {
            for first in stride(from: 0, to: line.count - 1, by: Self.perLeaf) {
                var box = Box.empty
                for corner in first..<first + Self.perLeafCorners {
                    let position = line[min(corner, line.count - 1)]
                    box.add(position)
                    table.corners.append(position)
                }
                boxes.append(box)
            }
        }
        tree = EdgeTree(boxes, into: &table)
    }

    init(_ segments: some Sequence<Segment>, into table: inout EdgeTable) {
        self.init(lines: Self.lines(of: segments), into: &table)
    }

    /// Each its corners, one after another: of segments that follow each other.
    static func lines(of segments: some Sequence<Segment>) -> [[Position]] {
        var lines: [[Position]] = []
        for segment in segments {
            if lines.last?.last != segment.from { lines.append([segment.from]) }
            lines[lines.count - 1].append(segment.to)
        }
        return lines
    }

    /// What a boundary of these lines takes of a table.
    static func extent(of lines: [[Position]]) -> EdgeTable.Extent {
        let leaves = lines.reduce(0) { $0 + (max(0, $1.count - 1) + perLeaf - 1) / perLeaf }
        return EdgeTable.Extent(nodes: EdgeTree.nodes(overLeaves: leaves), corners: leaves * perLeafCorners)
    }

    /// The same in a table that begins with others' edges.
    mutating func move(behind others: EdgeTable.Extent) {
        firstCorner += UInt32(others.corners)
        tree.move(behind: others)
    }

    /// - Parameter corner: in the table.
    func leaf(of corner: Int) -> Int { (corner &- Int(firstCorner)) / Self.perLeafCorners }

    /// Calls `body` with each segment of a leaf.
    @inline(__always)
    private func forEachSegment(of leaf: Int, _ table: borrowing EdgeTable, _ body: (Segment) -> Void) {
        let first = Int(firstCorner) + leaf * Self.perLeafCorners
        let corners = table.corners.span
        for corner in first..<first + Self.perLeaf {
            body(Segment(from: corners[corner], to: corners[corner + 1]))
        }
    }

    /// Where a position is, of an area that this is the whole boundary of.
    ///
    /// A ray to the east meets the boundary an odd number of times from within. It is decided in plain arithmetic unless the
    /// position lies within a rounding of an edge's line: what is doubtful there is for exact arithmetic to say.
    func side(of position: Position, _ table: borrowing EdgeTable) -> Side {
        var side = Side.outside
        if tree.levels > 0 { cast(from: position, tree.place(position), tree.top, table, &side) }
        return side
    }

    private func cast(
        from position: Position, _ place: EdgeTree.Place, _ branch: EdgeTree.Branch, _ table: borrowing EdgeTable,
        _ side: inout Side
    ) {
        let boxes = tree.node(branch, table)
        let (x, y) = (SIMD8<UInt16>(repeating: place.x), SIMD8<UInt16>(repeating: place.y))
        var met = Lanes(
            zero: boxes.south.excess(over: y) | y.excess(over: boxes.north) | x.excess(over: boxes.east))
        while let slot = met.next() {
            if branch.level == 0 {
                forEachSegment(of: tree.leaf(slot, of: branch), table) { side.meet($0, from: position) }
            } else {
                cast(from: position, place, tree.child(slot, of: branch), table, &side)
            }
        }
    }

    /// The nearest point to the position; at an infinite distance where there is none.
    func nearest(to position: Position, _ table: borrowing EdgeTable) -> NearestPoint {
        var nearest = NearestPoint(to: position, in: tree)
        if tree.levels > 0 { approach(&nearest, tree.ruler(from: position, nearest.scale), tree.top, table) }
        return nearest
    }

    private func approach(
        _ nearest: inout NearestPoint, _ ruler: EdgeTree.Ruler, _ branch: EdgeTree.Branch,
        _ table: borrowing EdgeTable
    ) {
        let count = tree.childCount(of: branch)
        var order = ruler.order(of: tree.node(branch, table))
        while let slot = order.next(within: nearest.reach_m2), slot < count {
            if branch.level == 0 {
                let first = Int(firstCorner) + tree.leaf(slot, of: branch) * Self.perLeafCorners
                nearest.look(at: table.corners.span.extracting(first..<first + Self.perLeafCorners), first)
            } else {
                approach(&nearest, ruler, tree.child(slot, of: branch), table)
            }
        }
    }

    /// Fractions of the straight way from `a` to `b` at which it first and last meets the boundary.
    func crossings(from a: Position, to b: Position, _ table: borrowing EdgeTable) -> ClosedRange<Double>? {
        extremes(around: 0, from: a, to: b, table) { $0.crossings(from: a, to: b) }
    }

    /// Fractions of the straight way from `a` to `b` at which it first and last is within `metres` of a segment, in the
    /// plane of the way's middle latitude.
    func passage(
        within metres: Double, from a: Position, to b: Position, _ table: borrowing EdgeTable
    ) -> ClosedRange<Double>? {
        let scale = MetresPerDegree(atLatitude: (a.latitude + b.latitude) / 2)
        return extremes(around: metres, from: a, to: b, table) {
            Capsule($0, metres: metres, scale).passage(from: a, to: b)
        }
    }

    private func extremes(
        around metres: Double, from a: Position, to b: Position, _ table: borrowing EdgeTable,
        _ each: (Segment) -> ClosedRange<Double>?
    ) -> ClosedRange<Double>? {
        let way = Box([a, b])
        let grown = way.grown(byMetres: metres)
        // A trifle more than nothing, so that a rounding excludes no box whose edge the way only touches.
        let east = grown.east - way.east + 1e-9
        let north = max(grown.north - way.north, way.south - grown.south) + 1e-9
        var found: ClosedRange<Double>?
        tree.leaves(table) {
            $0.meets(grown) && $0.widened(east: east, north: north).meets(lineFrom: a, to: b)
        } _: { index in
            forEachSegment(of: index, table) { segment in
                if let range = each(segment) { found = found?.extended(to: range) ?? range }
            }
        }
        return found
    }
}

extension ClosedRange<Double> {
    /// The least range that holds both.
    func extended(to other: ClosedRange<Double>) -> ClosedRange<Double> {
        Swift.min(lowerBound, other.lowerBound)...Swift.max(upperBound, other.upperBound)
    }
}

extension Boundary.Segment {
    /// Where the way from `a` to `b` meets it: one fraction, or two where it lies along it.
    fileprivate func crossings(from a: Position, to b: Position) -> ClosedRange<Double>? {
        let (wayX, wayY) = (b.longitude - a.longitude, b.latitude - a.latitude)
        let (dx, dy) = (to.longitude - from.longitude, to.latitude - from.latitude)
        let (x, y) = (from.longitude - a.longitude, from.latitude - a.latitude)
        let cross = wayX * dy - wayY * dx
        guard cross != 0 else {
            let length = wayX * wayX + wayY * wayY
            guard length > 0, wayX * y - wayY * x == 0 else { return nil }
            let first = (x * wayX + y * wayY) / length
            let second = first + (dx * wayX + dy * wayY) / length
            guard max(first, second) >= 0, min(first, second) <= 1 else { return nil }
            return max(0, min(first, second))...min(1, max(first, second))
        }
        let along = (x * dy - y * dx) / cross
        let across = (x * wayY - y * wayX) / cross
        // A way through a vertex must not slip between its two segments by a rounding.
        let slack = 1e-12
        guard along >= -slack, along <= 1 + slack, across >= -slack, across <= 1 + slack else { return nil }
        let fraction = min(1, max(0, along))
        return fraction...fraction
    }
}
