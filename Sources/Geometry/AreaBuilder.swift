internal import Positioning

/// Makes one valid area of polygons as they were drawn, with GEOS's judgement.
///
/// Each polygon must be valid by itself. Between polygons more is allowed than OGC Simple Features does: parts that
/// overlap or share an edge become one, so that no inner seam is a boundary; that is what RFC 7946, section 3.1.9, asks
/// for at the antimeridian.
struct AreaBuilder {
    /// What stands before "ring 1" in an issue.
    var place = ""
    private let feature: ObjectReader
    private let context: GEOSContext
    /// In which the file's maker knows the positions.
    private let datum: Datum
    private var polygons: [[Ring]] = []

    init(_ feature: ObjectReader, datum: Datum, context: GEOSContext) {
        self.datum = datum
        self.feature = feature
        self.context = context
    }

    /// - Parameter lines: where each ring stands.
    mutating func add(_ rings: [Ring], at lines: [JSONValue], _ log: inout IssueLog) {
        let before = log.errorCount
        for (index, (ring, line)) in zip(rings, lines).enumerated() {
            // Nearly all are, which is sooner seen than GEOS is asked.
            if SimpleRing.isSimple(ring) { continue }
            judge([ring], "\(place)ring \(index + 1)", at: line, &log)
        }
        if log.errorCount == before, rings.count > 1, let first = lines.first {
            judge(rings, place.isEmpty ? "its polygon" : String(place.dropLast(2)), at: first, &log)
        }
        if log.errorCount == before { polygons.append(rings) }
    }

    private func judge(_ rings: [Ring], _ name: String, at value: JSONValue, _ log: inout IssueLog) {
        do {
            let geometry = try GEOSGeometry(polygon: rings, in: context)
            if let defect = try geometry.defect() { log.error(issue(defect, name, at: value)) }
        } catch {
            log.error(feature.issue(value, "\(name): \(error)", "redraw it"))
        }
    }

    private func issue(_ defect: GEOSDefect, _ name: String, at value: JSONValue) -> FenceIssue {
        let (what, mend) = Self.words(for: defect.reason)
        let drawn = defect.position.map { datum == .wgs84 ? $0 : Position(datum.fromWGS84($0.coordinate)) }
        let near = drawn.map { " near \($0.latitude.degrees), \($0.longitude.degrees)" } ?? ""
        return feature.issue(value, "\(name) \(what)\(near) (GEOS: \(defect.reason))", mend)
    }

    /// GEOS's reason in a fence maker's words.
    private static func words(for reason: String) -> (what: String, mend: String) {
        switch reason {
        case "Self-intersection": ("crosses itself", "redraw it so that its edges meet only at their ends")
        case "Ring Self-intersection": ("touches itself", "move the vertex that touches, or make two rings")
        case "Too few points in geometry component": ("has no area", "give it three different corners")
        case "Hole lies outside shell":
            ("has a hole outside of its outer ring", "move the hole inside, or make it a polygon of its own")
        case "Holes are nested", "Nested holes": ("has a hole within a hole", "leave the outer one of the two")
        case "Interior is disconnected": ("is cut in two by its holes", "make a MultiPolygon of the pieces")
        case "Duplicate Rings": ("has the same ring twice", "remove one")
        default: ("is no valid polygon", "redraw it")
        }
    }

    /// The area of all that was added; `nil` where GEOS cannot make it, which is then in the log.
    func shape(at value: JSONValue, _ log: inout IssueLog) -> Shape? {
        var joined = Antimeridian.joined(polygons)
        do {
            if joined.count > 1 {
                let geometry = try GEOSGeometry(area: joined, in: context)
                if try geometry.defect() != nil { joined = try geometry.union().polygons() }
            }
        } catch {
            log.error(feature.issue(value, "its polygons cannot be united: \(error)", "redraw where they touch"))
            return nil
        }
        let box = Box(of: joined)
        guard box.east - box.west <= 360 else {
            log.error(
                feature.issue(
                    value, "it is \((box.east - box.west).degrees) degrees wide",
                    "the earth has 360: check its longitudes"))
            return nil
        }
        return .area(joined)
    }
}

extension Double {
    /// Degrees to the fifth decimal, about a metre: for people.
    fileprivate var degrees: String {
        var bytes: [UInt8] = []
        bytes.appendDecimal(self, decimals: 5)
        return String(decoding: bytes, as: UTF8.self)
    }
}
