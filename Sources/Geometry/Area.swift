/// Polygons, ready to be asked: containment is GEOS's, in degrees, exact; distance is to the boundary.
struct Area: Sendable {
    private(set) var boundary: Boundary
    private let frame: Frame
    /// Where the boundary is not all of the polygons' edges, GEOS is asked about every position.
    private let isSeamed: Bool
    /// On which hand of every edge the inside is.
    private let hand: Hand

    enum Hand: Sendable { case left, right, unknown }

    /// - Parameters:
    ///   - box: of all polygons.
    ///   - hand: the polygons', as ``hand(of:within:)`` says.
    init(_ polygons: [[Ring]], within box: Box, _ hand: Hand, into table: inout EdgeTable) {
        let (lines, isSeamed) = Self.lines(of: polygons, within: box)
        boundary = Boundary(lines: lines, into: &table)
        frame = Frame(box)
        self.isSeamed = isSeamed
        self.hand = hand
    }

    private static func isPlain(_ box: Box) -> Bool {
        box.east - box.west < 360 && box.north < 90 && box.south > -90
    }

    /// The boundary of polygons, each line its corners.
    static func lines(of polygons: [[Ring]], within box: Box) -> (lines: [[Position]], isSeamed: Bool) {
        if isPlain(box) { return (polygons.joined().map(\.withoutRepeats), false) }
        let (segments, isSeamed) = segments(of: polygons, box)
        return (Boundary.lines(of: segments), isSeamed)
    }

    /// On which hand of every edge the inside is: whichever way the outer rings are drawn, where the holes are drawn the other
    /// way.
    static func hand(of polygons: [[Ring]], within box: Box) -> Hand {
        isPlain(box) && !Frame(box).isWide ? hand(of: polygons) : .unknown
    }

    /// See ``Boundary/move(behind:)``.
    mutating func move(behind others: EdgeTable.Extent) { boundary.move(behind: others) }

    private static func hand(of polygons: [[Ring]]) -> Hand {
        var all: Hand?
        for rings in polygons {
            for (number, ring) in rings.enumerated() {
                guard let isLeft = ring.isLeftHanded else { return .unknown }
                let hand: Hand = isLeft == (number == 0) ? .left : .right
                if let all, all != hand { return .unknown }
                all = hand
            }
        }
        return all ?? .unknown
    }

    /// Inside or on the boundary.
    /// - Parameter judge: GEOS's judgement of a position beside the shape, asked where it is in doubt.
    func contains(_ position: Position, _ table: borrowing EdgeTable, _ judge: (Position) -> Bool) -> Bool {
        var isInside = false
        frame.forEachPlacement(of: position) { isInside = isInside || holds($0, table, judge) }
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

    /// - Parameters:
    ///   - isInside: where that is known already.
    ///   - corner: where the nearest segment begins, in the table; of a shape over half of the earth it is left as it is.
    func signedDistance(
        from position: Position, isInside: Bool? = nil, nearest corner: inout Int, _ table: borrowing EdgeTable,
        _ judge: (Position) -> Bool
    ) -> Double {
        guard !frame.isWide else {
            var distance = Double.infinity
            frame.forEachPlacement(of: position) {
                distance = min(distance, boundary.nearest(to: $0, table).distance_m)
            }
            return isInside ?? contains(position, table, judge) ? -distance : distance
        }
        let placed = frame.placement(of: position)
        let nearest = boundary.nearest(to: placed, table)
        let distance = nearest.distance_m
        corner = nearest.corner
        return isInside ?? side(by: nearest, table) ?? holds(placed, table, judge) ? -distance : distance
    }

    /// Whether the position that this is the nearest point to is inside; `nil` where it does not tell.
    private func side(by nearest: NearestPoint, _ table: borrowing EdgeTable) -> Bool? {
        switch hand {
        case .left: nearest.isOnTheLeft(table)
        case .right: nearest.isOnTheLeft(table).map { !$0 }
        case .unknown: nil
        }
    }

    /// - Parameter endsInside: where that is known already.
    func passage(
        from a: Position, to b: Position, endsInside: Bool? = nil, _ table: borrowing EdgeTable,
        _ judge: (Position) -> Bool
    ) -> ClosedRange<Double>? {
        let passage = Passage(
            startsInside: contains(a, table, judge), endsInside: endsInside ?? contains(b, table, judge))
        return passage.range { frame.meetings(from: a, to: b) { boundary.crossings(from: $0, to: $1, table) } }
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
