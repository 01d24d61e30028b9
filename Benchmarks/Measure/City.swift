import Geometry
import Glibc
import Positioning

/// A made-up city: a square with fences scattered evenly over it, as polygons of 50 to 500 m that bulge at random.
struct City {
    /// Metres along an edge.
    let side_m: Double
    private static let middle = Coordinate(latitude: 39.9, longitude: 116.4)
    private static let metresPerDegree = 111_195.0

    /// - Parameters:
    ///   - east_m: 0…``side_m``.
    ///   - north_m: 0…``side_m``.
    func place(east_m: Double, north_m: Double) -> Coordinate {
        let shrink = cos(Self.middle.latitude * .pi / 180)
        return Coordinate(
            latitude: Self.middle.latitude + (north_m - side_m / 2) / Self.metresPerDegree,
            longitude: Self.middle.longitude + (east_m - side_m / 2) / (Self.metresPerDegree * shrink))
    }

    /// As GeoJSON, a thousand a file.
    /// - Parameter vertices: of each fence; drawn, most of them near the lower end.
    func fences(_ count: Int, vertices: ClosedRange<Int>) -> [FenceFile] {
        var random = Drawn(seed: 1)
        let columns = max(1, Int(Double(count).squareRoot().rounded(.up)))
        return stride(from: 0, to: count, by: 1000).map { first in
            var bytes = Array(#"{"type":"FeatureCollection","features":["#.utf8)
            for number in first..<min(first + 1000, count) {
                if number > first { bytes.append(UInt8(ascii: ",")) }
                let cell_m = side_m / Double(columns)
                let (column, row) = (Double(number % columns), Double(number / columns))
                appendFence(
                    number, (column + random.number(0...1)) * cell_m, (row + random.number(0...1)) * cell_m,
                    Int(Self.logarithmic(Double(vertices.lowerBound)...Double(vertices.upperBound), &random)),
                    &random, to: &bytes)
            }
            bytes += Array("]}".utf8)
            return FenceFile(name: "fences-\(first).geojson", bytes: bytes)
        }
    }

    private func appendFence(
        _ number: Int, _ east_m: Double, _ north_m: Double, _ vertices: Int, _ random: inout Drawn,
        to bytes: inout [UInt8]
    ) {
        bytes += Array(
            #"{"type":"Feature","id":"f\#(number)","properties":{},"geometry":{"type":"Polygon","coordinates":[["#.utf8)
        let radius_m = Self.logarithmic(50...500, &random) / 2
        let bulges = (1...5).map { (wave: Double($0), size: random.number(0...0.12), turn: random.number(0...6.3)) }
        for vertex in 0...vertices {
            let angle = 2 * Double.pi * Double(vertex % vertices) / Double(vertices)
            let bulge = bulges.reduce(0) { $0 + $1.size * sin($1.wave * angle + $1.turn) }
            let away_m = radius_m * (1 + bulge)
            let corner = place(east_m: east_m + away_m * cos(angle), north_m: north_m + away_m * sin(angle))
            if vertex > 0 { bytes.append(UInt8(ascii: ",")) }
            bytes.append(UInt8(ascii: "["))
            bytes.appendDecimal(corner.longitude, decimals: 7)
            bytes.append(UInt8(ascii: ","))
            bytes.appendDecimal(corner.latitude, decimals: 7)
            bytes.append(UInt8(ascii: "]"))
        }
        bytes += Array("]]}}".utf8)
    }

    /// Evenly over the orders of magnitude.
    private static func logarithmic(_ range: ClosedRange<Double>, _ random: inout Drawn) -> Double {
        range.lowerBound * pow(range.upperBound / range.lowerBound, random.number(0...1))
    }
}

/// A device that drives through a city: straight on for a while, then another way, and back in at the city's edge.
struct Driver {
    private var east_m: Double
    private var north_m: Double
    private var speed_mps = 10.0
    private var course_deg = 0.0
    /// Seconds until it turns.
    private var straight_s = 0.0
    private var random: Drawn

    init(in city: City, seed: UInt64) {
        random = Drawn(seed: seed)
        east_m = random.number(0...city.side_m)
        north_m = random.number(0...city.side_m)
    }

    /// Goes on for some seconds.
    mutating func report(in city: City, at time: Timestamp, after seconds: Double) -> Report {
        if straight_s <= 0 {
            straight_s = random.number(10...120)
            speed_mps = random.number(3...20)
            course_deg = random.number(0...359.9)
        }
        straight_s -= seconds
        east_m = Self.wrapped(east_m + seconds * speed_mps * sin(course_deg * .pi / 180), city.side_m)
        north_m = Self.wrapped(north_m + seconds * speed_mps * cos(course_deg * .pi / 180), city.side_m)
        var measurements = Measurements()
        measurements.hdop = random.number(0.7...1.5)
        measurements.satellites = Int(random.number(7...14))
        measurements.speed_mps = speed_mps + random.number(-0.2...0.2)
        measurements.course_deg = course_deg
        measurements.altitude_m = 40 + random.number(-3...3)
        measurements.solution = .autonomous
        let place = city.place(
            east_m: east_m + random.number(-4...4), north_m: north_m + random.number(-4...4))
        return Report(time: time, coordinate: place, measurements: measurements)
    }

    private static func wrapped(_ metres: Double, _ side_m: Double) -> Double {
        metres < 0 ? metres + side_m : metres > side_m ? metres - side_m : metres
    }
}
