public import Fencing
public import Positioning

/// One shard's own copy of all fences: a GEOS context, each area prepared and warmed, and a spatial index.
///
/// Not `Sendable`: GEOS allows one thread at a time in a context. Fences are named by their place in ``fences``.
/// A coordinate that is not on the earth is near no fence, and farther from each than any on it.
public final class FenceIndex {
    public let fences: [Fence]
    private let shapes: [PlacedShape]
    private let index: SpatialIndex

    private enum PlacedShape {
        case area(Area)
        case circle(Circle)
        case corridor(Corridor)
    }

    /// - Throws: where GEOS is out of memory; a catalogue's shapes have been checked.
    public init(_ catalogue: FenceCatalogue) throws(GeometryError) {
        let context = try GEOSContext()
        var placed: [PlacedShape] = []
        placed.reserveCapacity(catalogue.shapes.count)
        for shape in catalogue.shapes {
            switch shape {
            case .area(let polygons): placed.append(.area(try Area(polygons, in: context)))
            case .circle(let centre, let radius): placed.append(.circle(Circle(centre: centre, radius_m: radius)))
            case .corridor(let lines, let halfWidth):
                placed.append(.corridor(Corridor(lines, halfWidth_m: halfWidth)))
            }
        }
        fences = catalogue.fences
        shapes = placed
        index = SpatialIndex(catalogue.shapes.map(\.box))
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

    /// Metres from the coordinate to the fence's boundary; negative inside, 0 or less on the boundary, which counts as
    /// inside.
    ///
    /// The sign is exact: GEOS's containment in degrees for polygons. The distance is right against the WGS-84
    /// ellipsoid to a millimetre for circles at any size, and for polygons and corridors up to 5 km from the boundary
    /// or the line (below 70 degrees of latitude); farther away it is that of the latitude halfway, within 0.1 % at 100
    /// km. At most ``Limits/farthest_m``.
    public func signedDistance(to fence: Int, from coordinate: Coordinate) -> Double {
        guard coordinate.isOnEarth, shapes.indices.contains(fence) else { return Limits.farthest_m }
        let position = Position(coordinate)
        let distance =
            switch shapes[fence] {
            case .area(let area): area.signedDistance(from: position)
            case .circle(let circle): circle.signedDistance(from: position)
            case .corridor(let corridor): corridor.signedDistance(from: position)
            }
        return max(-Limits.farthest_m, min(Limits.farthest_m, distance))
    }

    /// The part of the straight way from `a` to `b` that is inside: fractions 0…1 of it at which it first enters and
    /// last leaves; between them it may be outside for a while. `nil` where it stays outside; a range of no length
    /// where it only touches.
    public func passage(through fence: Int, from a: Coordinate, to b: Coordinate) -> ClosedRange<Double>? {
        guard a.isOnEarth, b.isOnEarth, shapes.indices.contains(fence) else { return nil }
        let (start, end) = (Position(a), Position(b))
        return switch shapes[fence] {
        case .area(let area): area.passage(from: start, to: end)
        case .circle(let circle): circle.passage(from: start, to: end)
        case .corridor(let corridor): corridor.passage(from: start, to: end)
        }
    }

    /// A position surely inside the fence: a polygon's point on surface, a circle's centre, the middle of a corridor.
    /// - Parameter fence: an index of ``fences``.
    public func anyInteriorPoint(of fence: Int) -> Coordinate {
        switch shapes[fence] {
        case .area(let area): area.interior.coordinate
        case .circle(let circle): circle.interior.coordinate
        case .corridor(let corridor): corridor.interior.coordinate
        }
    }
}
