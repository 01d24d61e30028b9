import Testing

@testable import Geometry

/// Every mistake that a fence file can hold, and the one line that it gets.
@Suite struct WrongFencesTests {
    struct Case: CustomTestStringConvertible, Sendable {
        var text: String
        var line: String

        init(_ text: String, _ line: String) {
            self.text = text
            self.line = line
        }

        var testDescription: String { line }
    }

    static let square = "[[[0,0],[1,0],[1,1],[0,1],[0,0]]]"

    static let shapes = [
        Case(
            feature("hq", "Point", "[0,0]", properties: #""radius_m":-5"#),
            #"w:1: fence "hq": radius_m is -5: it must be metres, 0.1 to 2000000"#),
        Case(
            feature("hq", "Point", "[0,0]"),
            #"w:1: fence "hq": its Point has no radius_m: write "radius_m": 50 in its properties"#),
        Case(
            feature("hq", "LineString", "[[0,0],[1,1]]"),
            #"w:1: fence "hq": its LineString has no half_width_m: write "half_width_m": 50 in its properties"#),
        Case(
            feature("hq", "LineString", "[[0,0]]", properties: #""half_width_m":5"#),
            #"w:1: fence "hq": a line has 1 position: it needs at least 2"#),
        Case(
            feature("hq", "LineString", "[[1,2],[1,2]]", properties: #""half_width_m":5"#),
            #"w:1: fence "hq": its line has no length: give it two different positions, or make it a Point with radius_m"#
        ),
        Case(
            feature("hq", "Polygon", "[[[39.9,116.4],[39.9,116.5],[40,116.5],[39.9,116.4]]]"),
            #"w:1: fence "hq": latitude is 116.4: latitude and longitude swapped? A position is [longitude, latitude]"#),
        Case(
            feature("hq", "Point", "[700,5]", properties: #""radius_m":5"#),
            #"w:1: fence "hq": longitude is 700.0: it must be within -180...180, or a little more across the antimeridian"#
        ),
        Case(
            feature("hq", "Polygon", "[[[0,0],[1,0],[1,1],[0,1]]]"),
            #"w:1: fence "hq": ring 1 is not closed: end it with its first position again"#),
        Case(
            feature("hq", "Polygon", "[[[0,0],[1,0],[0,0]]]"),
            #"w:1: fence "hq": ring 1 has 3 positions: a ring needs at least 4, the last the same as the first"#),
        Case(
            feature("hq", "Polygon", "[[[0,0],[1,1],[1,0],[0,1],[0,0]]]"),
            #"w:1: fence "hq": ring 1 crosses itself near 0.5, 0.5 (GEOS: Self-intersection): redraw it so that its edges meet only at their ends"#
        ),
        Case(
            feature("hq", "Polygon", "[[[0,0],[1,1],[2,2],[0,0]]]"),
            #"w:1: fence "hq": ring 1 crosses itself near 1, 1 (GEOS: Self-intersection): redraw it so that its edges meet only at their ends"#
        ),
        Case(
            feature("hq", "Polygon", "[[[1,1],[1,1],[1,1],[1,1]]]"),
            #"w:1: fence "hq": ring 1 has no area near 1, 1 (GEOS: Too few points in geometry component): give it three different corners"#
        ),
        Case(
            feature("hq", "Polygon", "[[[0,0],[4,0],[4,4],[2,4],[2,0],[2,4],[0,4],[0,0]]]"),
            #"w:1: fence "hq": ring 1 touches itself near 0, 2 (GEOS: Ring Self-intersection): move the vertex that touches, or make two rings"#
        ),
        Case(
            polygon("hq", [rectangle(0, 0, 1, 1), rectangle(2, 2, 3, 3)]),
            #"w:1: fence "hq": its polygon has a hole outside of its outer ring near 2, 2 (GEOS: Hole lies outside shell): move the hole inside, or make it a polygon of its own"#
        ),
        Case(
            polygon("hq", [rectangle(0, 0, 9, 9), rectangle(1, 1, 8, 8), rectangle(2, 2, 3, 3)]),
            #"w:1: fence "hq": its polygon has a hole within a hole near 2, 2 (GEOS: Holes are nested): leave the outer one of the two"#
        ),
        Case(
            feature("hq", "MultiPolygon", "[[[[0,0],[1,0],[1,1],[0,0]]],[[[5,5],[6,6],[6,5],[5,6],[5,5]]]]"),
            #"w:1: fence "hq": polygon 2, ring 1 crosses itself near 5.5, 5.5 (GEOS: Self-intersection): redraw it so that its edges meet only at their ends"#
        ),
        Case(
            feature("hq", "GeometryCollection", "[]"),
            #"w:1: fence "hq": a geometry of type "GeometryCollection" is no fence: make each of its geometries a feature of its own"#
        ),
        Case(
            feature("hq", "Poligon", square),
            #"w:1: fence "hq": a geometry of type "Poligon" is no fence: it must be one of Point, LineString, MultiLineString, Polygon, MultiPolygon (did you mean `Polygon`?)"#
        ),
        Case(
            feature("hq", "Polygon", "[[0,0],[1,0],[1,1],[0,0]]"),
            #"w:1: fence "hq": a polygon holds a position where a ring should be: add a pair of brackets"#),
        Case(
            feature("hq", "Polygon", "[]"),
            #"w:1: fence "hq": a polygon is empty: add its positions, or remove the feature"#),
        Case(
            feature("hq", "Polygon", "[[[179,0],[-179,0],[-179,1],[179,1],[179,0]]]"),
            #"w:1: fence "hq": ring 1 goes from longitude 179.0 to -179.0, over half of the earth: to cross the antimeridian, write 181.0, or split it at 180; to go the long way, add a position between"#
        ),
        Case(
            #"{"type":"Feature","id":"hq","properties":null,"geometry":null}"#,
            #"w:1: fence "hq": it has no geometry: give it one of Point, LineString, MultiLineString, Polygon, MultiPolygon"#
        ),
    ]

    static let properties = [
        Case(
            feature("hq", "Polygon", square, properties: #""kind":"stie""#),
            #"w:1: fence "hq": kind is "stie": it must be one of site, customer, zone, allowed, forbidden, route"#),
        Case(
            feature("hq", "Polygon", square, properties: #""kind":"forbiden""#),
            #"w:1: fence "hq": kind is "forbiden": it must be one of site, customer, zone, allowed, forbidden, route (did you mean `forbidden`?)"#
        ),
        Case(
            feature("hq", "Polygon", square, properties: #""datum":"GCJ-02""#),
            #"w:1: fence "hq": datum is "GCJ-02": it must be one of wgs84, gcj02, bd09 (did you mean `gcj02`?)"#),
        Case(
            feature("hq", "Polygon", square, properties: #""exit_margin_m":"10""#),
            #"w:1: fence "hq": exit_margin_m is a string: it must be a number: metres, 0 to 100000"#),
        Case(
            feature("hq", "Polygon", square, properties: #""enter_confirm_s":1e9"#),
            #"w:1: fence "hq": enter_confirm_s is 1e9: it must be seconds, 0 to 86400"#),
        Case(
            feature("hq", "Polygon", square, properties: #""dwell_s":0"#),
            #"w:1: fence "hq": dwell_s is 0: it must be seconds, 1 to 31622400"#),
        Case(
            feature("hq", "Polygon", square, properties: #""groups":"vans""#),
            #"w:1: fence "hq": groups is a string: it must be a list of strings: ["a", "b"]"#),
        Case(
            feature("hq", "Polygon", square, properties: #""groups":["vans",7]"#),
            #"w:1: fence "hq": groups holds a number: it must hold strings only"#),
        Case(
            feature("hq", "Polygon", square, properties: #""name":["a"]"#),
            #"w:1: fence "hq": name is an array: it must be a string"#),
        Case(
            feature("hq", "Polygon", square, properties: #""name":"a","name":"b""#),
            #"w:1: fence "hq": "name" stands 2 times: leave one"#),
        Case(
            feature(
                "hq", "Polygon", square,
                properties: #""tz":"Asia/Shanghai","active":[{"days":["mon-fry"],"from":"08:00","to":"18:00"}]"#),
            #"w:1: fence "hq": "mon-fry" is no day: it must be a list as ["mon", "tue"] or ["mon-fri"]"#),
        Case(
            feature("hq", "Polygon", square, properties: #""active":[{"days":["mon"],"from":"08:00","to":"18:00"}]"#),
            #"w:1: fence "hq": a period of active has no tz: name its time zone, as "Asia/Shanghai""#),
        Case(
            feature(
                "hq", "Polygon", square,
                properties: #""active":[{"days":["mon"],"from":"8:00","to":"18:00","tz":"UTC"}]"#),
            #"w:1: fence "hq": from of a period of active is no time of day: write it as "08:30""#),
    ]

    static let files = [
        Case("", "w:1: column 1: the file is empty: the file must be JSON (RFC 8259) in UTF-8"),
        Case(
            "{\n  \"type\": \"Feature\",\n}",
            "w:3: column 1: a name in double quotes should stand here: the file must be JSON (RFC 8259) in UTF-8"),
        Case(
            #"{"type":"Feature","x":NaN}"#,
            #"w:1: column 23: "N" stands where a value should: the file must be JSON (RFC 8259) in UTF-8"#),
        Case("[]", "w:1: it holds an array: it must be a GeoJSON Feature or FeatureCollection"),
        Case("{}", #"w:1: it has no type: write "type": "FeatureCollection""#),
        Case(
            #"{"type":"FeatureColection"}"#,
            #"w:1: its type is "FeatureColection": it must be one of Feature, FeatureCollection (did you mean `FeatureCollection`?)"#
        ),
        Case(#"{"type":"FeatureCollection"}"#, #"w:1: it has no list of features: write "features": [ … ]"#),
        Case(
            #"{"type":"FeatureCollection","features":[7]}"#,
            "w:1: feature 1: it is a number: each feature must be an object of type Feature"),
        Case(
            #"{"type":"Feature","properties":{"id":"a"},"geometry":{"type":"Polygon","coordinates":\#(square)}}"#,
            #"w:1: feature 1: it has no id: move it from properties to the feature itself, beside "type""#),
        Case(
            #"{"type":"Feature","id":"","properties":{},"geometry":{"type":"Polygon","coordinates":\#(square)}}"#,
            "w:1: feature 1: its id is empty: it must be of 1 to 128 bytes, without control characters"),
        Case(
            #"{"type":"Feature","id":["a"],"properties":{},"geometry":{"type":"Polygon","coordinates":\#(square)}}"#,
            "w:1: feature 1: its id is an array: it must be a string or a number"),
        Case(
            #"{"type":"Feature","id":"a","properties":[],"geometry":{"type":"Polygon","coordinates":\#(square)}}"#,
            #"w:1: fence "a": properties is an array: it must be an object, or null"#),
    ]

    @Test(arguments: shapes + properties + files)
    func hasItsOneLine(_ wrong: Case) {
        #expect(Self.lines([FenceFile("w", wrong.text)]) == [wrong.line])
    }

    static func lines(_ files: [FenceFile]) -> [String] {
        do {
            let catalogue = try FenceCatalogue.load(files)
            return ["loaded \(catalogue.fences.count)"]
        } catch {
            return error.description.split(separator: "\n").map(String.init)
        }
    }

    @Test func allOfAllFilesAreToldAtOnceByFileAndLine() {
        let a =
            "{\"type\":\"FeatureCollection\",\"features\":[\n\(feature("x", "Point", "[0,0]")),\n\(feature("y", "Point", "[0,95]", properties: #""kind":1"#))]}"
        let b = "{\"type\":\"Feature\","
        #expect(
            Self.lines([FenceFile("b.geojson", b), FenceFile("a.geojson", a)]) == [
                #"a.geojson:2: fence "x": its Point has no radius_m: write "radius_m": 50 in its properties"#,
                #"a.geojson:3: fence "y": its Point has no radius_m: write "radius_m": 50 in its properties"#,
                #"a.geojson:3: fence "y": kind is a number: it must be a string"#,
                #"a.geojson:3: fence "y": latitude is 95.0: latitude and longitude swapped? A position is [longitude, latitude]"#,
                "b.geojson:1: column 19: a name in double quotes should stand here: the file must be JSON (RFC 8259) in UTF-8",
            ])
    }

    @Test func aDoubledIDNamesBothPlaces() {
        let text = feature("hq", "Polygon", Self.square)
        let line = #"b:1: fence "hq": the id stands already at a:1: give each fence an id of its own"#
        #expect(Self.lines([FenceFile("a", text), FenceFile("b", text)]) == [line])
        #expect(Self.lines([FenceFile("b", text), FenceFile("a", text)]) == [line])
    }

    @Test func notUTF8() {
        let file = FenceFile(name: "w", bytes: Array("{\n\"é".utf8) + [0xC3, 0x28])
        #expect(
            Self.lines([file]) == [
                "w:2: column 4: byte 28 (hexadecimal) is not UTF-8: the file must be JSON (RFC 8259) in UTF-8"
            ])
    }

    @Test func whatAFileSaysStaysOnOneLine() throws {
        let wrong = feature("a\\u2028b", "Polygon", Self.square, properties: #""kind":"one\ntwo\u0085\u0007""#)
        let line = try #require(Self.lines([FenceFile("w", wrong)]).first)
        #expect(line.hasPrefix(#"w:1: fence "a b": kind is "one two  ": it must be one of "#))
    }

    @Test func aPlaceIsNamedInTheFilesOwnDatum() {
        let bowTie = "[[[116.40,39.90],[116.42,39.92],[116.42,39.90],[116.40,39.92],[116.40,39.90]]]"
        for datum in ["wgs84", "gcj02", "bd09"] {
            let lines = Self.lines([
                FenceFile("w", feature("hq", "Polygon", bowTie, properties: "\"datum\":\"\(datum)\""))
            ])
            #expect(
                lines.first?.contains(" near 39.91") == true && lines.first?.contains(", 116.4") == true, "\(lines)")
        }
    }

    @Test func aFloodOfErrorsIsBounded() throws {
        let many = (0..<1_200).map { feature("f\($0)", "Point", "[0,0]") }.joined(separator: ",")
        let lines = Self.lines([FenceFile("w", "{\"type\":\"FeatureCollection\",\"features\":[\(many)]}")])
        #expect(lines.count == 1_001)
        #expect(lines.last == "and 200 more")
    }
}
