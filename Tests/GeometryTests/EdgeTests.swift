import Positioning
import TestSupport
import Testing

@testable import Geometry

/// A shape's edges in their tree and grid, against GEOS and against a loop over all of them.
@Suite struct EdgeTests {
    private static func segments(_ rings: [Ring]) -> [Boundary.Segment] {
        rings.flatMap { ring in zip(ring, ring.dropFirst()).map { Boundary.Segment(from: $0, to: $1) } }
    }

    /// Drawn, at a vertex, level with one, and on an edge or within some roundings of one.
    private static func place(_ rings: [Ring], _ drawn: Int, _ generator: inout SeededGenerator) -> Position {
        let edges = segments(rings)
        let edge = edges[Int.random(in: 0..<edges.count, using: &generator)]
        let share = generator.number(0...1)
        let on = Position(
            longitude: edge.from.longitude + share * (edge.to.longitude - edge.from.longitude),
            latitude: edge.from.latitude + share * (edge.to.latitude - edge.from.latitude))
        switch drawn % 5 {
        case 0: return edge.from
        case 1: return Position(longitude: edge.from.longitude + generator.number(-1...1), latitude: edge.from.latitude)
        case 2: return on
        case 3: return Position(longitude: on.longitude.nextUp.nextUp, latitude: on.latitude.nextDown)
        default:
            let box = Box(rings.joined()).widened(east: 0.1, north: 0.1)
            return Position(
                longitude: generator.number(box.west...box.east), latitude: generator.number(box.south...box.north))
        }
    }

    @Test(arguments: UInt64(0)..<24)
    func plainArithmeticSaysWhatGEOSSaysOrThatItIsInDoubt(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let (x, y) = (generator.number(-179...179), generator.number(-80...80))
        let radius = [0.000_01, 0.001, 0.5, 8][Int(seed % 4)]
        var drawn = [generator.star(x, y, radius: radius, corners: [3, 9, 60, 700][Int(seed / 4 % 4)])]
        if seed % 3 == 0 { drawn.append(generator.star(x, y, radius: radius * 0.15, corners: 7)) }
        if seed % 7 == 0 { drawn = [rectangle(x, y, x + radius, y + radius)] }
        let rings = drawn.map { $0.map { Position(longitude: $0.0, latitude: $0.1) } }
        let plain = try GEOSGeometry(polygon: rings, in: GEOSContext())
        var table = EdgeTable()
        let boundary = Boundary(Self.segments(rings), into: &table)
        let fences = try index(polygon("a", drawn))
        var doubts = 0
        for number in 0..<250 {
            let place = Self.place(rings, number, &generator)
            guard place.latitude.magnitude <= 90, place.longitude.magnitude <= 180 else { continue }
            let isInside = try plain.intersects(place)
            switch boundary.side(of: place, table) {
            case .inside, .onBoundary: #expect(isInside, "seed \(seed): \(place)")
            case .outside: #expect(!isInside, "seed \(seed): \(place)")
            case .doubtful: doubts += number % 5 == 4 ? 1 : 0
            }
            let (contains, distance) = (
                fences.contains(place.coordinate, in: 0), fences.signedDistance(to: 0, from: place.coordinate)
            )
            #expect(contains == (distance <= 0), "seed \(seed): \(place)")
            // Within a rounding of an edge, on the outer side, there is no distance from it.
            #expect(contains == isInside || distance == 0, "seed \(seed): \(place)")
        }
        #expect(doubts < 5, "seed \(seed)")
    }

    @Test(arguments: [1, 2, 4, 5, 31, 32, 33, 257, 3_000])
    func theTreeAnswersAsALoopDoes(_ count: Int) {
        var generator = SeededGenerator(seed: UInt64(count))
        for size in [1e-7, 0.01, 30.0] {
            // Some follow each other, some don't, some have no length.
            var segments: [Boundary.Segment] = []
            for number in 0..<count {
                func drawn() -> Position {
                    Position(
                        longitude: 5 + size * generator.number(-1...1), latitude: 50 + size * generator.number(-1...1))
                }
                let from = number % 7 == 0 ? drawn() : segments[number - 1].to
                segments.append(Boundary.Segment(from: from, to: number % 11 == 10 ? from : drawn()))
            }
            var table = EdgeTable()
            _ = Boundary(segments.prefix(3), into: &table)
            let boundary = Boundary(segments, into: &table)
            var alone = EdgeTable()
            let each = segments.map { Boundary([$0], into: &alone) }
            for _ in 0..<20 {
                let place = Position(
                    longitude: 5 + 2 * size * generator.number(-1...1),
                    latitude: 50 + size * generator.number(-1.3...1.3))
                let nearest = each.map { $0.nearest(to: place, alone).distance_m }.min() ?? .infinity
                let distance = boundary.nearest(to: place, table).distance_m
                // Which is nearest is judged in one plane, and measured in another.
                #expect((distance - nearest).magnitude <= 1e-9 + nearest * size * 0.02, "\(count) \(size) \(place)")
                let end = Position(longitude: place.longitude + size, latitude: place.latitude - size / 3)
                let met = each.compactMap { $0.crossings(from: place, to: end, alone) }
                let all = met.dropFirst().reduce(met.first) { $0?.extended(to: $1) }
                #expect(boundary.crossings(from: place, to: end, table) == all, "\(count) \(size) \(place)")
            }
        }
    }

    /// In single precision, and near or far: else an edge would be passed over that is the nearest.
    @Test(arguments: [1e-8, 1e-4, 0.01, 2.0])
    func noBoundIsTooGreat(_ size: Double) {
        var generator = SeededGenerator(seed: UInt64(size * 1e9))
        for _ in 0..<40 {
            let (x, y) = (generator.number(-179...179), generator.number(-85...85))
            let boxes = (0..<64).map { _ in
                Box(
                    (0..<2).map { _ in
                        Position(
                            longitude: x + size * generator.number(-1...1),
                            latitude: y + size * generator.number(-1...1))
                    })
            }
            var table = EdgeTable()
            let tree = EdgeTree(boxes, into: &table)
            for away in [1, 3, 1e3, 1e6, 1e9] {
                let place = Position(
                    longitude: max(-540, min(540, x + away * size * generator.number(-1...1))),
                    latitude: max(-90, min(90, y + away * size * generator.number(-1...1))))
                let scale = MetresPerDegree(atLatitude: place.latitude)
                let ruler = tree.ruler(from: place, scale)
                let tooGreat = boxes.enumerated().first { leaf, box in
                    let bound = ruler.squaresAtLeast_m2(to: tree.node(tree.child(leaf / 8, of: tree.top), table))[
                        leaf % 8]
                    let east = max(box.west - place.longitude, place.longitude - box.east, 0) * scale.longitude
                    let north = max(box.south - place.latitude, place.latitude - box.north, 0) * scale.latitude
                    return Double(bound) > east * east + north * north
                }
                #expect(tooGreat == nil, "\(size) \(away): \(place)")
            }
        }
    }

    /// What was measured near by says the same as looking again.
    @Test(arguments: UInt64(0)..<8)
    func aSideThatIsKnownIsTheSideThatIsSeen(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let (x, y) = (generator.number(-180...180), generator.number(-89...89))
        let fences = try index(polygon("a", [generator.star(x, y, radius: 0.01, corners: 40)]))
        func drawn(_ reach: Double) -> Coordinate {
            Position(
                longitude: x + reach * generator.number(-1...1),
                latitude: max(-90, min(90, y + reach * generator.number(-1...1)))
            ).coordinate
        }
        for number in 0..<600 {
            let (last, here) = (drawn(0.015), drawn(0.015))
            let near = here.towards(last, share: number % 2 == 0 ? 0.05 : 0.5)
            let measured = MeasuredDistance(
                from: near, signedDistance_m: fences.signedDistance(to: 0, from: near))
            let seen = fences.signedDistance(to: 0, from: here)
            #expect(fences.signedDistance(to: 0, from: here, near: measured) == seen, "seed \(seed): \(near) \(here)")
            if let bound = measured.bound(at: here) {
                #expect((bound < 0) == (seen < 0) && bound.magnitude <= seen.magnitude, "seed \(seed): \(near) \(here)")
            }
        }
    }

    @Test func nothingHasNoEdgeNearIt() {
        var table = EdgeTable()
        let boundary = Boundary([], into: &table)
        #expect(boundary.nearest(to: Position(longitude: 0, latitude: 0), table).distance_m == .infinity)
        #expect(boundary.side(of: Position(longitude: 0, latitude: 0), table) == .outside)
    }
}
