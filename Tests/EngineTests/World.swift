import Engine
import Geometry
import Positioning

/// Fences drawn for a test, and devices that move among them on a plane around one place, in metres.
struct World {
    static let origin = Coordinate(latitude: 39.9087, longitude: 116.3975)
    static let start = Timestamp("2026-03-02T01:00:00Z")!

    /// Squares of 200 m around the given centres (metres east of the origin), named f0, f1, …
    static func squares(at centres: [Double], properties: String = "") throws -> FenceCatalogue {
        let features = centres.enumerated().map { index, x in
            let ring = [(-100.0, -100.0), (100, -100), (100, 100), (-100, 100), (-100, -100)]
                .map { dx, dy in
                    let place = Self.place(x + dx, dy)
                    return "[\(place.longitude),\(place.latitude)]"
                }.joined(separator: ",")
            return """
                {"type":"Feature","id":"f\(index)","properties":{"name":"f\(index)"\(properties)},
                "geometry":{"type":"Polygon","coordinates":[[\(ring)]]}}
                """
        }.joined(separator: ",")
        let text = "{\"type\":\"FeatureCollection\",\"features\":[\(features)]}"
        return try FenceCatalogue.load([FenceFile(name: "test.geojson", bytes: Array(text.utf8))])
    }

    static func place(_ east_m: Double, _ north_m: Double) -> Coordinate {
        Coordinate(
            latitude: origin.latitude + north_m / 111_035.0, longitude: origin.longitude + east_m / 85_540.0)
    }

    /// A report at `second`, `east_m` and `north_m` of the origin; accuracy 4 m.
    static func report(_ second: Double, _ east_m: Double, _ north_m: Double = 0) -> Report {
        var measurements = Measurements()
        measurements.reportedAccuracy_m = 4
        return Report(
            time: start.advanced(bySeconds: second), coordinate: place(east_m, north_m), measurements: measurements)
    }
}

extension Shard {
    /// Steps through reports of one device.
    /// - Returns: the events as lines.
    func lines(_ reports: [Report], device: String = "van-1", from seq: Int64 = 1) -> [String] {
        var events: [Event] = []
        for report in reports { _ = step(device: device, report: report, received: nil, events: &events) }
        return events.enumerated().map { index, event in
            var bytes: [UInt8] = []
            event.appendJSON(seq: seq + Int64(index), to: &bytes)
            return String(decoding: bytes, as: UTF8.self)
        }
    }
}

/// SplitMix64 (S. Vigna, public domain).
struct Seeded: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
