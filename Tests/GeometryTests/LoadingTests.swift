import Fencing
import Positioning
import Testing

@testable import Geometry

@Suite struct LoadingTests {
    private let square = "[[[0,0],[1,0],[1,1],[0,1],[0,0]]]"

    @Test func everyPropertyArrives() throws {
        let text = feature(
            "depot", "Polygon", square,
            properties: """
                "name":"Dépôt 仓库 \\ud83d\\ude9a","kind":"site","enter_confirm_s":1.5,"exit_confirm_s":60,"exit_margin_m":0,
                "dwell_s":900,"speed_limit_kmh":15,"groups":["van","truck"],"somebody":{"else's":[1,2]},
                "tz":"Asia/Shanghai","active":[{"days":["mon-fri","sun"],"from":"08:30","to":"24:00"},
                {"days":["saturday"],"from":"22:00","to":"06:00","tz":"UTC"}]
                """)
        let catalogue = try catalogue([text])
        let policy = FencePolicy(enterConfirm_s: 1.5, exitConfirm_s: 60, exitMargin_m: 0, dwell_s: 900)
        let weekdays: Set<ActiveHours.Day> = [.monday, .tuesday, .wednesday, .thursday, .friday, .sunday]
        #expect(
            catalogue.fences == [
                Fence(
                    id: "depot", name: "Dépôt 仓库 🚚", kind: .site, policy: policy, groups: ["van", "truck"],
                    speedLimit_kmh: 15,
                    active: [
                        ActiveHours(days: weekdays, from: 510, to: 1440, timeZone: "Asia/Shanghai"),
                        ActiveHours(days: [.saturday], from: 1320, to: 360, timeZone: "UTC"),
                    ])
            ])
        #expect(catalogue.warnings.map(\.what) == ["active is kept but not applied in this version"])
    }

    @Test func defaultsServe() throws {
        let catalogue = try catalogue([feature("a", "Polygon", square)])
        #expect(catalogue.fences == [Fence(id: "a")])
        #expect(catalogue.warnings.isEmpty)
    }

    @Test func aNumberIsItsText() throws {
        let text = #"{"type":"Feature","id":12.50,"geometry":{"type":"Polygon","coordinates":\#(square)}}"#
        #expect(try FenceCatalogue.load([FenceFile("n", text)]).fences.map(\.id) == ["12.50"])
    }

    @Test func nothingIsFencesToo() throws {
        #expect(try FenceCatalogue.load([]) == FenceCatalogue())
        let empty = try FenceCatalogue.load([FenceFile("e", #"{"type":"FeatureCollection","features":[]}"#)])
        #expect(empty.warnings.map(\.description) == ["e:1: it holds no features: add some, or remove the file"])
        var found: [Int] = []
        try FenceIndex(empty).candidates(around: at(0, 0), within: 1e7, into: &found)
        #expect(found.isEmpty)
    }

    @Test func aMisspeltPropertyIsWarnedOf() throws {
        let catalogue = try catalogue([
            feature("a", "Polygon", square, properties: #""Dwell_S":5,"dwell":7,"color":"red""#)
        ])
        #expect(
            catalogue.warnings.map(\.description) == [
                #"t.geojson:1: fence "a": "Dwell_S" is ignored: did you mean "dwell_s"?"#,
                #"t.geojson:1: fence "a": "dwell" is ignored: did you mean "dwell_s"?"#,
            ])
    }

    @Test func orientationAltitudesAndForeignMembersDoNotMatter() throws {
        let clockwise = feature(
            "a", "Polygon", "[[[0,0,9],[0,1,9],[1,1,9],[1,0,9],[0,0,9]]]", more: #","bbox":[0,0,1,1],"title":null"#)
        let fences = try index(clockwise)
        #expect(fences.signedDistance(to: 0, from: at(0.5, 0.5)) < 0)
    }

    @Test func aFeaturesDatumGoesBeforeTheCollections() throws {
        let shifted = #"[116.42703,39.90245]"#
        let own = feature("own", "Point", shifted, properties: #""radius_m":5,"datum":"wgs84""#)
        let inherits = feature("inherits", "Point", shifted, properties: #""radius_m":5"#)
        let abroad = feature("abroad", "Point", "[2,48]", properties: #""radius_m":5"#)
        let text = #"{"type":"FeatureCollection","datum":"gcj02","features":[\#(own),\#(inherits),\#(abroad)]}"#
        let catalogue = try FenceCatalogue.load([FenceFile("d", text)])
        let fences = try FenceIndex(catalogue)
        #expect(fences.fences.map(\.id) == ["abroad", "inherits", "own"])
        #expect(fences.anyInteriorPoint(of: 2) == at(39.90245, 116.42703))
        #expect(
            GeodesicOrigin(Position(fences.anyInteriorPoint(of: 1))).distance(to: Position(at(39.90105, 116.42079))) < 2
        )
        #expect(fences.anyInteriorPoint(of: 0) == at(48, 2))
        #expect(
            catalogue.warnings.map(\.description) == [
                #"d:1: fence "abroad": it is outside of where gcj02 differs from wgs84, and is taken as wgs84: is the datum right?"#
            ])
    }

    @Test func shapesAreDescribedForPeople() throws {
        func description(_ text: String) throws -> String { try catalogue([text]).describeShape(of: 0) }
        #expect(try description(polygon("a", [rectangle(0, 0, 0.01, 0.01)])) == "polygon, 4 vertices, 1.2 km2")
        #expect(
            try description(polygon("a", [rectangle(0, 0, 0.01, 0.01), rectangle(0.004, 0.004, 0.005, 0.005)]))
                == "polygon, 8 vertices, 1 hole, 1.2 km2")
        #expect(try description(feature("a", "Point", "[0,0]", properties: #""radius_m":150"#)) == "circle, 150 m")
        #expect(
            try description(feature("a", "LineString", "[[0,0],[0,0.029]]", properties: #""half_width_m":20"#))
                == "corridor, 3.2 km x 40 m")
    }
}
