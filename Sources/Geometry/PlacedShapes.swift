internal import Positioning

/// All shapes of a catalogue, placed.
final class PlacedShapes: Sendable {
    let shapes: [PlacedShape]
    let edges: EdgeTable
    let index: SpatialIndex

    /// - Parameters:
    ///   - order: of the fences; the shapes have the same.
    ///   - labour: who writes pieces of the table, and meanwhile the index.
    init(_ order: FenceOrder, _ labour: some Labour) {
        let shapes = order.places.indices
        var (total, pieces) = (EdgeTable.Extent(), [Work.index])
        for first in stride(from: 0, to: shapes.count, by: Limits.shapesPlacedAtOnce) {
            let piece = first..<min(first + Limits.shapesPlacedAtOnce, shapes.count)
            pieces.append(.shapes(piece, behind: total))
            for place in order.places[piece] { total = total + order.loaded(place).outline.extent }
        }
        var (done, table) = ([Outcome](), EdgeTable())
        unsafe table.nodes = Array(unsafeUninitializedCapacity: total.nodes) { nodes, nodeCount in
            unsafe table.corners = Array(unsafeUninitializedCapacity: total.corners) { corners, cornerCount in
                unsafe labour.prepare(UnsafeMutableRawBufferPointer(nodes))
                unsafe labour.prepare(UnsafeMutableRawBufferPointer(corners))
                let room = unsafe TableRoom(nodes: nodes, corners: corners)
                done = labour.map(pieces) { Self.work($0, order, room) }
                cornerCount = total.corners
            }
            nodeCount = total.nodes
        }
        edges = table
        var placed: [PlacedShape] = []
        placed.reserveCapacity(shapes.count)
        var index: SpatialIndex?
        for outcome in done {
            switch outcome {
            case .index(let made): index = made
            case .shapes(let some): placed += some
            }
        }
        invariant(placed.count == shapes.count, "of \(shapes.count) shapes \(placed.count) were placed")
        self.shapes = placed
        self.index = index ?? SpatialIndex([])
    }

    private enum Work: Sendable {
        case index
        /// - Parameter behind: what the shapes before them take of the table.
        case shapes(Range<Int>, behind: EdgeTable.Extent)
    }

    private enum Outcome: Sendable {
        case index(SpatialIndex)
        case shapes([PlacedShape])
    }

    private static func work(_ work: Work, _ order: FenceOrder, _ room: TableRoom) -> Outcome {
        switch work {
        case .index: return .index(SpatialIndex(order.places.map { order.loaded($0).outline.bounds.turned }))
        case .shapes(let shapes, let others):
            var table = EdgeTable()
            let placed = order.places[shapes].map {
                let loaded = order.loaded($0)
                return PlacedShape(loaded.shape, loaded.outline, into: &table).moved(behind: others)
            }
            room.take(table, behind: others)
            return .shapes(placed)
        }
    }
}

/// The room of a table that is not written yet.
///
/// `@unchecked Sendable`: each piece of work writes a part of its own, which nobody reads before all are done; and the room outlives
/// the work, which is done when ``Labour/map(_:_:)`` returns.
@safe private struct TableRoom: @unchecked Sendable {
    private let nodes: UnsafeMutableBufferPointer<EdgeTree.Node>
    private let corners: UnsafeMutableBufferPointer<Position>

    init(nodes: UnsafeMutableBufferPointer<EdgeTree.Node>, corners: UnsafeMutableBufferPointer<Position>) {
        unsafe self.nodes = nodes
        unsafe self.corners = corners
    }

    /// Writes some shapes' edges behind those of the shapes before them.
    func take(_ table: EdgeTable, behind others: EdgeTable.Extent) {
        let end = others + table.extent
        unsafe invariant(
            end.nodes <= nodes.count && end.corners <= corners.count, "more edges than there were lines for")
        _ = unsafe nodes[others.nodes..<end.nodes].initialize(fromContentsOf: table.nodes)
        _ = unsafe corners[others.corners..<end.corners].initialize(fromContentsOf: table.corners)
    }
}
