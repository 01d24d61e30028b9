/// A static tree of boxes over leaves that are already in a good order: each node covers up to eight of the level
/// below.
///
/// It is built whole, in flat arrays, so unlike GEOS's STRtree it has nothing left to build at the first question, and
/// copies of it may be read from any thread.
struct BoxTree: Sendable {
    private static let fanOut = 8
    /// Level by level; the leaves first, the root's level last.
    private var boxes: [Box]
    private var starts: [Int]

    /// - Parameter leaves: in an order in which neighbours are near each other.
    init(_ leaves: [Box]) {
        boxes = leaves
        starts = [0]
        var level = 0..<leaves.count
        while level.count > Self.fanOut {
            starts.append(boxes.count)
            for first in stride(from: level.lowerBound, to: level.upperBound, by: Self.fanOut) {
                var node = Box.empty
                for child in first..<min(first + Self.fanOut, level.upperBound) { node.add(boxes[child]) }
                boxes.append(node)
            }
            level = level.upperBound..<boxes.count
        }
        starts.append(boxes.count)
    }

    /// Of all leaves.
    var bounds: Box {
        var all = Box.empty
        for node in boxes[starts[starts.count - 2]...] { all.add(node) }
        return all
    }

    /// Calls `body` with every leaf that meets the box, in ascending order.
    @inline(__always)
    func leaves(meeting box: Box, _ body: (Int) -> Void) {
        leaves(where: { $0.meets(box) }, body)
    }

    /// Calls `body` with every leaf for which, and for all nodes over which, `isMet` holds; in ascending order.
    @inline(__always)
    func leaves(where isMet: (Box) -> Bool, _ body: (Int) -> Void) {
        let (boxes, starts) = (boxes.span, starts.span)
        // Each level's place: which node is next, and where its brothers end. A fan-out of eight makes 22 levels out of
        // all memory.
        var next = InlineArray<24, Int>(repeating: 0)
        var end = InlineArray<24, Int>(repeating: 0)
        let top = starts.count - 2
        var level = top
        end[level] = starts[top + 1] - starts[top]
        while true {
            guard next[level] < end[level] else {
                if level == top { return }
                level += 1
                continue
            }
            let node = next[level]
            next[level] = node + 1
            guard isMet(boxes[starts[level] + node]) else { continue }
            if level == 0 {
                body(node)
            } else {
                level -= 1
                next[level] = node * Self.fanOut
                end[level] = min((node + 1) * Self.fanOut, starts[level + 1] - starts[level])
            }
        }
    }

    /// Looks for the leaf that is nearest by some measure.
    /// - Parameters:
    ///   - best: the least found so far; leaves that cannot be below it are passed over.
    ///   - bound: a measure that no leaf within the box is below.
    ///   - look: measures one leaf, and lowers `best` where it is nearer.
    @inline(__always)
    func nearest(_ best: inout Double, bound: (Box) -> Double, look: (Int, inout Double) -> Void) {
        let top = starts.count - 2
        Self.approach(
            boxes.span, starts.span, level: top, nodes: 0..<(starts[top + 1] - starts[top]), &best, bound, look)
    }

    /// Goes down to the nearest of some brothers first, as the others are then mostly too far to be looked at.
    private static func approach(
        _ boxes: Span<Box>, _ starts: Span<Int>, level: Int, nodes: Range<Int>, _ best: inout Double,
        _ bound: (Box) -> Double, _ look: (Int, inout Double) -> Void
    ) {
        var bounds = InlineArray<8, Double>(repeating: .infinity)
        let start = starts[level] + nodes.lowerBound
        for slot in 0..<nodes.count { bounds[slot] = bound(boxes[start + slot]) }
        while true {
            var next = 0
            for slot in 1..<fanOut where bounds[slot] < bounds[next] { next = slot }
            guard bounds[next] < best else { return }
            bounds[next] = .infinity
            let node = nodes.lowerBound + next
            if level == 0 {
                look(node, &best)
            } else {
                let below = starts[level] - starts[level - 1]
                let children = node * fanOut..<min((node + 1) * fanOut, below)
                approach(boxes, starts, level: level - 1, nodes: children, &best, bound, look)
            }
        }
    }
}
