/// A fence's shape, ready to be asked, but for its edges, which are in a table. It has nothing of GEOS's, so that all shards share
/// it.
enum PlacedShape: Sendable {
    case area(Area)
    case circle(Circle)
    case corridor(Corridor)

    /// - Parameter outline: the shape's.
    init(_ shape: Shape, _ outline: Outline, into table: inout EdgeTable) {
        switch shape {
        case .area(let polygons):
            self = .area(Area(polygons, within: outline.bounds, outline.hand, into: &table))
        case .circle(let centre, let radius): self = .circle(Circle(centre: centre, radius_m: radius))
        case .corridor(let lines, let halfWidth):
            self = .corridor(Corridor(lines, halfWidth_m: halfWidth, into: &table))
        }
    }

    /// The same in a table that begins with others' edges.
    func moved(behind others: EdgeTable.Extent) -> PlacedShape {
        switch self {
        case .area(var area):
            area.move(behind: others)
            return .area(area)
        case .circle: return self
        case .corridor(var corridor):
            corridor.move(behind: others)
            return .corridor(corridor)
        }
    }
}

/// What must be known of a shape before it is placed beside others, and is known from the shape alone: it is found while the
/// shape's file is read.
struct Outline: Sendable {
    let bounds: Box
    /// An area's.
    let hand: Area.Hand
    /// What it takes of a table.
    let extent: EdgeTable.Extent

    init(of shape: Shape) {
        bounds = shape.bounds
        switch shape {
        case .area(let polygons):
            hand = Area.hand(of: polygons, within: bounds)
            extent = Boundary.extent(of: Area.lines(of: polygons, within: bounds).lines)
        case .circle: (hand, extent) = (.unknown, EdgeTable.Extent())
        case .corridor(let lines, _): (hand, extent) = (.unknown, Boundary.extent(of: lines))
        }
    }
}
