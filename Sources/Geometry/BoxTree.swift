/// A static tree of boxes over leaves that are already in a good order: each node covers up to eight of the level
/// below, whose boxes it has side by side.
///
/// It is built whole, in flat arrays, so unlike GEOS's STRtree it has nothing left to build at the first question, and
/// copies of it may be read from any thread.
struct BoxTree: Sendable {
    private static let fanOut = 8
    /// Of the leaves, exactly.
    let boxes: [Box]
    /// Level by level; those over the leaves first, the root last.
    private var nodes: [Node] = []
    /// Where each level begins.
    private var starts: [Int] = []

    /// - Parameter leaves: in an order in which neighbours are near each other.
    init(_ leaves: [Box]) {
        boxes = leaves
        var level = leaves
        while !level.isEmpty, starts.isEmpty || level.count > 1 {
            starts.append(nodes.count)
            level = stride(from: 0, to: level.count, by: Self.fanOut).map { first in
                let below = level[first..<min(first + Self.fanOut, level.count)]
                nodes.append(Node(below))
                return below.reduce(into: .empty) { $0.add($1) }
            }
        }
    }

    /// Calls `body` with every leaf that meets the box, in ascending order.
    @inline(__always)
    func leaves(meeting box: Box, _ body: (Int) -> Void) {
        let (boxes, nodes, starts) = (boxes.span, nodes.span, starts.span)
        let asked = Asked(box)
        // Of each level: which node is gone through, and the children of it that are left. A fan-out of eight makes 22 levels
        // out of all memory.
        var numbers = InlineArray<24, Int>(repeating: 0)
        var left = InlineArray<24, Lanes>(repeating: Lanes())
        var level = starts.count - 1
        guard level >= 0 else { return }
        left[level] = nodes[starts[level]].children(meeting: asked)
        while true {
            guard let slot = left[level].next() else {
                level += 1
                if level == starts.count { return }
                continue
            }
            let child = numbers[level] * Self.fanOut + slot
            if level == 0 {
                if boxes[child].meets(box) { body(child) }
            } else {
                level -= 1
                numbers[level] = child
                left[level] = nodes[starts[level] + child].children(meeting: asked)
            }
        }
    }
}

extension BoxTree {
    /// A box in single precision, rounded outwards, that each of a node's is held against.
    private struct Asked {
        let west: SIMD8<Float>
        let south: SIMD8<Float>
        let east: SIMD8<Float>
        let north: SIMD8<Float>

        init(_ box: Box) {
            west = SIMD8(repeating: Float(box.west).nextDown)
            south = SIMD8(repeating: Float(box.south).nextDown)
            east = SIMD8(repeating: Float(box.east).nextUp)
            north = SIMD8(repeating: Float(box.north).nextUp)
        }
    }

    /// The boxes of up to eight children, in single precision, rounded outwards; of one that it has not, a box of nothing.
    private struct Node: Sendable {
        private var west = SIMD8<Float>(repeating: .infinity)
        private var south = SIMD8<Float>(repeating: .infinity)
        private var east = SIMD8<Float>(repeating: -.infinity)
        private var north = SIMD8<Float>(repeating: -.infinity)

        init(_ children: ArraySlice<Box>) {
            for (slot, box) in children.enumerated() {
                west[slot] = Float(box.west).nextDown
                south[slot] = Float(box.south).nextDown
                east[slot] = Float(box.east).nextUp
                north[slot] = Float(box.north).nextUp
            }
        }

        /// Those that may meet the box.
        @inline(__always)
        func children(meeting box: Asked) -> Lanes {
            Lanes((west .<= box.east) .& (box.west .<= east) .& (south .<= box.north) .& (box.south .<= north))
        }
    }
}
