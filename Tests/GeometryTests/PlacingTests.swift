import Dispatch
import Fencing
import Foundation
import Positioning
import Synchronization
import TestSupport
import Testing

@testable import Geometry

/// What is placed in pieces, by whom and when ever, answers as a fence that is alone.
@Suite struct PlacingTests {
    /// The last piece first.
    private struct Backwards: Workers {
        func map<Piece: Sendable, Result: Sendable>(
            _ pieces: [Piece], _ work: @escaping @Sendable (Piece) -> Result
        ) -> [Result] { pieces.reversed().map(work).reversed() }
    }

    /// All threads that there are, each piece whenever it comes.
    private struct AtOnce: Workers {
        func map<Piece: Sendable, Result: Sendable>(
            _ pieces: [Piece], _ work: @escaping @Sendable (Piece) -> Result
        ) -> [Result] {
            let results = Mutex<[Int: Result]>([:])
            DispatchQueue.concurrentPerform(iterations: pieces.count) { number in
                let result = work(pieces[number])
                results.withLock { $0[number] = result }
            }
            return results.withLock { results in pieces.indices.compactMap { results[$0] } }
        }
    }

    /// Stars with corners that stand twice, some with a hole; circles, corridors, and areas over a pole or around the earth.
    private static func drawnFence(_ number: Int, _ generator: inout SeededGenerator) -> String {
        let (id, x, y) = ("f\(number)", generator.number(-179...179), generator.number(-60...60))
        func star(_ size: Double) -> [(Double, Double)] {
            let corners = Int(generator.number(3...40))
            var ring = (0..<corners).map { corner in
                let (angle, radius) = (2 * .pi * Double(corner) / Double(corners), size * generator.number(0.6...1))
                return (x + radius * cos(angle), y + radius * sin(angle))
            }
            ring.append(ring[0])
            if number % 3 == 0 { ring.insert(ring[1], at: 1) }
            return ring
        }
        switch number % 23 {
        case 0: return feature(id, "Point", "[\(x),\(y)]", properties: "\"radius_m\":1000")
        case 1:
            let line = "[[\(x),\(y)],[\(x + 0.1),\(y)],[\(x + 0.1),\(y)],[\(x + 0.1),\(y + 0.2)]]"
            return feature(id, "LineString", line, properties: "\"half_width_m\":50")
        case 2: return polygon(id, [rectangle(-180, 80 + y / 100, 180, 90)])
        case 3: return polygon(id, [rectangle(-180, y, 180, y + 1)])
        case 4, 5: return polygon(id, [star(0.5), star(0.1).reversed()])
        default: return polygon(id, [star(0.01)])
        }
    }

    @Test(arguments: UInt64(0)..<2)
    func aFenceOfManyAnswersAsAlone(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let drawn = (0..<(2 * Limits.shapesPlacedAtOnce + 77)).map { Self.drawnFence($0, &generator) }
        let halves = [drawn[..<200], drawn[200...]].enumerated().map { number, features in
            FenceFile("\(number)", "{\"type\":\"FeatureCollection\",\"features\":[\(features.joined(separator: ","))]}")
        }
        let readings = try halves.map { try FenceReading($0) }
        let indices = try [
            FenceIndex(FenceCatalogue(readings)), FenceIndex(FenceCatalogue(readings, by: Backwards())),
            FenceIndex(FenceCatalogue(readings, by: AtOnce())),
        ]
        for fence in stride(from: Int(seed), to: drawn.count, by: 9) {
            let known = indices[0].fences[fence]
            let number = try #require(Int(known.id.dropFirst()))
            let alone = try index(drawn[number])
            let middle = alone.anyInteriorPoint(of: 0)
            let (a, b) = (
                at(middle.latitude + generator.number(-0.02...0.02), middle.longitude + generator.number(-0.02...0.02)),
                at(generator.number(-90...90), generator.number(-180...180))
            )
            for index in indices {
                let comment = Comment("seed \(seed): \(known.id) \(a) \(b)")
                for place in [middle, a, b] {
                    let (one, many) = (
                        alone.signedDistance(to: 0, from: place), index.signedDistance(to: fence, from: place)
                    )
                    #expect(one.bitPattern == many.bitPattern, comment)
                    #expect(alone.contains(place, in: 0) == index.contains(place, in: fence), comment)
                }
                #expect(
                    alone.passage(through: 0, from: a, to: b) == index.passage(through: fence, from: a, to: b), comment)
            }
        }
    }
}
