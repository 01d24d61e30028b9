import Positioning
import Testing

@testable import Geometry

/// The antimeridian, the poles, the smallest and the biggest.
@Suite struct WholeEarthTests {
    /// A fence around Taveuni, Fiji, in each way in which it may be written.
    static let acrossTheAntimeridian = [
        "[\(text([rectangle(179, -17, 180, -16)])),\(text([rectangle(-180, -17, -179, -16)]))]",
        "[\(text([rectangle(-180, -17, -179, -16)])),\(text([rectangle(179, -17, 180, -16)]))]",
        "[\(text([rectangle(179, -17, 181, -16)]))]",
        "[\(text([rectangle(-181, -17, -179, -16)]))]",
        "[\(text([rectangle(539, -17, 541, -16)]))]",
    ]

    @Test(arguments: acrossTheAntimeridian.dropLast())
    func theSeamIsNoBoundary(_ coordinates: String) throws {
        let fences = try index(feature("fiji", "MultiPolygon", coordinates))
        let deep = -55_000.0
        for longitude in [180.0, -180, 179.999, -179.999] {
            #expect(fences.signedDistance(to: 0, from: at(-16.5, longitude)) < deep, "\(longitude)")
            var found: [Int] = []
            fences.candidates(around: at(-16.5, longitude), within: 1, into: &found)
            #expect(found == [0])
        }
        for (longitude, away) in [(178.99, 1), (-178.99, 1), (178.0, 100), (-178, 100)] {
            let distance = fences.signedDistance(to: 0, from: at(-16.5, longitude))
            #expect((distance / (Double(away) * 1_067.4) - 1).magnitude < 0.01, "\(longitude) \(distance)")
        }
        #expect(fences.passage(through: 0, from: at(-16.5, 179.5), to: at(-16.5, -179.5)) == 0...1)
        for (a, b) in [(178.0, -178.0), (-178, 178)] {
            let across = try #require(fences.passage(through: 0, from: at(-16.5, a), to: at(-16.5, b)))
            #expect((across.lowerBound - 0.25).magnitude < 1e-9 && (across.upperBound - 0.75).magnitude < 1e-9)
            var found: [Int] = []
            fences.candidates(along: at(-16.5, a), to: at(-16.5, b), within: 1, into: &found)
            #expect(found == [0])
        }
        #expect(fences.passage(through: 0, from: at(-16.5, 170), to: at(-16.5, -10)) == nil)
        // Its box is about the fence, not about the earth.
        var far: [Int] = []
        fences.candidates(around: at(-16.5, 0), within: 1_000, into: &far)
        #expect(far.isEmpty)
        let inside = fences.anyInteriorPoint(of: 0)
        #expect(inside.isOnEarth && fences.signedDistance(to: 0, from: inside) < 0)
    }

    @Test func longitudesFarBeyondATurnAreRefused() {
        #expect(throws: FenceErrors.self) {
            try index(feature("fiji", "MultiPolygon", Self.acrossTheAntimeridian[4]))
        }
    }

    @Test func aCircleAndACorridorAcrossTheAntimeridian() throws {
        let circle = feature("c", "Point", "[180,10]", properties: #""radius_m":5000"#)
        let corridor = feature(
            "r", "MultiLineString", "[[[179,20],[180,20]],[[-180,20],[-179,20]]]", properties: #""half_width_m":50"#)
        let fences = try index(circle, corridor)
        #expect((fences.signedDistance(to: 0, from: at(10, -180)) + 5_000).magnitude < 0.001)
        #expect(fences.passage(through: 0, from: at(10, 179), to: at(10, -179)) != nil)
        #expect((fences.signedDistance(to: 1, from: at(20, -179.9)) + 50).magnitude < 0.001)
        #expect(fences.passage(through: 1, from: at(20, 179.5), to: at(20, -179.5)) == 0...1)
    }

    @Test func aFenceAroundThePole() throws {
        let fences = try index(polygon("arctic", [rectangle(-180, 80, 180, 90)]))
        // Neither the seam nor the pole is a boundary: a degree of latitude is 111.7 km here.
        for longitude in [-180.0, -90, 0, 179.9, 180] {
            #expect((fences.signedDistance(to: 0, from: at(81, longitude)) + 111_660).magnitude < 100)
            #expect((fences.signedDistance(to: 0, from: at(79, longitude)) - 111_650).magnitude < 100)
            #expect(fences.signedDistance(to: 0, from: at(90, longitude)) < -1_000_000)
        }
        #expect(fences.passage(through: 0, from: at(85, 179), to: at(85, -179)) == 0...1)
        var found: [Int] = []
        fences.candidates(around: at(79.99, 33), within: 5_000, into: &found)
        #expect(found == [0])
    }

    @Test func theWholeEarthHasNoBoundary() throws {
        let fences = try index(polygon("earth", [rectangle(-180, -90, 180, 90)]))
        for place in [at(0, 0), at(90, 0), at(-90, 12), at(5, 180), at(5, -180)] {
            #expect(fences.signedDistance(to: 0, from: place) == -Limits.farthest_m)
        }
    }

    @Test func aMetreAndAThousandKilometres() throws {
        let metre = 1.0 / 111_000
        let fences = try index(
            polygon("a", [rectangle(10, 50, 10 + metre, 50 + metre)]), polygon("b", [rectangle(0, 45, 14, 54)]),
            feature("c", "Point", "[10,50]", properties: #""radius_m":0.5"#),
            feature("d", "Point", "[10,50]", properties: #""radius_m":1000000"#))
        #expect((fences.signedDistance(to: 0, from: at(50 + metre / 2, 10 + metre / 2)) + 0.32).magnitude < 0.01)
        // At the northern edge a degree of longitude is 65.6 km, at the southern 78.8 km: the place's own latitude
        // counts.
        #expect((fences.signedDistance(to: 1, from: at(53.5, 14.05)) - 3_320).magnitude < 10)
        #expect((fences.signedDistance(to: 1, from: at(45.5, 14.05)) - 3_907).magnitude < 10)
        #expect((fences.signedDistance(to: 2, from: at(50, 10)) + 0.5).magnitude < 1e-9)
        #expect((fences.signedDistance(to: 3, from: at(50, 10)) + 1_000_000).magnitude < 1e-6)
    }

    @Test func nowhereIsNearNothing() throws {
        let fences = try index(polygon("a", [rectangle(0, 0, 1, 1)]))
        for place in [at(.nan, 0), at(0, .nan), at(.infinity, 0), at(91, 0), at(0, 181)] {
            var found: [Int] = []
            fences.candidates(around: place, within: 1e9, into: &found)
            fences.candidates(along: place, to: at(0, 0), within: 1e9, into: &found)
            #expect(found.isEmpty)
            #expect(fences.signedDistance(to: 0, from: place) == Limits.farthest_m)
            #expect(fences.passage(through: 0, from: place, to: at(0, 0)) == nil)
        }
    }

    @Test func noPlaceTrapsAndDistancesStayWithinTheEarth() throws {
        let belt: [(Double, Double)] = [(-170, -80), (0, -80), (170, -80), (170, 80), (0, 80), (-170, 80), (-170, -80)]
        let fences = try index(
            polygon("a", [rectangle(-180, 80, 180, 90)]),
            polygon("b", [belt, rectangle(-1, -1, 1, 1)]),
            feature("c", "Point", "[0,90]", properties: #""radius_m":200000"#),
            feature(
                "d", "LineString", "[[-180,-90],[-60,-89],[60,-89.5],[180,-90]]", properties: #""half_width_m":90000"#),
            feature("e", "Point", "[-180,-90]", properties: #""radius_m":1"#))
        let latitudes = [-90, -89.999_999, -80, -45, 0, 1e-300, 45, 89.999_999, 90]
        let longitudes = [-180, -179.999_999_999, -90, -0.0, 1, 179.999_999_999, 180]
        let places = latitudes.flatMap { latitude in longitudes.map { at(latitude, $0) } }
        for place in places {
            for fence in fences.fences.indices {
                let distance = fences.signedDistance(to: fence, from: place)
                #expect(distance.magnitude <= Limits.farthest_m, "\(fence) \(place)")
                for other in places {
                    let passage = fences.passage(through: fence, from: place, to: other)
                    #expect(passage.map { (0...1).contains($0.lowerBound) && (0...1).contains($0.upperBound) } ?? true)
                    if distance <= 0 { #expect(passage?.lowerBound == 0, "\(fence) \(place) \(other)") }
                }
            }
        }
    }
}
