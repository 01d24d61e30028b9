import Anomalies
import Fencing
import Geometry
import Positioning
import TestSupport
import Testing

/// A made-up city: round fences, people who have habits, work at customers and stop anywhere, for some weeks.
@Suite struct WrongDatumCityTests {
    private typealias Spot = (east: Double, north: Double)

    private struct City {
        var catalogue: FenceCatalogue
        var fences: [Spot] = []
        var radii: [Double] = []

        func isFree(_ place: Spot) -> Bool {
            !zip(fences, radii).contains { fence, radius in
                let (east, north) = (place.east - fence.east, place.north - fence.north)
                return (east * east + north * north).squareRoot() < radius + 100
            }
        }
    }

    private static let half_m = 8000.0

    /// - Parameter datum: in which all fences were drawn, and read as WGS-84.
    private static func city(fences count: Int, datum: Datum, _ random: inout SeededGenerator) throws -> City {
        var city = City(catalogue: FenceCatalogue())
        var features: [String] = []
        for index in 0..<count {
            let spot = Self.anywhere(&random)
            city.fences.append(spot)
            city.radii.append(.random(in: 60...150, using: &random))
            let drawn = datum.fromWGS84(World.place(spot.east, spot.north))
            features.append(
                """
                {"type":"Feature","id":"c\(index)","properties":{"kind":"customer","radius_m":\(city.radii[index])},
                "geometry":{"type":"Point","coordinates":[\(drawn.longitude),\(drawn.latitude)]}}
                """)
        }
        let text = "{\"type\":\"FeatureCollection\",\"features\":[\(features.joined(separator: ","))]}"
        city.catalogue = try FenceCatalogue.load([FenceFile(name: "city.geojson", bytes: Array(text.utf8))])
        return city
    }

    private static func anywhere(_ random: inout SeededGenerator) -> Spot {
        (.random(in: -half_m...half_m, using: &random), .random(in: -half_m...half_m, using: &random))
    }

    /// A device's weeks: its home and its lunch each day, some customers in turn, and a stop anywhere.
    /// - Returns: what was raised, by suspect and datum.
    private static func weeks(in city: City, days: Int, tracker: Datum, _ random: inout SeededGenerator) throws
        -> [String]
    {
        func free() -> Spot {
            while true {
                let spot = anywhere(&random)
                if city.isFree(spot) { return spot }
            }
        }
        let habits = [free(), free()]
        let customers = (0..<5).map { _ in city.fences.randomElement(using: &random) ?? (0, 0) }
        var rules = Rules.none
        rules.wrongDatum = WrongDatum()
        var stream = try DrawnStream(rules: rules, catalogue: city.catalogue)
        for day in 0..<days {
            let places = [habits[0], customers[day % 5], customers[(day * 2 + 1) % 5], habits[1], free(), habits[0]]
            for (index, place) in places.enumerated() {
                let begin = Double(day) * 86_400 + Double(index) * 9000
                for second in [0.0, 300, 600, 900] {
                    let (east, north) = (
                        Double.random(in: -8...8, using: &random), Double.random(in: -8...8, using: &random)
                    )
                    var report = World.report(begin + second, place.east + east, place.north + north)
                    report.coordinate = report.coordinate.map(tracker.fromWGS84)
                    try stream.take(report)
                }
            }
        }
        return stream.lines.filter { $0.contains(#""state":"raised""#) }.map { line in
            ["tracker", "fence"].filter { line.contains(#""suspect":"\#($0)""#) }.joined()
                + ["gcj02", "bd09"].filter { line.contains(#""datum":"\#($0)""#) }.joined(separator: "?")
        }
    }

    private static func fleet(
        _ seed: UInt64, fences: Int, devices: Int, drawn: Datum = .wgs84, tracker: Datum = .wgs84
    ) throws -> [[String]] {
        var random = SeededGenerator(seed: seed)
        let city = try Self.city(fences: fences, datum: drawn, &random)
        return try (0..<devices).map { _ in try weeks(in: city, days: 10, tracker: tracker, &random) }
    }

    /// From a few fences to one place in ten being in one: hardly a habit is mistaken.
    @Test(arguments: [20, 300, 900]) func aRightDatumRaisesNextToNothing(fences: Int) throws {
        let raised = try (1...2).flatMap { try Self.fleet(UInt64($0), fences: fences, devices: 10) }.flatMap { $0 }
        #expect(raised.count <= 1, "\(raised) of 20 devices, \(fences) fences")
    }

    @Test(arguments: [(20, Datum.gcj02), (300, .gcj02), (100, .bd09)])
    func aRegistryInAnotherDatumIsFound(fences: Int, datum: Datum) throws {
        let raised = try Self.fleet(3, fences: fences, devices: 10, drawn: datum)
        #expect(raised.count { $0.first == "fence\(datum)" } >= 9, "\(raised)")
    }

    @Test(arguments: [(20, Datum.gcj02), (100, .bd09)])
    func aTrackerInAnotherDatumIsFound(fences: Int, datum: Datum) throws {
        let raised = try Self.fleet(4, fences: fences, devices: 10, tracker: datum)
        #expect(raised.count { $0.first == "tracker\(datum)" } >= 9, "\(raised)")
    }
}
