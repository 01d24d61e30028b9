internal import Positioning

/// The edges of all shapes, one shape's after another's, and the trees over them: plain arrays that all shards share. A question
/// about a shape that nobody asked about for a while waits for memory more than for anything else, so there is little on the way.
struct EdgeTable: Sendable {
    var nodes: [EdgeTree.Node] = []
    /// A leaf's one after another: where its edges begin, and where the last one ends.
    var corners: [Position] = []
}

/// A tree of boxes over the edges of one shape: a node has the boxes of its eight children in one cache line.
///
/// Their edges are whole steps of a grid over the shape, rounded outwards by more than a step: no box is too small, whatever
/// the arithmetic rounds.
struct EdgeTree: Sendable {
    static let fanOut = 8

    /// The children's boxes, in steps.
    struct Node: Sendable {
        var west = SIMD8<UInt16>(repeating: .max)
        var south = SIMD8<UInt16>(repeating: .max)
        var east = SIMD8<UInt16>(repeating: 0)
        var north = SIMD8<UInt16>(repeating: 0)
    }

    /// A position in steps, within the grid.
    struct Place {
        var x: UInt16
        var y: UInt16
    }

    let origin: Position
    let step: Position
    /// The first node of each level in the table; level 0 is over the leaves. The root comes first.
    private let starts: InlineArray<10, UInt32>
    let leafCount: UInt32
    /// Of nodes; 0 where there is no leaf.
    let levels: UInt8

    /// - Parameter leaves: in an order in which neighbours are near each other.
    init(_ leaves: [Box], into table: inout EdgeTable) {
        var all = Box.empty
        for leaf in leaves { all.add(leaf) }
        step = Position(
            longitude: max((all.east - all.west) / Limits.edgeGridSteps, Limits.edgeGridStep),
            latitude: max((all.north - all.south) / Limits.edgeGridSteps, Limits.edgeGridStep))
        origin = Position(longitude: all.west - 2 * step.longitude, latitude: all.south - 2 * step.latitude)
        var counts = InlineArray<10, Int>(repeating: 0)
        var levels = 0
        var below = leaves.count
        while below > 0, levels == 0 || below > 1 {
            below = (below + Self.fanOut - 1) / Self.fanOut
            counts[levels] = below
            levels += 1
        }
        var starts = InlineArray<10, UInt32>(repeating: 0)
        for level in (0..<levels).reversed() {
            starts[level] = UInt32(table.nodes.count)
            table.nodes.append(contentsOf: repeatElement(Node(), count: counts[level]))
        }
        self.starts = starts
        self.levels = UInt8(levels)
        leafCount = UInt32(leaves.count)
        var boxes = leaves
        for level in 0..<levels { boxes = cover(boxes, with: Int(starts[level]), counts[level], &table) }
    }

    /// Nodes that a tree takes at most.
    static func nodes(overLeaves count: Int) -> Int {
        var (nodes, below) = (0, count)
        repeat {
            below = (below + fanOut - 1) / fanOut
            nodes += below
        } while below > 1
        return nodes
    }

    /// Writes one level.
    /// - Parameters:
    ///   - boxes: of the level below.
    ///   - first: its first node in the table.
    /// - Returns: the nodes' boxes.
    private func cover(_ boxes: [Box], with first: Int, _ count: Int, _ table: inout EdgeTable) -> [Box] {
        (0..<count).map { number in
            var steps = EdgeTree.Steps()
            var all = Box.empty
            for slot in 0..<min(Self.fanOut, boxes.count - number * Self.fanOut) {
                let box = boxes[number * Self.fanOut + slot]
                steps.set(slot, box, origin, step)
                all.add(box)
            }
            table.nodes[first + number] = steps.node
            return all
        }
    }

    /// The root's level.
    var top: Int { Int(levels) - 1 }

    /// - Parameter node: counted from its level's first.
    @inline(__always)
    func node(_ node: Int, level: Int, _ table: borrowing EdgeTable) -> Node {
        table.nodes[Int(starts[level]) + node]
    }

    /// How many children a node has.
    /// - Parameter node: counted from its level's first.
    @inline(__always)
    func childCount(of node: Int, level: Int) -> Int {
        // A level ends where the one below it begins.
        let below = level == 0 ? leafCount : level == 1 ? nodesOverLeaves : starts[level - 2] - starts[level - 1]
        return min(Self.fanOut, Int(below) - node * Self.fanOut)
    }

    private var nodesOverLeaves: UInt32 { (leafCount + 7) / 8 }

    func place(_ position: Position) -> Place {
        func steps(_ degrees: Double) -> UInt16 { UInt16(max(0, min(65_535, degrees))) }
        return Place(
            x: steps((position.longitude - origin.longitude) / step.longitude),
            y: steps((position.latitude - origin.latitude) / step.latitude))
    }

    /// Calls `body` with every leaf for which, and for all boxes over which, `isMet` holds; in ascending order.
    func leaves(_ table: borrowing EdgeTable, where isMet: (Box) -> Bool, _ body: (Int) -> Void) {
        if levels > 0 { visit(0, level: top, table, isMet, body) }
    }

    private func visit(
        _ node: Int, level: Int, _ table: borrowing EdgeTable, _ isMet: (Box) -> Bool, _ body: (Int) -> Void
    ) {
        let boxes = self.node(node, level: level, table)
        for slot in 0..<childCount(of: node, level: level) where isMet(box(slot, of: boxes)) {
            let child = node * Self.fanOut + slot
            if level == 0 { body(child) } else { visit(child, level: level - 1, table, isMet, body) }
        }
    }

    private func box(_ slot: Int, of node: Node) -> Box {
        Box(
            west: origin.longitude + Double(node.west[slot]) * step.longitude,
            south: origin.latitude + Double(node.south[slot]) * step.latitude,
            east: origin.longitude + Double(node.east[slot]) * step.longitude,
            north: origin.latitude + Double(node.north[slot]) * step.latitude)
    }

    /// Measures how far boxes are from one position.
    struct Ruler {
        /// The position, in steps.
        private let x: Float
        private let y: Float
        /// Metres of a step.
        private let stepX_m: Float
        private let stepY_m: Float

        fileprivate init(_ tree: borrowing EdgeTree, _ position: Position, _ scale: MetresPerDegree) {
            x = Float((position.longitude - tree.origin.longitude) / tree.step.longitude)
            y = Float((position.latitude - tree.origin.latitude) / tree.step.latitude)
            stepX_m = Float(tree.step.longitude * scale.longitude * Limits.edgeRulerSlack)
            stepY_m = Float(tree.step.latitude * scale.latitude * Limits.edgeRulerSlack)
        }

        /// Square metres that nothing within each of a node's boxes is nearer than; of a child that it has not, any number.
        @inline(__always)
        func squaresAtLeast_m2(to node: Node) -> SIMD8<Float> {
            let east = Self.away(from: x, to: node.west, node.east) * stepX_m
            let north = Self.away(from: y, to: node.south, node.north) * stepY_m
            return east * east + north * north
        }

        @inline(__always)
        private static func away(from steps: Float, to low: SIMD8<UInt16>, _ high: SIMD8<UInt16>) -> SIMD8<Float> {
            let below = SIMD8<Float>(SIMD8<Int32>(truncatingIfNeeded: low)) - steps
            let above = steps - SIMD8<Float>(SIMD8<Int32>(truncatingIfNeeded: high))
            let away = below.replacing(with: above, where: above .> below)
            return away.replacing(with: SIMD8(repeating: 0), where: away .< SIMD8(repeating: 0))
        }
    }

    func ruler(from position: Position, _ scale: MetresPerDegree) -> Ruler { Ruler(self, position, scale) }
}

extension EdgeTree {
    /// A node while it is written, side by side.
    fileprivate struct Steps {
        private var west = InlineArray<8, UInt16>(repeating: .max)
        private var south = InlineArray<8, UInt16>(repeating: .max)
        private var east = InlineArray<8, UInt16>(repeating: 0)
        private var north = InlineArray<8, UInt16>(repeating: 0)

        @inline(__always)
        mutating func set(_ slot: Int, _ box: Box, _ origin: Position, _ step: Position) {
            west[slot] = Self.whole((box.west - origin.longitude) / step.longitude - Limits.edgeGridSlack)
            south[slot] = Self.whole((box.south - origin.latitude) / step.latitude - Limits.edgeGridSlack)
            east[slot] = Self.whole((box.east - origin.longitude) / step.longitude + Limits.edgeGridSlack)
            north[slot] = Self.whole((box.north - origin.latitude) / step.latitude + Limits.edgeGridSlack)
        }

        /// The nearest whole number: so great a sum has no room for a fraction.
        @inline(__always)
        private static func whole(_ steps: Double) -> UInt16 { UInt16(truncatingIfNeeded: (steps + 0x1p52).bitPattern) }

        var node: Node { Node(west: SIMD8(west), south: SIMD8(south), east: SIMD8(east), north: SIMD8(north)) }
    }
}

extension SIMD8<UInt16> {
    fileprivate init(_ lanes: InlineArray<8, UInt16>) {
        self.init(lanes[0], lanes[1], lanes[2], lanes[3], lanes[4], lanes[5], lanes[6], lanes[7])
    }
}
