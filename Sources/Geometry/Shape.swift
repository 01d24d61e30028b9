internal import Positioning

/// The shape of one fence as plain values, checked and in WGS-84: what a catalogue keeps, and every shard builds its
/// own from.
enum Shape: Equatable, Sendable {
    /// Valid polygons that neither overlap nor share an edge; each its outer ring, then its holes. Unrolled.
    case area([[Ring]])
    case circle(centre: Position, radius_m: Double)
    /// Lines of at least two positions, unrolled.
    case corridor([[Position]], halfWidth_m: Double)

    /// Holds all of it, unrolled as it is.
    var bounds: Box {
        switch self {
        case .area(let polygons): Box(of: polygons)
        case .circle(let centre, let radius): Box([centre]).grown(byMetres: radius)
        case .corridor(let lines, let halfWidth): Box(lines.joined()).grown(byMetres: halfWidth)
        }
    }
}

extension Box {
    /// The same by whole turns, its `west` in −180..<180.
    var turned: Box { shifted(by: -360 * ((west + 180) / 360).rounded(.down)) }
}

extension Shape: CustomStringConvertible {
    /// For people: "polygon, 24 vertices, 0.12 km2".
    var description: String {
        switch self {
        case .area(let polygons):
            let vertices = polygons.joined().reduce(0) { $0 + $1.count - 1 }
            let holes = polygons.reduce(0) { $0 + $1.count - 1 }
            let kind = polygons.count == 1 ? "polygon" : "\(polygons.count) polygons"
            let inner = holes == 0 ? "" : holes == 1 ? ", 1 hole" : ", \(holes) holes"
            return "\(kind), \(vertices) vertices\(inner), \(Self.spell(squareMetres: Self.area_m2(polygons)))"
        case .circle(_, let radius):
            return "circle, \(Self.spell(metres: radius))"
        case .corridor(let lines, let halfWidth):
            let length = lines.reduce(0) { $0 + Self.length_m($1) }
            return "corridor, \(Self.spell(metres: length)) x \(Self.spell(metres: 2 * halfWidth))"
        }
    }

    /// In the plane of the middle latitude: for people, not for decisions.
    private static func area_m2(_ polygons: [[Ring]]) -> Double {
        let middle = Box(of: polygons).middle
        let scale = MetresPerDegree(atLatitude: middle.latitude)
        func area(_ ring: Ring) -> Double {
            guard let origin = ring.first else { return 0 }
            let twice = zip(ring, ring.dropFirst()).reduce(0.0) { sum, edge in
                sum + (edge.0.longitude - origin.longitude) * (edge.1.latitude - origin.latitude)
                    - (edge.1.longitude - origin.longitude) * (edge.0.latitude - origin.latitude)
            }
            return twice.magnitude / 2
        }
        let degrees = polygons.reduce(0.0) { sum, rings in
            rings.enumerated().reduce(sum) { $1.offset == 0 ? $0 + area($1.element) : $0 - area($1.element) }
        }
        return degrees * scale.longitude * scale.latitude
    }

    static func length_m(_ line: [Position]) -> Double {
        zip(line, line.dropFirst()).reduce(0) { $0 + GeodesicOrigin($1.0).distance(to: $1.1) }
    }

    private static func spell(metres: Double) -> String {
        metres < 1000 ? "\(short(metres)) m" : "\(short(metres / 1000)) km"
    }

    private static func spell(squareMetres: Double) -> String {
        squareMetres < 10_000 ? "\(short(squareMetres)) m2" : "\(short(squareMetres / 1e6)) km2"
    }

    /// Two significant digits of what is small, a whole number of what is big.
    private static func short(_ value: Double) -> String {
        var bytes: [UInt8] = []
        bytes.appendDecimal(value, decimals: value < 1 ? 2 : value < 100 ? 1 : 0)
        return String(decoding: bytes, as: UTF8.self)
    }
}
