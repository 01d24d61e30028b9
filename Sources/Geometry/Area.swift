/// Polygons, ready to be asked: containment is GEOS's, in degrees, exact; distance is to the boundary.
struct Area: Sendable {
    private let boundary: Boundary
    private let frame: Frame
    /// Where the boundary is not all of the polygons' edges, GEOS is asked about every position.
    private let isSeamed: Bool

    /// - Parameter box: of all polygons.
    init(_ polygons: [[Ring]], within box: Box, into table: inout EdgeTable) {
        frame = Frame(box)
        if box.east - box.west < 360, box.north < 90, box.south > -90 {
            boundary = Boundary(lines: polygons.joined().map { $0.withoutRepeats }, into: &table)
            isSeamed = false
        } else {
            let (segments, isSeamed) = Self.segments(of: polygons, box)
            boundary = Boundary(segments, into: &table)
            self.isSeamed = isSeamed
        }
    }

    /// Inside or on the boundary.
    /// - Parameter judge: GEOS's judgement of a position beside the shape, asked where it is in doubt.
    func contains(_ position: Position, _ table: borrowing EdgeTable, _ judge: (Position) -> Bool) -> Bool {
        var isInside = false
        frame.forEachPlacement(of: position) {
            isInside = isInside || (frame.box.contains($0) && holds($0, table, judge))
        }
        return isInside
    }

    private func holds(_ position: Position, _ table: borrowing EdgeTable, _ judge: (Position) -> Bool) -> Bool {
        guard !isSeamed else { return judge(position) }
        return switch boundary.side(of: position, table) {
        case .outside: false
        case .inside, .onBoundary: true
        case .doubtful: judge(position)
        }
    }

    /// - Parameter isInside: where that is known already.
    func signedDistance(
        from position: Position, isInside: Bool? = nil, _ table: borrowing EdgeTable, _ judge: (Position) -> Bool
    ) -> Double {
        var distance = Double.infinity
        frame.forEachPlacement(of: position) { distance = min(distance, boundary.distance(from: $0, table)) }
        return isInside ?? contains(position, table, judge) ? -distance : distance
    }

    func passage(
        from a: Position, to b: Position, _ table: borrowing EdgeTable, _ judge: (Position) -> Bool
    ) -> ClosedRange<Double>? {
        Passage(startsInside: contains(a, table, judge), endsInside: contains(b, table, judge)).range {
            frame.meetings(from: a, to: b) { boundary.crossings(from: $0, to: $1, table) }
        }
    }

    /// What separates inside from outside. The pole is a point, though an edge there has a length in degrees; and where
    /// an area goes all around the earth, its western and eastern edges are one meridian with inside on both hands.
    private static func segments(
        of polygons: [[Ring]], _ box: Box
    ) -> (segments: [Boundary.Segment], isSeamed: Bool) {
        let all = polygons.joined().flatMap { ring in
            zip(ring, ring.dropFirst()).map { Boundary.Segment(from: $0, to: $1) }
        }
        .filter { $0.from != $0.to }
        let real = all.filter { !($0.from.latitude.magnitude == 90 && $0.from.latitude == $0.to.latitude) }
        guard box.east - box.west >= 360 else { return (real, real.count < all.count) }
        let west = real.filter { $0.isMeridian(box.west) }
        let east = real.filter { $0.isMeridian(box.east) }
        let seamed = real.flatMap { segment in
            if segment.isMeridian(box.west) { return segment.without(east) }
            if segment.isMeridian(box.east) { return segment.without(west) }
            return [segment]
        }
        return (seamed, true)
    }
}

extension Boundary.Segment {
    fileprivate func isMeridian(_ longitude: Double) -> Bool {
        from.longitude == longitude && to.longitude == longitude
    }

    /// What is left of a piece of meridian beside the others' latitudes.
    fileprivate func without(_ others: [Boundary.Segment]) -> [Boundary.Segment] {
        var left = [min(from.latitude, to.latitude)...max(from.latitude, to.latitude)]
        for other in others {
            let (south, north) = (
                min(other.from.latitude, other.to.latitude), max(other.from.latitude, other.to.latitude)
            )
            left = left.flatMap { range in
                var rest: [ClosedRange<Double>] = []
                if range.lowerBound < south { rest.append(range.lowerBound...min(range.upperBound, south)) }
                if range.upperBound > north { rest.append(max(range.lowerBound, north)...range.upperBound) }
                return rest
            }
        }
        return left.map {
            Self(
                from: Position(longitude: from.longitude, latitude: $0.lowerBound),
                to: Position(longitude: from.longitude, latitude: $0.upperBound))
        }
    }
}

/// Where a shape lies on the longitudes' circle, and so by how many turns a position is to be moved to be beside it.
struct Frame: Sendable {
    let box: Box
    private let middle: Double
    /// A shape over half of the earth may be nearest around the other side.
    private let isWide: Bool

    init(_ box: Box) {
        self.box = box
        middle = box.middle.longitude
        isWide = box.east - box.west > 180
    }

    /// Calls `body` with the position, beside the shape.
    @inline(__always)
    func forEachPlacement(of position: Position, _ body: (Position) -> Void) {
        let near = Position(longitude: position.longitude.unrolled(near: middle), latitude: position.latitude)
        body(near)
        guard isWide else { return }
        body(near.shifted(by: -360))
        body(near.shifted(by: 360))
    }

    /// What `meet` says of the short way from `a` to `b`, laid beside the shape; the least range that holds all that it
    /// says.
    func meetings(
        from a: Position, to b: Position, _ meet: (Position, Position) -> ClosedRange<Double>?
    ) -> ClosedRange<Double>? {
        let end = Position(longitude: b.longitude.unrolled(near: a.longitude), latitude: b.latitude)
        let halfway = (a.longitude + end.longitude) / 2
        let turn = halfway.unrolled(near: middle) - halfway
        var found = meet(a.shifted(by: turn), end.shifted(by: turn))
        guard isWide else { return found }
        for other in [turn - 360, turn + 360] {
            guard let next = meet(a.shifted(by: other), end.shifted(by: other)) else { continue }
            found = found?.extended(to: next) ?? next
        }
        return found
    }
}

/// From where a way starts and ends, and where it meets the boundary, to the part of it that is inside. As the boundary
/// counts as inside, the first and the last meeting say all.
struct Passage {
    var startsInside: Bool
    var endsInside: Bool

    func range(_ meetings: () -> ClosedRange<Double>?) -> ClosedRange<Double>? {
        if startsInside && endsInside { return 0...1 }
        let met = meetings()
        switch (startsInside, endsInside) {
        case (true, _): return 0...(met?.upperBound ?? 0)
        case (_, true): return (met?.lowerBound ?? 1)...1
        default: return met
        }
    }
}
