internal import Positioning

/// The edges of all shapes, one shape's after another's, and the trees over them: plain arrays that all shards share. A question
/// about a shape that nobody asked about for a while waits for memory more than for anything else, so there is little on the way.
struct EdgeTable: Sendable {
    var nodes: [EdgeTree.Node] = []
    /// A leaf's one after another: where its edges begin, and where the last one ends.
    var corners: [Position] = []

    /// How much of a table some shapes take.
    struct Extent: Equatable, Sendable {
        var nodes = 0
        var corners = 0

        static func + (a: Extent, b: Extent) -> Extent {
            Extent(nodes: a.nodes + b.nodes, corners: a.corners + b.corners)
        }
    }

    var extent: Extent { Extent(nodes: nodes.count, corners: corners.count) }
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
        let x: UInt16
        let y: UInt16

        /// - Parameters: steps; who is beyond the grid is at its edge.
        init(_ x: Double, _ y: Double) {
            self.x = UInt16(max(0, min(65_535, x)))
            self.y = UInt16(max(0, min(65_535, y)))
        }
    }

    let origin: Position
    let step: Position
    /// In the table; each level begins where the one over it ends.
    private var root: UInt32
    let leafCount: UInt32
    /// Of nodes; 0 where there is no leaf. Level 0 is over the leaves.
    let levels: UInt8

    /// - Parameter leaves: in an order in which neighbours are near each other.
    init(_ leaves: [Box], into table: inout EdgeTable) {
        var all = Box.empty
        for leaf in leaves { all.add(leaf) }
        step = Position(
            longitude: max((all.east - all.west) / Limits.edgeGridSteps, Limits.edgeGridStep),
            latitude: max((all.north - all.south) / Limits.edgeGridSteps, Limits.edgeGridStep))
        origin = Position(longitude: all.west - 2 * step.longitude, latitude: all.south - 2 * step.latitude)
        root = UInt32(table.nodes.count)
        leafCount = UInt32(leaves.count)
        var counts: [Int] = []
        while case let below = counts.last ?? leaves.count, below > 0, counts.isEmpty || below > 1 {
            counts.append((below + Self.fanOut - 1) / Self.fanOut)
        }
        levels = UInt8(counts.count)
        var end = table.nodes.count + counts.reduce(0, +)
        table.nodes.append(contentsOf: repeatElement(Node(), count: end - table.nodes.count))
        var boxes = leaves
        for count in counts {
            end -= count
            boxes = cover(boxes, with: end, count, &table)
        }
    }

    /// The same in a table that begins with others' edges.
    mutating func move(behind others: EdgeTable.Extent) { root += UInt32(others.nodes) }

    /// Nodes that a tree takes.
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

    /// A node on the way down.
    struct Branch {
        /// Counted from its level's first.
        fileprivate let number: Int
        /// Where its level begins in the table.
        fileprivate let start: Int
        let level: Int
    }

    /// Of a tree that has a leaf.
    var top: Branch { Branch(number: 0, start: Int(root), level: Int(levels) - 1) }

    @inline(__always)
    func node(_ branch: Branch, _ table: borrowing EdgeTable) -> Node { table.nodes[place(of: branch)] }

    /// In the table.
    @inline(__always)
    func place(of branch: Branch) -> Int { branch.start + branch.number }

    /// How many children a node has.
    @inline(__always)
    func childCount(of branch: Branch) -> Int {
        min(Self.fanOut, count(at: branch.level &- 1) &- branch.number &* Self.fanOut)
    }

    /// A child that is a node.
    @inline(__always)
    func child(_ slot: Int, of branch: Branch) -> Branch {
        Branch(
            number: leaf(slot, of: branch), start: branch.start &+ count(at: branch.level), level: branch.level &- 1)
    }

    /// The child that is over a leaf.
    @inline(__always)
    func branch(over leaf: Int, below branch: Branch) -> Branch {
        Branch(
            number: leaf &>> (3 &* branch.level), start: branch.start &+ count(at: branch.level),
            level: branch.level &- 1)
    }

    /// A child that is a leaf.
    @inline(__always)
    func leaf(_ slot: Int, of branch: Branch) -> Int { branch.number &* Self.fanOut &+ slot }

    /// Nodes of a level; the leaves' is -1.
    @inline(__always)
    private func count(at level: Int) -> Int {
        let shift = 3 &* (level &+ 1)
        return (Int(leafCount) &+ (1 &<< shift) &- 1) &>> shift
    }

    func place(_ position: Position) -> Place {
        Place(
            (position.longitude - origin.longitude) / step.longitude,
            (position.latitude - origin.latitude) / step.latitude)
    }

    /// Calls `body` with every leaf for which, and for all boxes over which, `isMet` holds; in ascending order.
    func leaves(_ table: borrowing EdgeTable, where isMet: (Box) -> Bool, _ body: (Int) -> Void) {
        if levels > 0 { visit(top, table, isMet, body) }
    }

    private func visit(
        _ branch: Branch, _ table: borrowing EdgeTable, _ isMet: (Box) -> Bool, _ body: (Int) -> Void
    ) {
        let boxes = node(branch, table)
        for slot in 0..<childCount(of: branch) where isMet(box(slot, of: boxes)) {
            if branch.level == 0 {
                body(leaf(slot, of: branch))
            } else {
                visit(child(slot, of: branch), table, isMet, body)
            }
        }
    }

    private func box(_ slot: Int, of node: Node) -> Box {
        Box(
            west: origin.longitude + Double(node.west[slot]) * step.longitude,
            south: origin.latitude + Double(node.south[slot]) * step.latitude,
            east: origin.longitude + Double(node.east[slot]) * step.longitude,
            north: origin.latitude + Double(node.north[slot]) * step.latitude)
    }
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

extension SIMD8 {
    init(_ lanes: InlineArray<8, Scalar>) {
        self.init(lanes[0], lanes[1], lanes[2], lanes[3], lanes[4], lanes[5], lanes[6], lanes[7])
    }
}
