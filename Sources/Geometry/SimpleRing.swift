internal import Positioning

/// Tells in plain arithmetic that a ring neither crosses nor touches itself. What is within a rounding of doing so is for GEOS
/// to judge.
///
/// The ring is cut into chains that go on into one quadrant. No two edges of a chain meet but where one follows the other;
/// and a piece of one has the box of its two ends, so two chains are held against each other by halving them (as GEOS's
/// MonotoneChain, and M. McAllister, "The Robustness of Polygon Overlay", 1991).
struct SimpleRing {
    private let corners: [Position]
    /// The corner at which each chain begins, and where the last one ends.
    private var starts: [Int] = []
    /// Pairs of pieces that may still be held against each other.
    private var patience: Int

    /// - Parameter ring: closed.
    /// - Returns: `true` where the ring bounds an area after OGC Simple Features (ISO 19125-1, 6.1.11); `false` where it does
    ///   not, or that is in doubt, or takes long to see.
    static func isSimple(_ ring: Ring) -> Bool {
        let corners = ring.withoutRepeats
        guard corners.count >= 4, corners.first == corners.last else { return false }
        var found = SimpleRing(corners)
        return found.isSurelySimple()
    }

    private init(_ corners: [Position]) {
        self.corners = corners
        patience = corners.count * Limits.ringPatience
        starts.reserveCapacity(16)
        var quadrant = -1
        for corner in 0..<corners.count - 1 {
            let next = Self.quadrant(from: corners[corner], to: corners[corner + 1])
            if next != quadrant { starts.append(corner) }
            quadrant = next
        }
        starts.append(corners.count - 1)
    }

    private static func quadrant(from a: Position, to b: Position) -> Int {
        (b.longitude >= a.longitude ? 0 : 1) + (b.latitude >= a.latitude ? 0 : 2)
    }

    private mutating func isSurelySimple() -> Bool {
        let chains = starts.count - 1
        let boxes = (0..<chains).map { Box(corners[starts[$0]], corners[starts[$0 + 1]]) }
        let tree = BoxTree(boxes)
        for chain in 0..<chains {
            var isClear = true
            tree.leaves(meeting: boxes[chain]) { other, _ in
                guard isClear, other > chain else { return }
                isClear = !mayMeet(starts[chain]..<starts[chain + 1], starts[other]..<starts[other + 1])
            }
            guard isClear else { return false }
        }
        return true
    }

    /// Whether two pieces of chains may have a point in common, besides the corner from one edge to the next.
    /// - Parameters:
    ///   - a: edges, each named by the corner at which it begins.
    ///   - b: others.
    private mutating func mayMeet(_ a: Range<Int>, _ b: Range<Int>) -> Bool {
        patience -= 1
        guard patience > 0 else { return true }
        guard box(a).meets(box(b)) else { return false }
        if a.count == 1 && b.count == 1 { return edgesMayMeet(a.lowerBound, b.lowerBound) }
        if a.count >= b.count {
            let middle = a.lowerBound + a.count / 2
            return mayMeet(a.lowerBound..<middle, b) || mayMeet(middle..<a.upperBound, b)
        }
        let middle = b.lowerBound + b.count / 2
        return mayMeet(a, b.lowerBound..<middle) || mayMeet(a, middle..<b.upperBound)
    }

    private func box(_ edges: Range<Int>) -> Box { Box(corners[edges.lowerBound], corners[edges.upperBound]) }

    private func edgesMayMeet(_ a: Int, _ b: Int) -> Bool {
        let last = corners.count - 2
        if b == a + 1 { return mayFoldBack(a, b) }
        if a == 0 && b == last { return mayFoldBack(b, a) }
        let (from, to, start, end) = (corners[a], corners[a + 1], corners[b], corners[b + 1])
        return !Self.areBeside(start, end, edgeFrom: from, to: to)
            && !Self.areBeside(from, to, edgeFrom: start, to: end)
    }

    /// Whether the second of two edges that follow each other may lie on the first.
    private func mayFoldBack(_ first: Int, _ second: Int) -> Bool {
        let (a, b, c) = (corners[first], corners[first + 1], corners[second + 1])
        let goesBack =
            (a.longitude < b.longitude) == (c.longitude < b.longitude)
            && (a.longitude > b.longitude) == (c.longitude > b.longitude)
            && (a.latitude < b.latitude) == (c.latitude < b.latitude)
            && (a.latitude > b.latitude) == (c.latitude > b.latitude)
        return goesBack && Self.turn(a, b, c) == 0
    }

    /// Whether two points lie on the same hand of an edge's line.
    private static func areBeside(_ p: Position, _ q: Position, edgeFrom a: Position, to b: Position) -> Bool {
        turn(a, b, p) * turn(a, b, q) > 0
    }

    /// 1 where `c` is to the left of the line from `a` to `b`, −1 to the right; 0 where that is in doubt.
    private static func turn(_ a: Position, _ b: Position, _ c: Position) -> Int {
        let left = (b.longitude - a.longitude) * (c.latitude - a.latitude)
        let right = (b.latitude - a.latitude) * (c.longitude - a.longitude)
        let area = left - right
        // Below the least normal number, a product has lost more than its share.
        let slack = Limits.orientationSlack * (left.magnitude + right.magnitude) + .leastNormalMagnitude
        guard area.magnitude > slack else { return 0 }
        return area > 0 ? 1 : -1
    }
}

extension Box {
    fileprivate init(_ a: Position, _ b: Position) {
        self.init(
            west: min(a.longitude, b.longitude), south: min(a.latitude, b.latitude),
            east: max(a.longitude, b.longitude), north: max(a.latitude, b.latitude))
    }
}
