internal import Positioning

/// A circle: all that is within some metres of a point, on the ellipsoid, at any size.
struct Circle: Sendable {
    private let centre: GeodesicOrigin
    private let radius_m: Double

    init(centre: Position, radius_m: Double) {
        self.centre = GeodesicOrigin(centre)
        self.radius_m = radius_m
    }

    func signedDistance(from position: Position) -> Double { centre.distance(to: position) - radius_m }

    func passage(from a: Position, to b: Position) -> ClosedRange<Double>? {
        let east = b.longitude.unrolled(near: a.longitude) - a.longitude
        let north = b.latitude - a.latitude
        func distance(_ fraction: Double) -> Double {
            signedDistance(
                from: Position(longitude: a.longitude + fraction * east, latitude: a.latitude + fraction * north))
        }
        let (start, end) = (distance(0), distance(1))
        let passage = Passage(startsInside: start <= 0, endsInside: end <= 0)
        return passage.range {
            // Who must go farther than the way is long, to the circle and back to the way's end, does not meet it.
            let reach = Self.lengthAtMost(east, north, between: a.latitude, b.latitude)
            guard start + end <= reach else { return nil }
            let inner = passage.startsInside ? 0 : passage.endsInside ? 1 : Self.lowest(distance)
            guard distance(inner) <= 0 else { return nil }
            return Self.root(distance, outside: 0, inside: inner)...Self.root(distance, outside: 1, inside: inner)
        }
    }

    /// No less than the metres of a straight way in degrees: a degree of longitude is longest where it is nearest to
    /// the equator, one of latitude at the pole.
    private static func lengthAtMost(_ east: Double, _ north: Double, between a: Double, _ b: Double) -> Double {
        let nearest = a.sign == b.sign ? min(a.magnitude, b.magnitude) : 0
        let (x, y) = (
            east * MetresPerDegree(atLatitude: nearest).longitude, north * MetresPerDegree(atLatitude: 90).latitude
        )
        return (x * x + y * y).squareRoot()
    }

    /// The fraction at which a way is nearest: along it, the distance falls and then rises (golden-section search).
    private static func lowest(_ distance: (Double) -> Double) -> Double {
        let golden = (5.0.squareRoot() - 1) / 2
        var (low, high) = (0.0, 1.0)
        var (left, right) = (1 - golden, golden)
        var (atLeft, atRight) = (distance(left), distance(right))
        for _ in 0..<Limits.circleSearchRounds {
            if atLeft < atRight {
                (high, right, atRight) = (right, left, atLeft)
                left = high - golden * (high - low)
                atLeft = distance(left)
            } else {
                (low, left, atLeft) = (left, right, atRight)
                right = low + golden * (high - low)
                atRight = distance(right)
            }
            if min(atLeft, atRight) <= 0 { break }
        }
        return atLeft < atRight ? left : right
    }

    /// Where the boundary is between a fraction outside and one inside, by bisection; `outside` itself where it is
    /// inside too.
    private static func root(_ distance: (Double) -> Double, outside: Double, inside: Double) -> Double {
        guard distance(outside) > 0 else { return outside }
        var (out, in_) = (outside, inside)
        for _ in 0..<Limits.circleSearchRounds {
            let middle = (out + in_) / 2
            if distance(middle) > 0 { out = middle } else { in_ = middle }
        }
        return in_
    }
}

/// A corridor: all that is within some metres of a line, its ends rounded.
struct Corridor: Sendable {
    private(set) var line: Boundary
    private let halfWidth_m: Double
    private let frame: Frame

    init(_ lines: [[Position]], halfWidth_m: Double, into table: inout EdgeTable) {
        line = Boundary(lines: lines, into: &table)
        self.halfWidth_m = halfWidth_m
        frame = Frame(Box(lines.joined()))
    }

    /// See ``Boundary/move(behind:)``.
    mutating func move(behind others: EdgeTable.Extent) { line.move(behind: others) }

    /// - Parameter corner: where the nearest segment begins, in the table.
    func signedDistance(from position: Position, nearest corner: inout Int, _ table: borrowing EdgeTable) -> Double {
        var distance = Double.infinity
        frame.forEachPlacement(of: position) {
            let nearest = line.nearest(to: $0, table)
            guard nearest.distance_m < distance else { return }
            distance = nearest.distance_m
            corner = nearest.corner
        }
        return distance - halfWidth_m
    }

    func signedDistance(from position: Position, _ table: borrowing EdgeTable) -> Double {
        var corner = 0
        return signedDistance(from: position, nearest: &corner, table)
    }

    func passage(from a: Position, to b: Position, _ table: borrowing EdgeTable) -> ClosedRange<Double>? {
        Passage(startsInside: signedDistance(from: a, table) <= 0, endsInside: signedDistance(from: b, table) <= 0)
            .range { frame.meetings(from: a, to: b) { line.passage(within: halfWidth_m, from: $0, to: $1, table) } }
    }

    /// Half of the length along the longest of its lines.
    static func halfway(_ lines: [[Position]]) -> Position {
        let longest = lines.max { Shape.length_m($0) < Shape.length_m($1) } ?? []
        var left = Shape.length_m(longest) / 2
        for (from, to) in zip(longest, longest.dropFirst()) {
            let length = GeodesicOrigin(from).distance(to: to)
            if left <= length, length > 0 {
                let part = left / length
                return Position(
                    longitude: from.longitude + part * (to.longitude - from.longitude),
                    latitude: from.latitude + part * (to.latitude - from.latitude))
            }
            left -= length
        }
        return longest.first ?? Position(longitude: 0, latitude: 0)
    }
}
