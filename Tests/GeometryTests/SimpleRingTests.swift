import Glibc
import TestSupport
import Testing

@testable import Geometry

/// The shortcut against GEOS: it may leave a ring to GEOS, and never says of one that it is simple where GEOS finds a defect.
@Suite struct SimpleRingTests {
    private func isValid(_ ring: Ring) throws -> Bool {
        let geometry = try GEOSGeometry(polygon: [ring], in: GEOSContext())
        let defect = try geometry.defect()
        return defect == nil
    }

    private static func closed(_ corners: [(Double, Double)]) -> Ring {
        let ring = corners.map { Position(longitude: $0.0, latitude: $0.1) }
        return ring + ring.prefix(1)
    }

    /// On a small grid, corners meet edges and other corners, edges lie on each other and turn back, all the time.
    @Test(arguments: UInt64(1)...4) func ringsOnAGridAreNeverTakenForSimple(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var simple = 0
        for round in 0..<2_000 {
            let grid = Int.random(in: 2...6, using: &random)
            let steps: [Double] = [1, 0.1, 1e-7]
            let (step, away) = (steps[round % 3], random.number(-100...100))
            func place() -> Double { step * Double(Int.random(in: 0..<grid, using: &random)) }
            var corners = (0..<Int.random(in: 3...7, using: &random)).map { _ in (away + place(), place()) }
            if Bool.random(using: &random) { corners.insert(corners[1], at: 1) }
            let ring = Self.closed(corners)
            guard SimpleRing.isSimple(ring) else { continue }
            simple += 1
            #expect(try isValid(ring), "seed \(seed) round \(round): \(corners)")
        }
        #expect(simple > 100, "seed \(seed)")
    }

    /// A corner is moved onto another edge, beside it by a few roundings, or through it.
    @Test(arguments: UInt64(1)...4) func whatIsNearlyATouchIsLeftToGEOS(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for round in 0..<300 {
            var corners = Array(random.star(116.4, 39.9, radius: 0.1, corners: 20).dropLast())
            let (corner, edge) = (Int.random(in: 0..<8, using: &random), Int.random(in: 10..<18, using: &random))
            let along = random.number(0...1)
            let (from, to) = (corners[edge], corners[edge + 1])
            corners[corner] = (from.0 + along * (to.0 - from.0), from.1 + along * (to.1 - from.1))
            for _ in 0..<Int.random(in: 0...3, using: &random) { corners[corner].1 = corners[corner].1.nextUp }
            let ring = Self.closed(corners)
            if SimpleRing.isSimple(ring) {
                #expect(try isValid(ring), "seed \(seed) round \(round): \(corners)")
            }
        }
    }

    /// What people draw is seen to be simple: rings around a place, straight ones, and those with many corners on a line.
    @Test func drawnRingsNeedNoGEOS() throws {
        var random = SeededGenerator(seed: 7)
        for count in [3, 4, 10, 100, 1_000] {
            for round in 0..<20 {
                let angles = (0..<count).map { 6.28 * (Double($0) + random.number(0...0.5)) / Double(count) }
                let corners = angles.map { angle in
                    let far = 0.01 * (1 + random.number(0...0.3))
                    return (116.4 + far * cos(angle), 39.9 + far * sin(angle))
                }
                #expect(SimpleRing.isSimple(Self.closed(corners)), "\(count) corners, round \(round)")
            }
        }
        let square = (0..<40).map { place -> (Double, Double) in
            let along = Double(place % 10) / 10
            let sides: [(Double, Double)] = [(along, 0), (1, along), (1 - along, 1), (0, 1 - along)]
            return sides[place / 10]
        }
        #expect(SimpleRing.isSimple(Self.closed(square)))
        #expect(SimpleRing.isSimple(Self.closed(square.flatMap { [$0, $0] })))
    }

    @Test(arguments: [
        [(0, 0), (1, 0), (0, 0)], [(0, 0), (1, 1), (2, 2)], [(0, 0), (2, 0), (1, 0), (1, 1)],
        [(0, 0), (1, 1), (1, 0), (0, 1)], [(0, 0), (0, 0), (0, 0)],
        [(0, 0), (4, 0), (4, 4), (2, 0), (0, 4)], [(0, 0), (2, 0), (1, 1), (2, 2), (0, 2), (1, 1)],
        [(0, 0), (1e-200, 1e-200), (5e-201, 6e-201)],
    ]) func isLeftToGEOS(_ corners: [(Double, Double)]) {
        #expect(!SimpleRing.isSimple(Self.closed(corners)))
    }

    /// A comb's teeth, slanted, have boxes that all meet each other.
    @Test func whatTakesLongIsLeftToGEOS() {
        let teeth = 1_000
        var corners: [(Double, Double)] = []
        for tooth in 0..<teeth {
            let x = Double(tooth) * 1e-3
            corners += [(x, 0), (x + 50, 50)]
        }
        #expect(!SimpleRing.isSimple(Self.closed(corners + [(60, 0), (60, -1), (-1, -1)])))
    }
}
