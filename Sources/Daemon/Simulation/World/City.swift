internal import Fencing
internal import Geometry
internal import Positioning

/// A made-up city: streets in a grid, and in some of its blocks a fence. It is the same for every seed.
enum City {
    /// Within mainland China, where maps come in other datums.
    static let middle = Coordinate(latitude: 39.9087, longitude: 116.3975)
    /// Metres from one street to the next.
    static let block_m = 250.0
    /// Blocks to either side of the middle.
    static let blocks = 14
    /// Metres from the middle to where the area that is allowed ends, beyond the last street.
    static let allowed_m = 4500.0
    /// Local time, east of Greenwich.
    static let zone_s = 8 * 3600

    /// A rectangle around a place, within its block: the streets run beside it.
    struct Area: Sendable {
        var id: String
        var kind: Fence.Kind
        var middle: Spot
        var halfWidth_m: Double
        var halfHeight_m: Double
    }

    static let depot = Area(id: "depot", kind: .site, middle: Spot(125, 125), halfWidth_m: 90, halfHeight_m: 80)
    static let sites = areas("site", .site, count: 10, half_m: 60...100)
    static let customers = areas("customer", .customer, count: 24, half_m: 50...80)
    static let forbidden = areas("forbidden", .forbidden, count: 6, half_m: 70...95)
    /// Where vehicles of the group ``busGroup`` go to and fro: along a street, from one terminal to the other.
    static let line = (west: Spot(-3250, 0), east: Spot(3250, 0))
    static let terminals = [
        Area(id: "terminal-west", kind: .site, middle: line.west, halfWidth_m: 70, halfHeight_m: 60),
        Area(id: "terminal-east", kind: .site, middle: line.east, halfWidth_m: 70, halfHeight_m: 60),
    ]
    /// Half the width of the corridor along the line, metres.
    static let lineHalfWidth_m = 30.0
    static let busGroup = "buses"
    /// All others: they begin at the depot.
    static let staffGroup = "staff"
    /// Not on a map: out of town, on the road east.
    static let outOfTown = Spot(7000, 0)

    /// Blocks without a fence: homes and shops.
    static let plainBlocks: [Spot] = {
        let taken = (sites + customers + forbidden + [depot]).map(\.middle)
        var plain: [Spot] = []
        for east in -blocks..<blocks {
            for north in -blocks..<blocks where !(-1...0).contains(north) {
                let middle = blockMiddle(east, north)
                if !taken.contains(middle) { plain.append(middle) }
            }
        }
        return plain
    }()

    private static func blockMiddle(_ east: Int, _ north: Int) -> Spot {
        Spot((Double(east) + 0.5) * block_m, (Double(north) + 0.5) * block_m)
    }

    /// Every kind has blocks of its own: those whose number leaves its remainder.
    private static func areas(_ name: String, _ kind: Fence.Kind, count: Int, half_m: ClosedRange<Double>) -> [Area] {
        let lane = [Fence.Kind.site: 0, .customer: 1, .forbidden: 2][kind] ?? 3
        var random = SeededGenerator(seed: UInt64(lane) + 1)
        var areas: [Area] = []
        while areas.count < count {
            let east = Int.random(in: -blocks / 3..<blocks / 3, using: &random) * 3 + lane
            let north = Int.random(in: -blocks..<blocks, using: &random)
            let middle = blockMiddle(east, north)
            guard east.magnitude < blocks, !(-1...0).contains(north), middle != depot.middle,
                !areas.contains(where: { $0.middle == middle })
            else { continue }
            areas.append(
                Area(
                    id: "\(name)-\(areas.count + 1)", kind: kind, middle: middle,
                    halfWidth_m: Double.random(in: half_m, using: &random),
                    halfHeight_m: Double.random(in: half_m, using: &random)))
        }
        return areas
    }

    private static let town = Area(
        id: "town", kind: .allowed, middle: Spot(0, 0), halfWidth_m: allowed_m, halfHeight_m: allowed_m)
    private static let corridor = Area(
        id: "line", kind: .route, middle: Spot(0, 0), halfWidth_m: line.east.east_m + lineHalfWidth_m,
        halfHeight_m: lineHalfWidth_m)
    /// Where work is done.
    static let workplaces = [depot] + sites + customers + terminals
    private static let drawn = workplaces + forbidden + [town]
    /// All whose boundary one may stand at.
    static let bounded = drawn + [corridor]

    /// As a file of fences.
    static var geoJSON: String {
        let areas = drawn.map { area in
            let corners = [(-1.0, -1.0), (1, -1), (1, 1), (-1, 1), (-1, -1)].map { east, north in
                position(area.middle.moved(east * area.halfWidth_m, north * area.halfHeight_m))
            }
            return feature(
                area.id, #""kind":"\#(area.kind)""#,
                #""type":"Polygon","coordinates":[[\#(corners.joined(separator: ","))]]"#)
        }
        let route = feature(
            corridor.id, #""kind":"route","half_width_m":\#(Int(lineHalfWidth_m)),"groups":["\#(busGroup)"]"#,
            #""type":"LineString","coordinates":[\#(position(line.west)),\#(position(line.east))]"#)
        return #"{"type":"FeatureCollection","features":[\#((areas + [route]).joined(separator: ",\n"))]}"# + "\n"
    }

    private static func feature(_ id: String, _ properties: String, _ geometry: String) -> String {
        #"{"type":"Feature","id":"\#(id)","properties":{\#(properties)},"geometry":{\#(geometry)}}"#
    }

    private static func position(_ spot: Spot) -> String {
        "[\(spot.coordinate.longitude),\(spot.coordinate.latitude)]"
    }

    /// - Throws: ``FenceErrors`` never, unless the city is drawn wrongly.
    static func catalogue() throws -> FenceCatalogue {
        try FenceCatalogue.load([FenceFile(name: "city.geojson", bytes: Array(geoJSON.utf8))])
    }
}
