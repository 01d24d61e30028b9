import Positioning
import TestSupport
import Testing

@testable import Geometry

@Suite struct AreaTests {
    @Test func holesAreOutside() throws {
        let fences = try index(polygon("a", [rectangle(0, 0, 3, 3), rectangle(1, 1, 2, 2)]))
        #expect(fences.signedDistance(to: 0, from: at(0.5, 0.5)) < 0)
        #expect(fences.signedDistance(to: 0, from: at(1.5, 1.5)) > 50_000)
        #expect(fences.passage(through: 0, from: at(1.5, 1.2), to: at(1.5, 1.8)) == nil)
        let across = try #require(fences.passage(through: 0, from: at(1.5, -1), to: at(1.5, 4)))
        #expect((across.lowerBound - 0.2).magnitude < 1e-12 && (across.upperBound - 0.8).magnitude < 1e-12)
    }

    @Test func theBoundaryCountsAsInside() throws {
        let fences = try index(polygon("a", [rectangle(0, 0, 3, 3), rectangle(1, 1, 2, 2)]))
        for place in [at(0, 0), at(3, 1.5), at(1.5, 0), at(1, 1), at(1.5, 2), at(3, 3)] {
            #expect(fences.signedDistance(to: 0, from: place) == 0, "\(place)")
            #expect(fences.signedDistance(to: 0, from: place).sign == .minus)
        }
    }

    @Test func partsThatTouchOrOverlapHaveNoInnerBoundary() throws {
        let touching = "[\(text([rectangle(0, 0, 1, 1)])),\(text([rectangle(1, 0, 2, 1)]))]"
        let overlapping = "[\(text([rectangle(0, 0, 1.5, 1)])),\(text([rectangle(0.5, 0, 2, 1)]))]"
        for coordinates in [touching, overlapping] {
            let catalogue = try catalogue([feature("a", "MultiPolygon", coordinates)])
            #expect(catalogue.describeShape(of: 0).hasPrefix("polygon, "))
            let fences = try FenceIndex(catalogue)
            #expect((fences.signedDistance(to: 0, from: at(0.5, 1)) + 55_287).magnitude < 10)
        }
    }

    @Test(arguments: UInt64(0)..<40)
    func agreesWithRayCastingAndPlainDistance(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let (x, y) = (generator.number(-179...179), generator.number(-65...65))
        let radius = [0.000_05, 0.001, 0.02, 0.1][Int(seed % 4)]
        let corners = [3, 12, 60, 400][Int(seed / 4 % 4)]
        var rings = [generator.star(x, y, radius: radius, corners: corners)]
        if seed % 3 == 0 { rings.append(generator.star(x, y, radius: radius * 0.15, corners: 7)) }
        let fences = try index(polygon("a", rings))
        for _ in 0..<200 {
            let (px, py) = (x + radius * generator.number(-1.5...1.5), y + radius * generator.number(-1.5...1.5))
            let distance = fences.signedDistance(to: 0, from: at(py, px))
            let expected = Reference.distance(rings, px, py)
            #expect((distance < 0) == Reference.contains(rings, px, py), "seed \(seed): \(px) \(py)")
            // The reference measures at the place's latitude, the fence halfway to the boundary.
            #expect(
                (distance.magnitude - expected).magnitude <= 1e-4 + expected * (expected / 1e6 + 3e-5),
                "seed \(seed): \(px) \(py)")
        }
        let inside = fences.anyInteriorPoint(of: 0)
        #expect(Reference.contains(rings, inside.longitude, inside.latitude), "seed \(seed)")
    }

    @Test(arguments: UInt64(100)..<106)
    func aWayIsInsideWhereItsPointsAre(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let rings = [generator.star(10, 50, radius: 0.01, corners: 30)]
        let fences = try index(polygon("a", rings))
        for _ in 0..<60 {
            func place() -> Coordinate {
                at(50 + generator.number(-0.015...0.015), 10 + generator.number(-0.015...0.015))
            }
            let (a, b) = (place(), place())
            let steps = 200
            func on(_ share: Double) -> Coordinate {
                let (north, east) = (b.latitude - a.latitude, b.longitude - a.longitude)
                return at(a.latitude + share * north, a.longitude + share * east)
            }
            let shares = (0...steps).map { Double($0) / Double(steps) }
            let inside = shares.filter { Reference.contains(rings, on($0).longitude, on($0).latitude) }
            let passage = fences.passage(through: 0, from: a, to: b)
            guard let first = inside.first, let last = inside.last else {
                // Between two samples it may still cut a corner.
                #expect((passage.map { $0.upperBound - $0.lowerBound } ?? 0) < 0.1, "seed \(seed): \(a) \(b)")
                continue
            }
            let found = try #require(passage, "seed \(seed): \(a) \(b)")
            #expect(found.lowerBound <= first && found.upperBound >= last, "seed \(seed): \(a) \(b)")
            for edge in [found.lowerBound, found.upperBound] where edge > 0 && edge < 1 {
                #expect(fences.signedDistance(to: 0, from: on(edge)).magnitude < 1e-6, "seed \(seed): \(a) \(b)")
            }
        }
    }

    @Test func preparedAndPlainContainmentAreTheSame() throws {
        var generator = SeededGenerator(seed: 5)
        let ring = generator.star(0, 0, radius: 1, corners: 200).map { Position(longitude: $0.0, latitude: $0.1) }
        let context = try GEOSContext()
        let prepared = try PreparedArea(GEOSGeometry(polygon: [ring], in: context))
        let plain = try GEOSGeometry(polygon: [ring], in: context)
        var count = 0
        for drawn in 0..<2_000 {
            let place = Position(longitude: generator.number(-1...1), latitude: generator.number(-1...1))
            let position = drawn % 10 == 0 ? ring[drawn / 10 % ring.count] : place
            let inside = prepared.contains(position)
            #expect(try plain.intersects(position) == inside, "\(position)")
            count += inside ? 1 : 0
        }
        #expect((200...1_800).contains(count))
    }

    @Test func aPassageOfTheWayAlongAnEdgeThroughACornerAndOfNoLength() throws {
        let fences = try index(polygon("a", [rectangle(0, 0, 1, 1)]))
        #expect(fences.passage(through: 0, from: at(0, -1), to: at(0, 3)) == 0.25...0.5)
        #expect(fences.passage(through: 0, from: at(2, 0), to: at(0, 2)) == 0.5...0.5)
        #expect(
            fences.passage(through: 0, from: at(-1, -1), to: at(2, 2)).map {
                ($0.upperBound - 2.0 / 3).magnitude < 1e-12
            } == true)
        #expect(fences.passage(through: 0, from: at(0.5, 0.5), to: at(0.5, 0.5)) == 0...1)
        #expect(fences.passage(through: 0, from: at(5, 5), to: at(5, 5)) == nil)
        #expect(fences.passage(through: 0, from: at(0.5, 0.5), to: at(0.5, 1.5)) == 0...0.5)
        #expect(fences.passage(through: 0, from: at(0.5, 1), to: at(0.5, 2)) == 0...0)
    }

    /// What ``FenceIndex/signedDistance(to:from:)`` promises of polygons and corridors.
    @Test(arguments: [(5_000.0, 0.001), (20_000, 0.2), (100_000, 100)])
    func distancesAreRightAgainstTheEllipsoid(_ reach: Double, _ allowed: Double) {
        var generator = SeededGenerator(seed: 8)
        var worst = 0.0
        for _ in 0..<2_000 {
            let end = Position(longitude: generator.number(-180...180), latitude: generator.number(-70...70))
            let (east, north) = (generator.number(-1...1), generator.number(-1...1))
            let place = end.shifted(by: east * reach / 111_000)
            let from = Position(longitude: place.longitude, latitude: place.latitude + north * reach / 111_000)
            var table = EdgeTable()
            let boundary = Boundary([Boundary.Segment(from: end, to: end)], into: &table)
            let distance = boundary.nearest(to: from, table).distance_m
            worst = max(worst, (distance - GeodesicOrigin(end).distance(to: from)).magnitude)
        }
        #expect(worst < allowed, "\(worst) m at \(reach) m")
    }

    /// One catalogue, many threads, each with an index of its own: the same answers.
    @Test func shardsAgree() async throws {
        let catalogue = try FenceCatalogue.load(exampleFiles())
        let answers = try await withThrowingTaskGroup(of: [Double].self) { group in
            for _ in 0..<6 {
                group.addTask {
                    let fences = try FenceIndex(catalogue)
                    var generator = SeededGenerator(seed: 4)
                    return (0..<300).flatMap { _ in
                        let place = at(39.9 + generator.number(-0.05...0.05), 116.4 + generator.number(-0.05...0.05))
                        return fences.fences.indices.map { fences.signedDistance(to: $0, from: place) }
                    }
                }
            }
            return try await group.reduce(into: [[Double]]()) { $0.append($1) }
        }
        #expect(answers.count == 6 && answers.allSatisfy { $0 == answers[0] })
    }
}
