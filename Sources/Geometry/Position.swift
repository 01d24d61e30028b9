internal import Positioning

/// A position of a shape, in decimal degrees: as a ``Coordinate``, but its longitude may run on past ±180, so that a
/// shape across the antimeridian is of one piece.
struct Position: Equatable, Hashable, Sendable {
    var longitude: Double
    var latitude: Double

    init(longitude: Double, latitude: Double) {
        self.longitude = longitude
        self.latitude = latitude
    }

    init(_ coordinate: Coordinate) {
        self.init(longitude: coordinate.longitude, latitude: coordinate.latitude)
    }

    /// The same place, its longitude brought to −180…180.
    var coordinate: Coordinate {
        Coordinate(latitude: latitude, longitude: longitude.unrolled(near: 0))
    }

    func shifted(by degrees: Double) -> Position {
        Position(longitude: longitude + degrees, latitude: latitude)
    }
}

/// A closed line: its last position is its first.
typealias Ring = [Position]

extension [Position] {
    /// Less those that are where the one before is.
    var withoutRepeats: [Position] {
        guard indices.dropFirst().contains(where: { self[$0] == self[$0 - 1] }) else { return self }
        return indices.filter { $0 == 0 || self[$0] != self[$0 - 1] }.map { self[$0] }
    }

    /// Of a ring that does not cross itself: whether what it encloses is on the left of who goes along it; `nil` where it
    /// encloses too little for its roundings.
    var isLeftHanded: Bool? {
        guard let start = first else { return nil }
        var (area, sizes) = (0.0, 0.0)
        for (from, to) in zip(self, dropFirst()) {
            let left = (from.longitude - start.longitude) * (to.latitude - start.latitude)
            let right = (from.latitude - start.latitude) * (to.longitude - start.longitude)
            area += left - right
            sizes += left.magnitude + right.magnitude
        }
        return area.magnitude > Limits.handSlack * sizes ? area > 0 : nil
    }
}

extension Double {
    /// The same longitude, by whole turns, within 180 degrees of `longitude`.
    func unrolled(near longitude: Double) -> Double {
        let away = self - longitude
        // Most are there already; and a turn added and taken away would cost the last bits.
        guard away.magnitude > 180, away.isFinite else { return self }
        return self - (away / 360).rounded() * 360
    }
}

/// A range of longitudes and latitudes, in degrees, its edges included; `west` may be below −180 and `east` above 180.
struct Box: Equatable, Sendable {
    var west: Double
    var south: Double
    var east: Double
    var north: Double

    /// Of nothing: grows by whatever is added.
    static var empty: Box { Box(west: .infinity, south: .infinity, east: -.infinity, north: -.infinity) }

    init(west: Double, south: Double, east: Double, north: Double) {
        self.west = west
        self.south = south
        self.east = east
        self.north = north
    }

    init(_ positions: some Sequence<Position>) {
        self = .empty
        for position in positions { add(position) }
    }

    /// - Parameter polygons: each its rings.
    init(of polygons: [[Ring]]) {
        self = .empty
        for rings in polygons {
            for ring in rings {
                for position in ring { add(position) }
            }
        }
    }

    var middle: Position { Position(longitude: (west + east) / 2, latitude: (south + north) / 2) }

    mutating func add(_ position: Position) {
        west = min(west, position.longitude)
        south = min(south, position.latitude)
        east = max(east, position.longitude)
        north = max(north, position.latitude)
    }

    mutating func add(_ other: Box) {
        west = min(west, other.west)
        south = min(south, other.south)
        east = max(east, other.east)
        north = max(north, other.north)
    }

    func shifted(by degrees: Double) -> Box {
        Box(west: west + degrees, south: south, east: east + degrees, north: north)
    }

    func widened(east: Double, north: Double) -> Box {
        Box(west: west - east, south: south - north, east: self.east + east, north: self.north + north)
    }

    @inline(__always)
    func meets(_ other: Box) -> Bool {
        west <= other.east && other.west <= east && south <= other.north && other.south <= north
    }

    @inline(__always)
    func contains(_ position: Position) -> Bool {
        west <= position.longitude && position.longitude <= east && south <= position.latitude
            && position.latitude <= north
    }

    /// The box of everything that is within `metres` of this one, and somewhat more; all longitudes where a pole is.
    func grown(byMetres metres: Double) -> Box {
        guard metres > 0 else { return self }
        let latitudes = metres / Limits.fewestMetresPerDegreeOfLatitude * Limits.boxSlack
        let grown = Box(west: west, south: max(-90, south - latitudes), east: east, north: min(90, north + latitudes))
        let shrink = Ellipsoid.cosine(ofDegrees: max(grown.south.magnitude, grown.north.magnitude))
        let longitudes = metres / (Limits.metresPerDegreeOfLongitudeAtEquator * shrink) * Limits.boxSlack
        guard longitudes < 180 else {
            return Box(west: west - 360, south: grown.south, east: east + 360, north: grown.north)
        }
        return Box(west: west - longitudes, south: grown.south, east: east + longitudes, north: grown.north)
    }

    /// Whether the straight line from `a` to `b` meets it.
    func meets(lineFrom a: Position, to b: Position) -> Bool {
        // Liang and Barsky, 1984: the part of the line that is between each pair of edges.
        var first = 0.0
        var last = 1.0
        func clip(_ from: Double, _ by: Double, _ low: Double, _ high: Double) -> Bool {
            guard by != 0 else { return low <= from && from <= high }
            let (p, q) = ((low - from) / by, (high - from) / by)
            first = max(first, min(p, q))
            last = min(last, max(p, q))
            return first <= last
        }
        return clip(a.longitude, b.longitude - a.longitude, west, east)
            && clip(a.latitude, b.latitude - a.latitude, south, north)
    }
}
