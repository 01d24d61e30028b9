internal import CProcessor

/// The edge of a fence that was the nearest when a distance to it was last measured: where the next measurement will most likely
/// lead. It is known before that is asked for, so what will be read then can be fetched from the machine's memory meanwhile.
///
/// A guess, which may be of other fences; nothing is decided by it, so all are equal.
public struct NearestEdge: Sendable {
    /// The fence's index.
    public private(set) var fence: UInt32
    /// Where the edge begins, in the table.
    private(set) var corner: UInt32

    init(fence: Int, corner: Int) {
        self.fence = UInt32(truncatingIfNeeded: fence)
        self.corner = UInt32(truncatingIfNeeded: corner)
    }

    /// Nothing was measured.
    public static var none: NearestEdge { NearestEdge(fence: -1, corner: -1) }

    public var isNone: Bool { fence == .max }
}

extension NearestEdge: Equatable {
    public static func == (_: NearestEdge, _: NearestEdge) -> Bool { true }
}

extension FenceIndex {
    /// Has the shape brought into the processor's cache, and the corners at the edge.
    @inline(__always)
    public func prefetch(shapeAt edge: NearestEdge) {
        unsafe shapes.withUnsafeBytes { shapes in
            let place = Int(edge.fence) * MemoryLayout<PlacedShape>.stride
            guard place < shapes.count, let first = shapes.baseAddress else { return }
            unsafe cprocessor_prefetch(first + place, MemoryLayout<PlacedShape>.size)
        }
        unsafe edges.corners.withUnsafeBytes { corners in
            let place = Int(edge.corner) * MemoryLayout<Position>.stride
            guard place < corners.count, let first = corners.baseAddress else { return }
            // Of its leaf, wherever it is in that.
            let others = (Boundary.perLeafCorners - 2) * MemoryLayout<Position>.stride
            unsafe cprocessor_prefetch(first + max(0, place - others), 1)
            unsafe cprocessor_prefetch(first + place, 1)
        }
    }

    /// Has the nodes on the way down to the edge brought into the processor's cache.
    @inline(__always)
    public func prefetch(treeAt edge: NearestEdge) {
        guard edge.fence < shapes.count else { return }
        switch shapes[Int(edge.fence)] {
        case .area(let area): area.boundary.prefetch(wayTo: Int(edge.corner), edges)
        case .circle: break
        case .corridor(let corridor): corridor.line.prefetch(wayTo: Int(edge.corner), edges)
        }
    }
}

extension Boundary {
    @inline(__always)
    fileprivate func prefetch(wayTo corner: Int, _ table: borrowing EdgeTable) {
        tree.prefetch(wayTo: leaf(of: corner), table)
    }
}

extension EdgeTree {
    @inline(__always)
    fileprivate func prefetch(wayTo leaf: Int, _ table: borrowing EdgeTable) {
        guard levels > 0, 0 <= leaf, leaf < leafCount else { return }
        unsafe table.nodes.withUnsafeBufferPointer { nodes in
            guard let first = nodes.baseAddress else { return }
            var branch = top
            while true {
                unsafe cprocessor_prefetch(first + place(of: branch), 1)
                guard branch.level > 0 else { return }
                branch = self.branch(over: leaf, below: branch)
            }
        }
    }
}
