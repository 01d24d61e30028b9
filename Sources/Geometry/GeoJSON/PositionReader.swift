internal import Positioning

/// Reads positions, lines and rings (RFC 7946, sections 3.1.1 to 3.1.6), and brings them to WGS-84.
struct PositionReader {
    private let geometry: ObjectReader
    private let datum: Datum
    /// Positions of another datum that were read.
    private(set) var count = 0
    /// Those to which the datum's formulas do not apply.
    private(set) var uncovered = 0

    init(_ geometry: ObjectReader, datum: Datum) {
        self.geometry = geometry
        self.datum = datum
    }

    /// The values of a list that must not be empty.
    func list(_ value: JSONValue, _ what: String, _ log: inout IssueLog) -> [JSONValue]? {
        guard let elements = value.elements else {
            log.error(geometry.issue(value, "\(what) is \(value.kindName)", "it must be a list: RFC 7946, section 3.1"))
            return nil
        }
        let all = Array(elements)
        guard !all.isEmpty else {
            log.error(geometry.issue(value, "\(what) is empty", "add its positions, or remove the feature"))
            return nil
        }
        return all
    }

    /// - Returns: `nil` where it is wrong, which is then in the log.
    mutating func position(_ value: JSONValue, _ log: inout IssueLog) -> Position? {
        guard var elements = value.elements, let longitude = elements.next()?.number,
            let latitude = elements.next()?.number
        else {
            log.error(
                geometry.issue(value, "a position is no list of two numbers", "write [longitude, latitude], in degrees")
            )
            return nil
        }
        let position = Position(longitude: longitude, latitude: latitude)
        guard !Self.isPossible(position) else { return converted(position) }
        guard latitude.magnitude <= 90 else {
            let mend =
                longitude.magnitude <= 90
                ? "latitude and longitude swapped? A position is [longitude, latitude]" : "it must be within -90...90"
            log.error(geometry.issue(value, "latitude is \(latitude)", mend))
            return nil
        }
        log.error(
            geometry.issue(
                value, "longitude is \(longitude)",
                "it must be within -180...180, or a little more across the antimeridian"))
        return nil
    }

    @inline(__always)
    private static func isPossible(_ position: Position) -> Bool {
        position.latitude.magnitude <= 90 && position.longitude.magnitude <= Limits.unrolledLongitude
    }

    private mutating func converted(_ position: Position) -> Position {
        guard datum != .wgs84 else { return position }
        count += 1
        let given = Coordinate(latitude: position.latitude, longitude: position.longitude)
        if !Datum.covers(given) { uncovered += 1 }
        return Position(datum.toWGS84(given))
    }

    /// All positions of a list; `nil` where one is wrong. Only the first of a list is told: the others are wrong in the
    /// same way.
    private mutating func positions(_ value: JSONValue, _ what: String, _ log: inout IssueLog) -> [Position]? {
        if let plain = value.positions, plain.allSatisfy(Self.isPossible) {
            let found = datum == .wgs84 ? Array(plain) : plain.map { converted($0) }
            return turnsRight(found, value, what, &log) ? found : nil
        }
        guard let elements = list(value, what, &log) else { return nil }
        var found: [Position] = []
        found.reserveCapacity(elements.count)
        for element in elements {
            guard let position = position(element, &log) else { return nil }
            found.append(position)
        }
        return turnsRight(found, value, what, &log) ? found : nil
    }

    /// An edge over more than half of the earth is hardly ever meant: it was to cross the antimeridian. One of just a turn
    /// goes all around the earth along a parallel, as polar fences do.
    private func turnsRight(_ positions: [Position], _ value: JSONValue, _ what: String, _ log: inout IssueLog) -> Bool
    {
        let wide = positions.indices.dropFirst().first { place in
            let width = (positions[place - 1].longitude - positions[place].longitude).magnitude
            return width > 180 && width != 360
        }
        guard let wide else { return true }
        let (from, to) = (positions[wide - 1], positions[wide])
        let meant = to.longitude < 0 ? to.longitude + 360 : to.longitude - 360
        let words = "\(what) goes from longitude \(from.longitude) to \(to.longitude), over half of the earth"
        let mend =
            "to cross the antimeridian, write \(meant), or split it at 180; to go the long way, add a position between"
        log.error(geometry.issue(value, words, mend))
        return false
    }

    /// A line of at least two positions.
    mutating func line(_ value: JSONValue, _ log: inout IssueLog) -> [Position]? {
        guard let found = positions(value, "a line", &log) else { return nil }
        guard found.count >= 2 else {
            log.error(geometry.issue(value, "a line has \(found.count) position", "it needs at least 2"))
            return nil
        }
        return found
    }

    /// A closed ring of at least four positions.
    mutating func ring(_ value: JSONValue, _ name: String, _ log: inout IssueLog) -> Ring? {
        guard let found = positions(value, name, &log) else { return nil }
        guard found.first == found.last, found.count > 1 else {
            log.error(geometry.issue(value, "\(name) is not closed", "end it with its first position again"))
            return nil
        }
        guard found.count >= 4 else {
            log.error(
                geometry.issue(
                    value, "\(name) has \(found.count) positions",
                    "a ring needs at least 4, the last the same as the first"))
            return nil
        }
        return found
    }
}
