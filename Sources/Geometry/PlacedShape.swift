/// A fence's shape, ready to be asked, but for its edges, which are in a table. It has nothing of GEOS's, so that all shards share
/// it.
enum PlacedShape: Sendable {
    case area(Area)
    case circle(Circle)
    case corridor(Corridor)

    /// - Parameter bounds: the shape's.
    init(_ shape: Shape, within bounds: Box, into table: inout EdgeTable) {
        switch shape {
        case .area(let polygons): self = .area(Area(polygons, within: bounds, into: &table))
        case .circle(let centre, let radius): self = .circle(Circle(centre: centre, radius_m: radius))
        case .corridor(let lines, let halfWidth):
            self = .corridor(Corridor(lines, halfWidth_m: halfWidth, into: &table))
        }
    }
}

/// All shapes of a catalogue, placed.
final class PlacedShapes: Sendable {
    let shapes: [PlacedShape]
    let edges: EdgeTable
    let index: SpatialIndex

    init(_ shapes: [Shape]) {
        var table = EdgeTable()
        // Doubling as they grow, the greatest arrays of all would be there three times.
        table.corners.reserveCapacity(shapes.reduce(0) { $0 + $1.corners })
        table.nodes.reserveCapacity(
            shapes.reduce(0) { $0 + EdgeTree.nodes(overLeaves: Boundary.leaves(of: $1.corners)) })
        var boxes: [Box] = []
        boxes.reserveCapacity(shapes.count)
        self.shapes = shapes.map { shape in
            let bounds = shape.bounds
            boxes.append(bounds.turned)
            return PlacedShape(shape, within: bounds, into: &table)
        }
        edges = table
        index = SpatialIndex(boxes)
    }
}

extension Shape {
    /// At most, in an ``EdgeTable``.
    fileprivate var corners: Int {
        func corners(_ lines: some Sequence<[Position]>) -> Int {
            lines.reduce(0) { $0 + Boundary.corners(ofSegments: $1.count, runs: 1) }
        }
        return switch self {
        case .area(let polygons): corners(polygons.joined())
        case .circle: 0
        case .corridor(let lines, _): corners(lines)
        }
    }
}
