import Foundation
public import Geometry
public import Positioning

/// Fences drawn for a test, and devices that move among them on a plane around one place, in metres.
public enum World {
    public static let origin = Coordinate(latitude: 39.9087, longitude: 116.3975)
    /// 2026-03-02T01:00:00Z
    public static let start = Timestamp(microseconds: 1_772_413_200_000_000)

    /// Squares of 200 m around the given centres (metres east of the origin), named f0, f1, …
    /// - Parameter properties: of each, as JSON members.
    public static func squares(at centres: [Double], properties: String = "") throws -> FenceCatalogue {
        try FenceCatalogue.load([FenceFile(name: "test.geojson", bytes: Array(geoJSON(at: centres, properties).utf8))])
    }

    /// Squares of 200 m around the given centres (metres east of the origin), by id: a file each.
    public static func files(_ places: [String: Double], properties: String = "") -> [FenceFile] {
        places.map { id, east in
            let text = geoJSON(at: [east], properties).replacingOccurrences(of: "\"f0\"", with: "\"\(id)\"")
            return FenceFile(name: "\(id).geojson", bytes: Array(text.utf8))
        }
    }

    public static func geoJSON(at centres: [Double], _ properties: String = "") -> String {
        let features = centres.enumerated().map { index, x in
            let corners = [(-100.0, -100.0), (100, -100), (100, 100), (-100, 100), (-100, -100)]
            let ring = corners.map { dx, dy in
                let place = place(x + dx, dy)
                return "[\(place.longitude),\(place.latitude)]"
            }.joined(separator: ",")
            return """
                {"type":"Feature","id":"f\(index)","properties":{\(properties)},
                "geometry":{"type":"Polygon","coordinates":[[\(ring)]]}}
                """
        }.joined(separator: ",")
        return "{\"type\":\"FeatureCollection\",\"features\":[\(features)]}"
    }

    public static func place(_ east_m: Double, _ north_m: Double) -> Coordinate {
        Coordinate(
            latitude: origin.latitude + north_m / 111_035.0, longitude: origin.longitude + east_m / 85_540.0)
    }

    /// A report at `second`, `east_m` and `north_m` of the origin; accuracy 4 m.
    public static func report(
        _ second: Double, _ east_m: Double, _ north_m: Double = 0, from start: Timestamp = start
    ) -> Report {
        var measurements = Measurements()
        measurements.reportedAccuracy_m = 4
        return Report(
            time: start.advanced(bySeconds: second), coordinate: place(east_m, north_m), measurements: measurements)
    }
}
