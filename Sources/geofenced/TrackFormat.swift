import ArgumentParser
import Positioning

/// The forms in which a path can be printed.
enum TrackFormat: String, ExpressibleByArgument, CaseIterable {
    /// RFC 7946: one LineString, its times under `properties.times`; by their places there, the weeks that were added to the
    /// dates of some under `properties.weeks_added`.
    case geojson
    /// GPX 1.1.
    case gpx
    case csv

    func writer(device: String) -> any TrackWriter {
        switch self {
        case .geojson: GeoJSONTrack(device: device)
        case .gpx: GPXTrack(device: device)
        case .csv: CSVTrack()
        }
    }
}

/// Writes fixes one by one, so that a long path needs no memory but its text.
protocol TrackWriter {
    var head: [UInt8] { get }
    mutating func append(_ fix: Fix, to bytes: inout [UInt8])
    /// What closes it.
    var tail: [UInt8] { get }
}

struct GeoJSONTrack: TrackWriter {
    private let device: String
    private var times: [UInt8] = []
    private var positions: [UInt8] = []
    private var count = 0
    /// Fixes whose date was corrected, by their place in the line.
    private var corrected: [(place: Int, weeks: Int)] = []

    init(device: String) { self.device = device }

    let head = Array("{\"type\":\"Feature\",\"geometry\":{\"coordinates\":[".utf8)

    mutating func append(_ fix: Fix, to bytes: inout [UInt8]) {
        if count > 0 {
            bytes.append(UInt8(ascii: ","))
            times.append(UInt8(ascii: ","))
        }
        if fix.weeksAdded > 0 { corrected.append((count, fix.weeksAdded)) }
        count += 1
        bytes.append(UInt8(ascii: "["))
        bytes.appendDecimal(fix.coordinate.longitude, decimals: 7)
        bytes.append(UInt8(ascii: ","))
        bytes.appendDecimal(fix.coordinate.latitude, decimals: 7)
        bytes.append(UInt8(ascii: "]"))
        times.append(UInt8(ascii: "\""))
        fix.time.append(to: &times)
        times.append(UInt8(ascii: "\""))
    }

    var tail: [UInt8] {
        // A line needs two positions (RFC 7946, section 3.1.4).
        let type = count < 2 ? "MultiPoint" : "LineString"
        var bytes = Array("],\"type\":\"\(type)\"},\"properties\":{\"device\":".utf8)
        bytes.appendJSONString(device)
        bytes.append(contentsOf: Array(",\"times\":[".utf8) + times + Array("]".utf8))
        if !corrected.isEmpty {
            let weeks = corrected.map { "\"\($0.place)\":\($0.weeks)" }.joined(separator: ",")
            bytes.append(contentsOf: Array(",\"weeks_added\":{\(weeks)}".utf8))
        }
        bytes.append(contentsOf: Array("}}\n".utf8))
        return bytes
    }
}

struct GPXTrack: TrackWriter {
    private let device: String

    init(device: String) { self.device = device }

    var head: [UInt8] {
        Array(
            """
            <?xml version="1.0" encoding="UTF-8"?>
            <gpx version="1.1" creator="geofenced" xmlns="http://www.topografix.com/GPX/1/1">
            <trk><name>\(Self.escaped(device))</name><trkseg>

            """.utf8)
    }

    mutating func append(_ fix: Fix, to bytes: inout [UInt8]) {
        bytes.append(contentsOf: Array("<trkpt lat=\"".utf8))
        bytes.appendDecimal(fix.coordinate.latitude, decimals: 7)
        bytes.append(contentsOf: Array("\" lon=\"".utf8))
        bytes.appendDecimal(fix.coordinate.longitude, decimals: 7)
        bytes.append(contentsOf: Array("\">".utf8))
        if let altitude = fix.measurements.altitude_m { element("ele", altitude, 1, &bytes) }
        bytes.append(contentsOf: Array("<time>\(fix.time)</time>".utf8))
        if let satellites = fix.measurements.satellites { element("sat", Double(satellites), 0, &bytes) }
        if let hdop = fix.measurements.hdop { element("hdop", hdop, 2, &bytes) }
        bytes.append(contentsOf: Array("</trkpt>\n".utf8))
    }

    var tail: [UInt8] { Array("</trkseg></trk>\n</gpx>\n".utf8) }

    private func element(_ name: String, _ value: Double, _ decimals: Int, _ bytes: inout [UInt8]) {
        bytes.append(contentsOf: Array("<\(name)>".utf8))
        bytes.appendDecimal(value, decimals: decimals)
        bytes.append(contentsOf: Array("</\(name)>".utf8))
    }

    /// Scalar by scalar, so that a mark that combines with `<` hides it from nobody. What XML 1.0 forbids (section 2.2:
    /// control characters, U+FFFE, U+FFFF) is left out; there is no way to write it.
    private static func escaped(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result.append(contentsOf: "&amp;".unicodeScalars)
            case "<": result.append(contentsOf: "&lt;".unicodeScalars)
            case ">": result.append(contentsOf: "&gt;".unicodeScalars)
            case "\t", "\n", "\r", "\u{20}"..."\u{FFFD}", "\u{10000}"..."\u{10FFFF}": result.append(scalar)
            default: break
            }
        }
        return String(result)
    }
}

struct CSVTrack: TrackWriter {
    let head = Array("time,lat,lon,accuracy_m,speed_mps,course_deg,altitude_m,hdop,satellites,weeks_added\n".utf8)
    let tail: [UInt8] = []

    mutating func append(_ fix: Fix, to bytes: inout [UInt8]) {
        let measurements = fix.measurements
        fix.time.append(to: &bytes)
        let columns: [(Double?, Int)] = [
            (fix.coordinate.latitude, 7), (fix.coordinate.longitude, 7), (measurements.accuracy_m, 1),
            (measurements.speed_mps, 2), (measurements.course_deg, 1), (measurements.altitude_m, 1),
            (measurements.hdop, 2), (measurements.satellites.map(Double.init), 0),
            (fix.weeksAdded > 0 ? Double(fix.weeksAdded) : nil, 0),
        ]
        for (value, decimals) in columns {
            bytes.append(UInt8(ascii: ","))
            if let value { bytes.appendDecimal(value, decimals: decimals) }
        }
        bytes.append(UInt8(ascii: "\n"))
    }
}
