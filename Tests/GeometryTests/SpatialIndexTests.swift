import Fencing
import Positioning
import TestSupport
import Testing

@testable import Geometry

@Suite struct SpatialIndexTests {
    /// Fences of all kinds and sizes, all over the earth, many near the antimeridian and the poles.
    private static func drawnFences(_ generator: inout SeededGenerator, _ count: Int) throws -> FenceCatalogue {
        try catalogue(
            (0..<count).map { number in
                let longitude = number % 3 == 0 ? generator.number(179...180) : generator.number(-180...180)
                let latitude = number % 5 == 0 ? generator.number(86...90) : generator.number(-70...70)
                let size = [0.000_01, 0.01, 1, 8][number % 4]
                switch number % 7 {
                case 0:
                    return feature(
                        "f\(number)", "Point", "[\(longitude),\(latitude)]", properties: "\"radius_m\":\(size * 1e5)")
                case 1:
                    let line = "[[\(longitude),\(latitude)],[\(longitude + size),\(latitude * 0.99)]]"
                    return feature(
                        "f\(number)", "LineString", line, properties: "\"half_width_m\":\(max(0.1, size * 1e3))")
                default:
                    let north = min(90, latitude + size)
                    return polygon(
                        "f\(number)", [rectangle(longitude, min(latitude, north - size), longitude + size, north)])
                }
            })
    }

    @Test(arguments: UInt64(0)..<6)
    func findsEveryFenceThatIsNear(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let fences = try FenceIndex(Self.drawnFences(&generator, 300))
        var hits = 0
        for drawn in 0..<150 {
            let place = at(
                drawn % 4 == 0 ? generator.number(80...90) : generator.number(-90...90),
                drawn % 3 == 0 ? -generator.number(179...180) : generator.number(-180...180))
            let metres = [0, 10, 5_000, 300_000][drawn % 4]
            var found = [-1]
            fences.candidates(around: place, within: Double(metres), into: &found)
            #expect(found.first == -1)
            found.removeFirst()
            #expect(found == Array(Set(found)).sorted())
            for fence in fences.fences.indices where fences.signedDistance(to: fence, from: place) <= Double(metres) {
                #expect(found.contains(fence), "seed \(seed): \(fences.fences[fence].id) \(place) \(metres)")
                hits += 1
            }
        }
        #expect(hits > 20)
    }

    @Test(arguments: UInt64(0)..<4)
    func findsEveryFenceOnTheWay(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let fences = try FenceIndex(Self.drawnFences(&generator, 200))
        var hits = 0
        for _ in 0..<100 {
            let a = at(generator.number(-85...88), generator.number(-180...180))
            let b = at(
                min(90, a.latitude + generator.number(-2...2)),
                (a.longitude + generator.number(-3...3)).unrolled(near: 0))
            var found: [Int] = []
            fences.candidates(along: a, to: b, within: 0, into: &found)
            #expect(found == Array(Set(found)).sorted())
            for fence in fences.fences.indices where fences.passage(through: fence, from: a, to: b) != nil {
                #expect(found.contains(fence), "seed \(seed): \(fences.fences[fence].id) \(a) \(b)")
                hits += 1
            }
        }
        #expect(hits > 5)
    }

    @Test func onAWayAcrossOnlyTheBoxesThatItMeetsAreNamed() throws {
        let fences = try index(polygon("a", [rectangle(0, 0, 1, 1)]), polygon("b", [rectangle(9, 0, 10, 1)]))
        var found: [Int] = []
        fences.candidates(along: at(0, 0), to: at(10, 10), within: 100, into: &found)
        #expect(found == [0])
    }

    @Test func theTreeAnswersAsALoopDoes() {
        var generator = SeededGenerator(seed: 3)
        for count in [0, 1, 7, 8, 9, 63, 64, 65, 513, 2_000] {
            let boxes = (0..<count).map { _ in
                let (x, y) = (generator.number(-10...10), generator.number(-10...10))
                return Box(west: x, south: y, east: x + generator.number(0...1), north: y + generator.number(0...1))
            }
            let tree = BoxTree(boxes)
            for _ in 0..<20 {
                let (x, y) = (generator.number(-11...11), generator.number(-11...11))
                let asked = Box(west: x, south: y, east: x + 1, north: y + 1)
                var found: [Int] = []
                tree.leaves(meeting: asked) { leaf, box in
                    found.append(leaf)
                    #expect(box.holds(boxes[leaf]) && boxes[leaf].grown(byDegrees: 2 * Limits.boxTreeStep).holds(box))
                }
                #expect(found == found.sorted())
                let near = boxes.indices.filter { boxes[$0].grown(byDegrees: 2 * Limits.boxTreeStep).meets(asked) }
                #expect(Set(found).isSubset(of: near), "\(count)")
                #expect(Set(found).isSuperset(of: boxes.indices.filter { boxes[$0].meets(asked) }), "\(count)")
            }
        }
    }

    /// Each quarter of a square after another, and from each cell to one beside it.
    @Test func theCurveGoesThroughAllCellsOneBesideTheOther() {
        let size: UInt32 = 64
        let cells = (0..<size * size).map { (x: $0 % size, y: $0 / size) }
        let along = cells.map {
            HilbertCurve.distance(to: $0.x << 26, $0.y << 26) >> 52
        }
        #expect(along.sorted() == Array(0..<UInt64(cells.count)))
        let way = cells.indices.sorted { along[$0] < along[$1] }.map { cells[$0] }
        for (a, b) in zip(way, way.dropFirst()) {
            #expect(max(a.x, b.x) - min(a.x, b.x) + max(a.y, b.y) - min(a.y, b.y) == 1, "\(a) \(b)")
        }
        #expect(HilbertCurve.distance(to: .max, 0) == .max)
    }
}

extension Box {
    fileprivate func holds(_ other: Box) -> Bool {
        west <= other.west && south <= other.south && other.east <= east && other.north <= north
    }

    fileprivate func grown(byDegrees degrees: Double) -> Box { widened(east: degrees, north: degrees) }
}
