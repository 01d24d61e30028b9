import Fencing
import Positioning
import TestSupport
import Testing

@testable import Geometry

@Suite struct ClearingTests {
    private static func drawnFences(_ generator: inout SeededGenerator, _ x: Double, _ y: Double) throws
        -> FenceCatalogue
    {
        try catalogue(
            (0..<60).map { number in
                let (x, y) = (x + generator.number(-0.05...0.05), y + generator.number(-0.02...0.02))
                let size = [0.0003, 0.002, 0.01][number % 3]
                switch number % 5 {
                case 0: return feature("f\(number)", "Point", "[\(x),\(y)]", properties: "\"radius_m\":\(size * 5e4)")
                case 1:
                    return feature(
                        "f\(number)", "LineString", "[[\(x),\(y)],[\(x + size),\(y + size)]]",
                        properties: "\"half_width_m\":\(size * 1e4)")
                default: return polygon("f\(number)", [generator.star(x, y, radius: size, corners: 12)])
                }
            })
    }

    /// Nobody who stays in a clearing is inside of a fence that it was not made apart from, or crosses one.
    @Test(arguments: UInt64(0)..<8)
    func noFenceReachesIntoAClearing(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let (x, y) = (generator.number(-178.8...178.8), generator.number(-84...84))
        let fences = try FenceIndex(Self.drawnFences(&generator, x, y))
        var (clearings, ways) = (0, 0)
        for drawn in 0..<300 {
            let middle = at(y + generator.number(-0.02...0.02), x + generator.number(-0.05...0.05))
            let known = Set((0..<drawn % 3).map { _ in Int.random(in: 0..<60, using: &generator) })
            let isClear = !fences.fences.indices.contains { !known.contains($0) && fences.contains(middle, in: $0) }
            guard let clearing = fences.clearing(around: middle, apartFrom: known.contains) else { continue }
            #expect(isClear && clearing.holds(middle), "seed \(seed): \(middle)")
            clearings += 1
            let reach = [0.0002, 0.002, 0.02][drawn % 3]
            let places = (0..<12).map { _ in
                at(
                    middle.latitude + reach * generator.number(-1...1),
                    middle.longitude + reach * generator.number(-1...1))
            }
            .filter(clearing.holds)
            for (a, b) in zip(places, places.dropFirst()) {
                for fence in fences.fences.indices where !known.contains(fence) {
                    #expect(!fences.contains(a, in: fence), "seed \(seed): \(a)")
                    #expect(fences.passage(through: fence, from: a, to: b) == nil, "seed \(seed): \(a) \(b)")
                }
                ways += 1
            }
        }
        #expect(clearings > 30 && ways > 50, "seed \(seed): \(clearings) \(ways)")
    }

    @Test func insideAFenceAndAtTheEarthsEdgesIsNone() throws {
        let fences = try index(polygon("a", [rectangle(0, 0, 1, 1)]))
        #expect(fences.clearing(around: at(0.5, 0.5), apartFrom: { _ in false }) == nil)
        #expect(fences.clearing(around: at(0.5, 1), apartFrom: { _ in false }) == nil)
        #expect(fences.clearing(around: at(0.5, 0.5), apartFrom: { $0 == 0 }) != nil)
        for place in [at(0, 179.9), at(0, -180), at(89, 0), at(-90, 0), at(.nan, 0)] {
            #expect(fences.clearing(around: place, apartFrom: { _ in false }) == nil, "\(place)")
        }
    }
}
