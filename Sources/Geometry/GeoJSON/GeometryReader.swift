internal import Positioning

/// Reads a feature's geometry into a shape, its positions brought to WGS-84.
struct GeometryReader {
    private let feature: ObjectReader
    private let properties: ObjectReader
    private let datum: Datum
    private let context: GEOSContext

    private static let kinds = ["Point", "LineString", "MultiLineString", "Polygon", "MultiPolygon"]

    init(_ feature: ObjectReader, _ properties: ObjectReader, datum: Datum, context: GEOSContext) {
        self.feature = feature
        self.properties = properties
        self.datum = datum
        self.context = context
    }

    /// - Returns: `nil` where something is wrong, which is then in the log.
    func shape(at value: JSONValue, _ log: inout IssueLog) -> Shape? {
        // Read first, so that a wrong size is told beside a wrong geometry.
        let radius = properties.number("radius_m", "metres", within: Limits.fenceRadius_m, &log)
        let halfWidth = properties.number(
            "half_width_m", "metres", within: Limits.fenceHalfWidth_m, &log)
        guard let given = feature.given("geometry"), let members = given.members else {
            let what = feature.given("geometry").map { "its geometry is \($0.kindName)" } ?? "it has no geometry"
            log.error(
                feature.issue(
                    feature["geometry"] ?? value, what, "give it one of \(Self.kinds.joined(separator: ", "))"))
            return nil
        }
        let geometry = ObjectReader(members, file: feature.file, subject: feature.subject)
        geometry.reportRepeated(["type", "coordinates"], &log)
        let type = geometry["type"]?.string ?? ""
        guard Self.kinds.contains(type) else {
            log.error(unsupported(type, geometry["type"] ?? given))
            return nil
        }
        guard let coordinates = geometry["coordinates"] else {
            log.error(geometry.issue(given, "its \(type) has no coordinates", "write \"coordinates\": [ … ]"))
            return nil
        }
        var reader = PositionReader(geometry, datum: datum)
        let shape: Shape? =
            switch type {
            case "Point": circle(coordinates, radius, &reader, &log)
            case "Polygon": area([coordinates], numbered: false, coordinates, &reader, &log)
            case "MultiPolygon":
                reader.list(coordinates, "coordinates of a MultiPolygon", &log)
                    .flatMap { area($0, numbered: true, coordinates, &reader, &log) }
            default: corridor(type, coordinates, halfWidth, &reader, &log)
            }
        if shape != nil { warnOfDatum(reader, coordinates, &log) }
        return shape
    }

    private func unsupported(_ type: String, _ value: JSONValue) -> FenceIssue {
        let mend =
            switch type {
            case "GeometryCollection": "make each of its geometries a feature of its own"
            case "MultiPoint": "make each of its points a feature of its own, with radius_m"
            default: ObjectReader.advice(for: type, among: Self.kinds)
            }
        return feature.issue(
            value,
            type.isEmpty ? "its geometry has no type" : "a geometry of type \"\(ObjectReader.cut(type))\" is no fence",
            mend)
    }

    private func circle(
        _ coordinates: JSONValue, _ radius: Double?, _ reader: inout PositionReader, _ log: inout IssueLog
    ) -> Shape? {
        let centre = reader.position(coordinates, &log)
        require("radius_m", of: "Point", coordinates, &log)
        guard let centre, let radius else { return nil }
        return .circle(centre: Position(centre.coordinate), radius_m: radius)
    }

    private func corridor(
        _ type: String, _ coordinates: JSONValue, _ halfWidth: Double?, _ reader: inout PositionReader,
        _ log: inout IssueLog
    ) -> Shape? {
        require("half_width_m", of: type, coordinates, &log)
        let given = type == "LineString" ? [coordinates] : reader.list(coordinates, "coordinates of a \(type)", &log)
        guard let given else { return nil }
        var lines: [[Position]] = []
        for value in given {
            guard let line = reader.line(value, &log) else { continue }
            if line.allSatisfy({ $0 == line.first }) {
                log.error(
                    feature.issue(
                        value, "its line has no length",
                        "give it two different positions, or make it a Point with radius_m"))
            }
            lines.append(line)
        }
        guard lines.count == given.count, let halfWidth else { return nil }
        return .corridor(Antimeridian.joined(lines.map { [$0] }).joined().map { $0 }, halfWidth_m: halfWidth)
    }

    private func require(_ size: String, of type: String, _ value: JSONValue, _ log: inout IssueLog) {
        guard properties.given(size) == nil else { return }
        log.error(feature.issue(value, "its \(type) has no \(size)", "write \"\(size)\": 50 in its properties"))
    }

    private func area(
        _ polygons: [JSONValue], numbered: Bool, _ all: JSONValue, _ reader: inout PositionReader, _ log: inout IssueLog
    ) -> Shape? {
        var builder = AreaBuilder(feature, datum: datum, context: context)
        let before = log.errorCount
        for (offset, value) in polygons.enumerated() {
            guard let rings = reader.list(value, "a polygon", &log) else { continue }
            if let ring = rings.first, ring.positions == nil, var elements = ring.elements,
                elements.next()?.number != nil
            {
                log.error(
                    feature.issue(value, "a polygon holds a position where a ring should be", "add a pair of brackets"))
                continue
            }
            builder.place = numbered ? "polygon \(offset + 1), " : ""
            let read = rings.enumerated().map {
                (line: $0.element, ring: reader.ring($0.element, "\(builder.place)ring \($0.offset + 1)", &log))
            }
            guard read.allSatisfy({ $0.ring != nil }) else { continue }
            builder.add(read.map { $0.ring ?? [] }, at: read.map(\.line), &log)
        }
        guard log.errorCount == before else { return nil }
        return builder.shape(at: all, &log)
    }

    private func warnOfDatum(_ reader: PositionReader, _ value: JSONValue, _ log: inout IssueLog) {
        guard datum != .wgs84, reader.uncovered > 0 else { return }
        let part = reader.uncovered == reader.count ? "it is" : "part of it is"
        log.warn(
            feature.issue(
                value, "\(part) outside of where \(datum.rawValue) differs from wgs84, and is taken as wgs84",
                "is the datum right?"))
    }
}
