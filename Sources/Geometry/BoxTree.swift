internal import Positioning

/// A static tree of boxes over leaves that are already in a good order: each node covers up to eight of the level
/// below, whose boxes it has side by side.
///
/// It is built whole, in flat arrays, so unlike GEOS's STRtree it has nothing left to build at the first question, and
/// copies of it may be read from any thread.
struct BoxTree: Sendable {
    private static let fanOut = 8
    /// Level by level; those over the leaves first, the root last.
    private var nodes: [Node] = []
    /// Where each level begins.
    private var starts: [Int] = []

    /// - Parameter leaves: in an order in which neighbours are near each other.
    init(_ leaves: [Box]) {
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

    /// Calls `body` with every leaf that meets the box, and with a box about it, in ascending order. That is wider than the leaf's
    /// by less than a step on each side, and so some are named that only all but meet.
    @inline(__always)
    func leaves(meeting box: Box, _ body: (Int, Box) -> Void) {
        let (nodes, starts) = (nodes.span, starts.span)
        let asked = Asked(box)
        // Of each level: which node is gone through, and the children of it that are left. A fan-out of eight makes eleven
        // levels out of 2^32 leaves.
        var numbers = InlineArray<12, Int>(repeating: 0)
        var left = InlineArray<12, Lanes>(repeating: Lanes())
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
                body(child, nodes[starts[0] + numbers[0]].box(of: slot))
            } else {
                level -= 1
                numbers[level] = child
                left[level] = nodes[starts[level] + child].children(meeting: asked)
            }
        }
    }
}

extension BoxTree {
    /// A box in whole steps, rounded outwards, that each of a node's is held against.
    private struct Asked {
        let west: SIMD8<Int32>
        let south: SIMD8<Int32>
        let east: SIMD8<Int32>
        let north: SIMD8<Int32>

        init(_ box: Box) {
            west = SIMD8(repeating: Steps.below(box.west))
            south = SIMD8(repeating: Steps.below(box.south))
            east = SIMD8(repeating: Steps.above(box.east))
            north = SIMD8(repeating: Steps.above(box.north))
        }
    }

    /// Degrees in whole steps of a ``Limits/boxTreeStep``, a power of two: what is rounded is not rounded once more on its way back.
    /// So few that a difference fits as well.
    private enum Steps {
        static func below(_ degrees: Double) -> Int32 { Int32(cut(degrees).rounded(.down)) }

        static func above(_ degrees: Double) -> Int32 { Int32(cut(degrees).rounded(.up)) }

        static func degrees(_ steps: Int32) -> Double { Double(steps) * Limits.boxTreeStep }

        /// Beyond all.
        static let nowhere = Int32(Limits.boxTreeSteps) + 1

        private static func cut(_ degrees: Double) -> Double {
            max(-Limits.boxTreeSteps, min(Limits.boxTreeSteps, degrees / Limits.boxTreeStep))
        }
    }

    /// The boxes of up to eight children, in whole steps, rounded outwards; of one that it has not, a box of nothing.
    private struct Node: Sendable {
        private let west: SIMD8<Int32>
        private let south: SIMD8<Int32>
        private let east: SIMD8<Int32>
        private let north: SIMD8<Int32>

        init(_ children: ArraySlice<Box>) {
            var west = InlineArray<8, Int32>(repeating: Steps.nowhere)
            var south = InlineArray<8, Int32>(repeating: Steps.nowhere)
            var east = InlineArray<8, Int32>(repeating: -Steps.nowhere)
            var north = InlineArray<8, Int32>(repeating: -Steps.nowhere)
            for (slot, box) in children.enumerated() {
                west[slot] = Steps.below(box.west)
                south[slot] = Steps.below(box.south)
                east[slot] = Steps.above(box.east)
                north[slot] = Steps.above(box.north)
            }
            (self.west, self.south, self.east, self.north) = (SIMD8(west), SIMD8(south), SIMD8(east), SIMD8(north))
        }

        /// That of a child that it has.
        @inline(__always)
        func box(of slot: Int) -> Box {
            Box(
                west: Steps.degrees(west[slot]), south: Steps.degrees(south[slot]), east: Steps.degrees(east[slot]),
                north: Steps.degrees(north[slot]))
        }

        /// Those that may meet the box: between whose edges and its there is no gap.
        @inline(__always)
        func children(meeting box: Asked) -> Lanes {
            Lanes(
                notNegative: (box.east &- west) | (east &- box.west) | (box.north &- south) | (north &- box.south))
        }
    }
}
