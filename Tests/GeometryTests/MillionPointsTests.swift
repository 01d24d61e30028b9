import Fencing
import Foundation
import Positioning
import TestSupport
import Testing

@testable import Geometry

/// The whole way of a question, index and prepared geometry, against a loop over every fence: a million points in all in
/// `make faults`, fewer in `make test`.
@Suite struct MillionPointsTests {
    private static let points =
        ProcessInfo.processInfo.environment["GEOFENCED_POINTS"].flatMap(Int.init) ?? 160_000

    @Test(arguments: UInt64(0)..<8)
    func theFencesAtAPointAreThoseOfALoopOverAll(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let rings = (0..<40).map { _ in
            [
                generator.star(
                    generator.number(116.3...116.5), generator.number(39.8...40),
                    radius: generator.number(0.001...0.02),
                    corners: Int.random(in: 6...24, using: &generator))
            ]
        }
        let fences = try FenceIndex(catalogue(rings.enumerated().map { polygon("f\($0.offset + 100)", $0.element) }))
        let boxes = rings.map { ring in
            let (xs, ys) = (ring[0].map(\.0), ring[0].map(\.1))
            return (xs.min() ?? 0, xs.max() ?? 0, ys.min() ?? 0, ys.max() ?? 0)
        }
        var found: [Int] = []
        var hits = 0
        for _ in 0..<Self.points / 8 {
            let (x, y) = (generator.number(116.3...116.5), generator.number(39.8...40))
            var expected: [Int] = []
            for (fence, box) in boxes.enumerated() where x >= box.0 && x <= box.1 && y >= box.2 && y <= box.3 {
                if Reference.contains(rings[fence], x, y) { expected.append(fence) }
            }
            found.removeAll(keepingCapacity: true)
            fences.candidates(around: at(y, x), within: 0, into: &found)
            let inside = found.filter { fences.signedDistance(to: $0, from: at(y, x)) <= 0 }
            if inside != expected { Issue.record("seed \(seed): \(x) \(y): \(inside), not \(expected)") }
            hits += expected.count
        }
        #expect(hits > Self.points / 100)
    }
}
