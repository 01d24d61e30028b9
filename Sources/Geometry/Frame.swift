/// Where a shape lies on the longitudes' circle, and so by how many turns a position is to be moved to be beside it.
struct Frame: Sendable {
    private let middle: Double
    /// A shape over half of the earth may be nearest around the other side.
    let isWide: Bool

    init(_ box: Box) {
        middle = box.middle.longitude
        isWide = box.east - box.west > 180
    }

    /// The position, beside the shape.
    @inline(__always)
    func placement(of position: Position) -> Position {
        Position(longitude: position.longitude.unrolled(near: middle), latitude: position.latitude)
    }

    /// Calls `body` with the position, beside the shape.
    @inline(__always)
    func forEachPlacement(of position: Position, _ body: (Position) -> Void) {
        let near = placement(of: position)
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
