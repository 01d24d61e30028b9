internal import CProcessor
internal import Positioning

/// All shapes of a catalogue, placed.
final class PlacedShapes: Sendable {
    let shapes: [PlacedShape]
    let edges: EdgeTable
    let index: SpatialIndex

    /// - Parameters:
    ///   - order: of the fences; the shapes have the same.
    ///   - workers: who writes pieces of the table, and meanwhile the index.
    init(_ order: FenceOrder, _ workers: some Workers) {
        let count = order.places.count
        var (total, pieces) = (EdgeTable.Extent(), [Work.index])
        for first in stride(from: 0, to: count, by: Limits.shapesPlacedAtOnce) {
            let piece = first..<min(first + Limits.shapesPlacedAtOnce, count)
            let others = total
            for place in order.places[piece] { total = total + order.loaded(place).outline.extent }
            pieces.append(.shapes(piece, behind: others, upTo: total))
        }
        var (table, index) = (EdgeTable(), SpatialIndex([]))
        unsafe shapes = Array(unsafeUninitializedCapacity: count) { shapes, shapeCount in
            unsafe table.nodes = Array(unsafeUninitializedCapacity: total.nodes) { nodes, nodeCount in
                unsafe table.corners = Array(unsafeUninitializedCapacity: total.corners) { corners, cornerCount in
                    unsafe Self.preferLargePages(shapes)
                    unsafe Self.preferLargePages(nodes)
                    unsafe Self.preferLargePages(corners)
                    let room = unsafe Room(shapes: shapes, nodes: nodes, corners: corners)
                    for made in workers.map(pieces, { Self.work($0, order, room) }) { index = made ?? index }
                    cornerCount = total.corners
                }
                nodeCount = total.nodes
            }
            shapeCount = count
        }
        edges = table
        self.index = index
    }

    /// Each device asks about another place of them.
    private static func preferLargePages<Element>(_ room: UnsafeMutableBufferPointer<Element>) {
        unsafe cprocessor_prefer_large_pages(room.baseAddress, room.count * MemoryLayout<Element>.stride)
    }

    private enum Work: Sendable {
        case index
        /// - Parameters:
        ///   - behind: what the shapes before them take of the table.
        ///   - upTo: with what they take themselves.
        case shapes(Range<Int>, behind: EdgeTable.Extent, upTo: EdgeTable.Extent)
    }

    private static func work(_ work: Work, _ order: FenceOrder, _ room: Room) -> SpatialIndex? {
        switch work {
        case .index: return SpatialIndex(order.places.map { order.loaded($0).outline.bounds.turned })
        case .shapes(let shapes, let others, let end):
            var table = EdgeTable()
            let placed = order.places[shapes].map {
                let loaded = order.loaded($0)
                return PlacedShape(loaded.shape, loaded.outline, into: &table).moved(behind: others)
            }
            // Else they would be written over those of the next piece, or leave a gap that nobody has filled.
            invariant(others + table.extent == end, "shapes \(shapes) take another room than their outlines say")
            room.take(placed, from: shapes.lowerBound, table, behind: others)
            return nil
        }
    }
}

/// The room of all shapes and their table, not written yet.
///
/// `@unchecked Sendable`: each piece of work writes a part of its own, which nobody reads before all are done; and the room outlives
/// the work, which is done when ``Workers/map(_:_:)`` returns.
@safe private struct Room: @unchecked Sendable {
    private let shapes: UnsafeMutableBufferPointer<PlacedShape>
    private let nodes: UnsafeMutableBufferPointer<EdgeTree.Node>
    private let corners: UnsafeMutableBufferPointer<Position>

    init(
        shapes: UnsafeMutableBufferPointer<PlacedShape>, nodes: UnsafeMutableBufferPointer<EdgeTree.Node>,
        corners: UnsafeMutableBufferPointer<Position>
    ) {
        unsafe self.shapes = shapes
        unsafe self.nodes = nodes
        unsafe self.corners = corners
    }

    /// Writes some shapes, and their edges behind those of the shapes before them.
    func take(_ placed: [PlacedShape], from first: Int, _ table: EdgeTable, behind others: EdgeTable.Extent) {
        let end = others + table.extent
        _ = unsafe shapes[first..<first + placed.count].initialize(fromContentsOf: placed)
        _ = unsafe nodes[others.nodes..<end.nodes].initialize(fromContentsOf: table.nodes)
        _ = unsafe corners[others.corners..<end.corners].initialize(fromContentsOf: table.corners)
    }
}
