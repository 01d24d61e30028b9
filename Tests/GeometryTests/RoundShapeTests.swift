import Positioning
import TestSupport
import Testing

@testable import Geometry

@Suite struct RoundShapeTests {
    @Test(arguments: [1.0, 50, 5_000, 80_000])
    func aCircleIsRoundOnTheEllipsoid(_ radius: Double) throws {
        var generator = SeededGenerator(seed: UInt64(radius))
        for _ in 0..<15 {
            let centre = at(generator.number(-80...80), generator.number(-180...180))
            let fences = try index(
                feature("c", "Point", "[\(centre.longitude),\(centre.latitude)]", properties: "\"radius_m\":\(radius)"))
            #expect((fences.signedDistance(to: 0, from: centre) + radius).magnitude < 1e-6)
            let reach = radius / 111_000
            let place = at(
                centre.latitude + generator.number(-reach...reach), centre.longitude + generator.number(-reach...reach))
            let expected = Reference.geodesic(centre, place) - radius
            let found = fences.signedDistance(to: 0, from: at(place.latitude, place.longitude.unrolled(near: 0)))
            #expect((found - expected).magnitude < 0.005, "\(centre) \(place)")
        }
    }

    @Test func knownGeodesics() {
        // A degree along the equator and along a meridian; then the worked example of Geoscience Australia's GDA
        // manual, whose ellipsoid (GRS80) is the same to a tenth of a millimetre.
        #expect((GeodesicOrigin(Position(at(0, 0))).distance(to: Position(at(0, 1))) - 111_319.491).magnitude < 0.001)
        #expect((GeodesicOrigin(Position(at(0, 0))).distance(to: Position(at(1, 0))) - 110_574.389).magnitude < 0.001)
        let flinders = Position(at(-(37 + 57 / 60.0 + 3.72030 / 3600), 144 + 25 / 60.0 + 29.52440 / 3600))
        let buninyong = Position(at(-(37 + 39 / 60.0 + 10.15610 / 3600), 143 + 55 / 60.0 + 35.38390 / 3600))
        #expect((GeodesicOrigin(flinders).distance(to: buninyong) - 54_972.271).magnitude < 0.001)
        let antipodes = GeodesicOrigin(Position(at(0, 0))).distance(to: Position(at(0.1, 179.9)))
        #expect((19_900_000...20_040_000).contains(antipodes))
    }

    @Test func aWayThroughACircle() throws {
        let fences = try index(feature("c", "Point", "[116.4,39.9]", properties: "\"radius_m\":100"))
        let through = try #require(fences.passage(through: 0, from: at(39.9, 116.39), to: at(39.9, 116.41)))
        for edge in [through.lowerBound, through.upperBound] {
            #expect(fences.signedDistance(to: 0, from: at(39.9, 116.39 + 0.02 * edge)).magnitude < 1e-6)
        }
        #expect((through.lowerBound + through.upperBound - 1).magnitude < 1e-6)
        #expect(fences.passage(through: 0, from: at(39.902, 116.39), to: at(39.902, 116.41)) == nil)
        #expect(fences.passage(through: 0, from: at(39.9, 116.4), to: at(39.9, 116.4001)) == 0...1)
        #expect(try #require(fences.passage(through: 0, from: at(39.9, 116.4), to: at(39.91, 116.4))).lowerBound == 0)
        #expect(try #require(fences.passage(through: 0, from: at(39.91, 116.4), to: at(39.9, 116.4))).upperBound == 1)
    }

    @Test(arguments: UInt64(0)..<20)
    func aCorridorIsAsWideAsItSays(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let line = (0..<12).map { _ in (20 + generator.number(-0.05...0.05), -33 + generator.number(-0.05...0.05)) }
        let width = generator.number(5...500)
        let fences = try index(
            feature(
                "r", "LineString", String(text([line]).dropFirst().dropLast()), properties: "\"half_width_m\":\(width)")
        )
        for _ in 0..<100 {
            let place = at(-33 + generator.number(-0.06...0.06), 20 + generator.number(-0.06...0.06))
            let expected = Reference.distance([line], place.longitude, place.latitude)
            let found = fences.signedDistance(to: 0, from: place) + width
            #expect((found - expected).magnitude < 1e-3 + expected * (expected / 1e6 + 3e-5), "seed \(seed): \(place)")
        }
        #expect(fences.signedDistance(to: 0, from: fences.anyInteriorPoint(of: 0)) < -width + 0.01)
        try waysAgree(fences, &generator, seed)
    }

    private func waysAgree(_ fences: FenceIndex, _ generator: inout SeededGenerator, _ seed: UInt64) throws {
        for _ in 0..<60 {
            let a = at(-33 + generator.number(-0.06...0.06), 20 + generator.number(-0.06...0.06))
            let b = at(a.latitude + generator.number(-0.02...0.02), a.longitude + generator.number(-0.02...0.02))
            func on(_ t: Double) -> Coordinate {
                at(a.latitude + t * (b.latitude - a.latitude), a.longitude + t * (b.longitude - a.longitude))
            }
            let inside = (0...200).map { Double($0) / 200 }.filter { fences.signedDistance(to: 0, from: on($0)) <= 0 }
            let passage = fences.passage(through: 0, from: a, to: b)
            guard let first = inside.first, let last = inside.last else { continue }
            let found = try #require(passage, "seed \(seed): \(a) \(b)")
            #expect(found.lowerBound <= first + 1e-4 && found.upperBound >= last - 1e-4, "seed \(seed): \(a) \(b)")
            for edge in [found.lowerBound, found.upperBound] where edge > 0 && edge < 1 {
                #expect(fences.signedDistance(to: 0, from: on(edge)).magnitude < 0.2, "seed \(seed): \(a) \(b)")
            }
        }
    }

    @Test func manyLinesAreOneCorridor() throws {
        let fences = try index(
            feature("r", "MultiLineString", "[[[0,0],[0,1]],[[5,0],[5,1]]]", properties: #""half_width_m":100"#))
        #expect((fences.signedDistance(to: 0, from: at(0.5, 0)) + 100).magnitude < 1e-9)
        #expect((fences.signedDistance(to: 0, from: at(0.5, 5)) + 100).magnitude < 1e-9)
        #expect(fences.signedDistance(to: 0, from: at(0.5, 2.5)) > 270_000)
    }
}
