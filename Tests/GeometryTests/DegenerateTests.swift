import Fencing
import Positioning
import TestSupport
import Testing

@testable import Geometry

/// Shapes of few and extreme numbers: most are wrong in some way, and none may trap, hang, or load as something that it is not.
@Suite struct DegenerateTests {
    private static let small: [Double] = [-2, -1, 0, 1, 2]
    private static let extreme: [Double] = [-360, -181, -180, -179, -90, -1e-300, 0, 90, 179, 180, 181, 360, 540]
    private static let latitudes: [Double] = [-90, -89, -1, -1e-300, 0, 1, 45, 89, 90]

    private func ring(_ generator: inout SeededGenerator, _ xs: [Double], _ ys: [Double]) -> [(Double, Double)] {
        let corners = (0..<Int.random(in: 3...6, using: &generator)).map { _ in
            (xs.randomElement(using: &generator) ?? 0, ys.randomElement(using: &generator) ?? 0)
        }
        return corners + [corners[0]]
    }

    @Test(arguments: UInt64(0)..<6)
    func aRingOfSmallNumbersIsRefusedOrIsWhatItLooksLike(_ seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var loaded = 0
        for round in 0..<120 {
            var rings = [ring(&generator, Self.small, Self.small)]
            if round % 4 == 0 { rings.append(ring(&generator, [-0.5, 0, 0.5], [-0.5, 0, 0.5])) }
            guard let fences = try? index(polygon("a", rings)) else { continue }
            loaded += 1
            for _ in 0..<30 {
                let (x, y) = (generator.number(-2.5...2.5), generator.number(-2.5...2.5))
                let distance = fences.signedDistance(to: 0, from: at(y, x))
                #expect((distance <= 0) == Reference.contains(rings, x, y), "seed \(seed): \(rings) \(x) \(y)")
            }
        }
        #expect(loaded > 5, "seed \(seed)")
    }

    @Test(arguments: UInt64(0)..<6)
    func shapesOfExtremeNumbersAnswerSensibly(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var loaded = 0
        for round in 0..<150 {
            let parts = (0...round % 3).map { _ in ring(&generator, Self.extreme, Self.latitudes) }
            let size = [0.1, 1, 1e5, 2e6][round / 3 % 4]
            let lines = text(parts)
            let shape =
                switch round % 4 {
                case 0: feature("a", "Point", "[\(parts[0][0].0),\(parts[0][0].1)]", properties: "\"radius_m\":\(size)")
                case 1: feature("a", "MultiLineString", lines, properties: "\"half_width_m\":\(min(size, 1e5))")
                default: feature("a", "MultiPolygon", "[\(parts.map { text([$0]) }.joined(separator: ","))]")
                }
            guard let fences = try? index(shape) else { continue }
            loaded += 1
            try answersSensibly(fences, &generator, "seed \(seed): \(shape)")
        }
        #expect(loaded > 10, "seed \(seed)")
    }

    private func answersSensibly(_ fences: FenceIndex, _ generator: inout SeededGenerator, _ shape: String) throws {
        let inside = fences.anyInteriorPoint(of: 0)
        #expect(inside.isOnEarth, "\(shape)")
        #expect(fences.signedDistance(to: 0, from: inside) <= 0, "\(shape)")
        for _ in 0..<10 {
            let place = at(Self.latitudes.randomElement(using: &generator) ?? 0, generator.number(-180...180))
            let distance = fences.signedDistance(to: 0, from: place)
            #expect(distance.magnitude <= Limits.farthest_m, "\(shape) \(place)")
            var found: [Int] = []
            fences.candidates(around: place, within: 1_000, into: &found)
            if distance <= 1_000 { #expect(found == [0], "\(shape) \(place)") }
            let passage = fences.passage(through: 0, from: place, to: inside)
            #expect(try #require(passage, "\(shape) \(place)").upperBound == 1, "\(shape) \(place)")
        }
    }
}
