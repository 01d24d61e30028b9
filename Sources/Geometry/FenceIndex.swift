public import Fencing
public import Positioning

/// All fences, as one shard asks about them: the catalogue's shapes, and a GEOS context for what plain arithmetic leaves in doubt.
///
/// Not `Sendable`: GEOS allows one thread at a time in a context. Fences are named by their place in ``fences``.
/// A coordinate that is not on the earth is near no fence, and farther from each than any on it.
public final class FenceIndex {
    public let fences: [Fence]
    private let catalogue: FenceCatalogue
    let shapes: [PlacedShape]
    let edges: EdgeTable
    let index: SpatialIndex
    private let context: GEOSContext
    /// The areas that GEOS was asked about.
    private var prepared: [Int: PreparedArea] = [:]

    /// - Throws: where GEOS is out of memory.
    public init(_ catalogue: FenceCatalogue) throws(GeometryError) {
        self.catalogue = catalogue
        context = try GEOSContext()
        fences = catalogue.fences
        shapes = catalogue.placed.shapes
        edges = catalogue.placed.edges
        index = catalogue.placed.index
    }

    /// GEOS's judgement of a position. Without memory for its area, it is outside.
    private func isJudgedInside(_ position: Position, _ fence: Int) -> Bool {
        area(of: fence)?.contains(position) ?? false
    }

    private func area(of fence: Int) -> PreparedArea? {
        if let area = prepared[fence] { return area }
        guard case .area(let polygons) = catalogue.shapes[fence],
            let geometry = try? GEOSGeometry(area: polygons, in: context), let area = try? PreparedArea(geometry)
        else { return nil }
        prepared[fence] = area
        return area
    }

    /// Appends the fences that may be within `metres` of the coordinate, ascending: all that are, and some whose box is
    /// but they are not.
    public func candidates(around coordinate: Coordinate, within metres: Double, into found: inout [Int]) {
        guard coordinate.isOnEarth else { return }
        index.find(Box([Position(coordinate)]).grown(byMetres: metres), into: &found)
    }

    /// Appends the fences, ascending, whose box, grown by `metres`, meets the straight way from `a` to `b`: the short
    /// way, across the antimeridian where that is shorter.
    public func candidates(along a: Coordinate, to b: Coordinate, within metres: Double, into found: inout [Int]) {
        guard a.isOnEarth, b.isOnEarth else { return }
        let end = Position(longitude: b.longitude.unrolled(near: a.longitude), latitude: b.latitude)
        index.find(wayFrom: Position(a), to: end, within: metres, into: &found)
    }

    /// Whether the coordinate is inside or on the boundary: where ``signedDistance(to:from:)`` is 0 or less.
    public func contains(_ coordinate: Coordinate, in fence: Int) -> Bool {
        guard coordinate.isOnEarth, shapes.indices.contains(fence) else { return false }
        return switch shapes[fence] {
        case .area(let area):
            // Outside by less than a rounding, the distance is 0.
            area.contains(Position(coordinate), edges) {
                var corner = 0
                return area.signedDistance(from: $0, nearest: &corner, edges) { isJudgedInside($0, fence) } <= 0
            }
        case .circle(let circle): circle.signedDistance(from: Position(coordinate)) <= 0
        case .corridor(let corridor): corridor.signedDistance(from: Position(coordinate), edges) <= 0
        }
    }

    /// Metres from the coordinate to the fence's boundary; negative inside, 0 or less on the boundary, which counts as
    /// inside.
    ///
    /// The sign is exact: GEOS's containment in degrees for polygons. The distance is right against the WGS-84
    /// ellipsoid to a millimetre for circles at any size, and for polygons and corridors up to 5 km from the boundary
    /// or the line (below 70 degrees of latitude); farther away it is that of the latitude halfway, within 0.1 % at 100
    /// km. At most ``Limits/farthest_m``.
    /// - Parameter measured: from a place near by; it saves a look at the side where it is known by that.
    public func signedDistance(
        to fence: Int, from coordinate: Coordinate, near measured: MeasuredDistance? = nil
    ) -> Double {
        var edge = NearestEdge.none
        return signedDistance(to: fence, from: coordinate, near: measured, edge: &edge)
    }

    /// The same.
    /// - Parameter edge: is told what was nearest.
    public func signedDistance(
        to fence: Int, from coordinate: Coordinate, near measured: MeasuredDistance?, edge: inout NearestEdge
    ) -> Double {
        guard coordinate.isOnEarth, shapes.indices.contains(fence) else { return Limits.farthest_m }
        let position = Position(coordinate)
        var corner = 0
        let distance =
            switch shapes[fence] {
            case .area(let area):
                area.signedDistance(
                    from: position, isInside: measured?.isInside(at: coordinate), nearest: &corner, edges
                ) {
                    isJudgedInside($0, fence)
                }
            case .circle(let circle): circle.signedDistance(from: position)
            case .corridor(let corridor): corridor.signedDistance(from: position, nearest: &corner, edges)
            }
        edge = NearestEdge(fence: fence, corner: corner)
        return max(-Limits.farthest_m, min(Limits.farthest_m, distance))
    }

    /// The part of the straight way from `a` to `b` that is inside: fractions 0…1 of it at which it first enters and
    /// last leaves; between them it may be outside for a while. `nil` where it stays outside; a range of no length
    /// where it only touches.
    /// - Parameter endsInside: whether it contains `b`, where that is known already.
    public func passage(
        through fence: Int, from a: Coordinate, to b: Coordinate, endsInside: Bool? = nil
    ) -> ClosedRange<Double>? {
        guard a.isOnEarth, b.isOnEarth, shapes.indices.contains(fence) else { return nil }
        let (start, end) = (Position(a), Position(b))
        return switch shapes[fence] {
        case .area(let area):
            area.passage(from: start, to: end, endsInside: endsInside, edges) { isJudgedInside($0, fence) }
        case .circle(let circle): circle.passage(from: start, to: end)
        case .corridor(let corridor): corridor.passage(from: start, to: end, edges)
        }
    }

    /// A position surely inside the fence: a polygon's point on surface, a circle's centre, the middle of a corridor.
    /// - Parameter fence: an index of ``fences``.
    public func anyInteriorPoint(of fence: Int) -> Coordinate {
        let shape = catalogue.shapes[fence]
        let inside =
            switch shape {
            case .area: area(of: fence)?.interior ?? shape.bounds.turned.middle
            case .circle(let centre, _): centre
            case .corridor(let lines, _): Corridor.halfway(lines)
            }
        return inside.coordinate
    }
}
