import Positioning
import TestSupport
import Testing

@testable import Geometry

/// The side as the nearest edge tells it, against GEOS: exact, or left to the ray.
@Suite struct NearestSideTests {
    /// Thin, touching and spiked: what lies beside one edge lies beside another, or within a rounding of it.
    private static func nasty(
        _ kind: Int, _ x: Double, _ y: Double, _ size: Double, _ generator: inout SeededGenerator
    ) -> [[(Double, Double)]] {
        let e = size * [1e-3, 1e-8, 1e-12][Int.random(in: 0..<3, using: &generator)]
        let outer = rectangle(x, y, x + size, y + size)
        let (mx, my) = (x + size / 2, y + size / 2)
        return switch kind % 9 {
        // A hole that touches its outer ring with a corner, wide enough to lie flat against it.
        case 0: [outer, [(mx, y), (x + size * 0.9, y + e), (x + size * 0.1, y + e), (mx, y)]]
        case 1: [outer, [(mx, y), (mx + e, my), (mx - e, my), (mx, y)]]
        // A slit into it, and a spike out of it.
        case 2: [[(x, y), (mx - e, y), (mx, my), (mx + e, y), (x + size, y), (x + size, my), (x, my + size), (x, y)]]
        case 3: [[(x, y), (mx - e, y), (mx, y - size), (mx + e, y), (x + size, y), (x + size, my), (x, y)]]
        case 4: [[(x, y), (x + size, y), (x + size, y + e), (x, y + e), (x, y)]]
        // Corners in a line, or twice at one place.
        case 5:
            [outer.flatMap { [$0, $0] } + [(x, y)], generator.star(mx, my, radius: size * 0.1, corners: 9)]
        case 6:
            [(0...40).map { (x + size * Double($0) / 40, y) } + [(x + size, y + size), (x, y + e), (x, y)]]
        // Two holes that touch each other.
        case 7:
            [
                outer, [(mx, my), (mx + size * 0.4, my + e), (mx + size * 0.4, my + size * 0.4), (mx, my)],
                [(mx, my), (mx - size * 0.4, my), (mx - size * 0.4, my - size * 0.4), (mx, my)],
            ]
        default:
            [generator.star(x, y, radius: size, corners: 40), generator.star(x, y, radius: size * 0.2, corners: 7)]
        }
    }

    /// About the shape, on the line through two of its corners, beside an edge by some roundings, or about a corner.
    private static func place(
        _ rings: [[(Double, Double)]], _ size: Double, _ number: Int, _ generator: inout SeededGenerator
    ) -> Position {
        let corners = rings.joined().map { Position(longitude: $0.0, latitude: $0.1) }
        let at = Int.random(in: 0..<corners.count - 1, using: &generator)
        let (from, to) = (corners[at], corners[at + 1])
        let share = generator.number(number % 2 == 0 ? 0...1 : -0.5...1.5)
        let off = size * [0, 1e-15, 1e-12, 1e-9, 1e-4, 0.3][number % 6]
        let (east, north) = (share * (to.longitude - from.longitude), share * (to.latitude - from.latitude))
        return Position(
            longitude: from.longitude + east + off * generator.number(-1...1),
            latitude: from.latitude + north + off * generator.number(-1...1))
    }

    @Test func theNearestEdgeSaysWhatGEOSSaysOrNothing() throws {
        let shapes = try (UInt64(0)..<54).count { try Self.isTold($0) }
        #expect(shapes >= 36, "of so many shapes only GEOS made a polygon")
    }

    /// - Returns: `false` where the shape is none that has a side.
    private static func isTold(_ seed: UInt64) throws -> Bool {
        var generator = SeededGenerator(seed: seed)
        let size = [1e-6, 1e-3, 0.01, 4][Int(seed / 9 % 4)]
        let (x, y) = (generator.number(-170...170), generator.number(-60...60))
        var drawn = Self.nasty(Int(seed), x, y, size, &generator)
        if seed % 2 == 0 { drawn = drawn.map { $0.reversed() } }
        let rings = drawn.map { $0.map { Position(longitude: $0.0, latitude: $0.1) } }
        let context = try GEOSContext()
        let plain = try GEOSGeometry(polygon: rings, in: context)
        guard try plain.defect() == nil else { return false }
        // A left hand where the outer ring's is: holes are drawn the other way here.
        let hands = rings.map(\.isLeftHanded)
        let lines = zip(rings, hands).enumerated().map { number, each in
            (each.1 == (number == 0)) == true ? each.0 : each.0.reversed()
        }
        guard !hands.contains(nil) else { return false }
        var table = EdgeTable()
        let boundary = Boundary(lines: lines.map(\.withoutRepeats), into: &table)
        var told = 0
        for number in 0..<600 {
            let place = Self.place(drawn, size, number, &generator)
            guard let isLeft = boundary.nearest(to: place, table).isOnTheLeft(table) else { continue }
            told += 1
            #expect(try isLeft == plain.intersects(place), "seed \(seed): \(place)")
        }
        #expect(told > 60, "seed \(seed): \(told)")
        return true
    }

    /// However its rings are drawn, and wherever it lies, an area's sign is the ray's.
    @Test(arguments: UInt64(0)..<12)
    func aSignedDistanceIsOnTheSideThatContains(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let (x, y) = ([179.999, -120, 0, 60][Int(seed % 4)], [0, 50, 84, -89.9][Int(seed / 4)])
        var rings = [generator.star(x, y, radius: 0.01, corners: 50), generator.star(x, y, radius: 0.001, corners: 9)]
        rings = rings.enumerated().map { (Int(seed) >> $0.offset) % 2 == 0 ? $0.element : $0.element.reversed() }
        let fences = try index(polygon("a", rings))
        for _ in 0..<600 {
            let place = Position(
                longitude: x + 0.015 * generator.number(-1...1),
                latitude: max(-90, min(90, y + 0.012 * generator.number(-1...1)))
            ).coordinate
            let (contains, distance) = (
                fences.contains(place, in: 0), fences.signedDistance(to: 0, from: place)
            )
            #expect(contains == (distance <= 0), "seed \(seed): \(place)")
        }
    }
}
