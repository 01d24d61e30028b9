internal import Positioning

/// The point of a boundary that is nearest to a position, among the segments that were looked at.
///
/// It is looked for in the plane of the position's own latitude, and its distance is measured in the plane of the latitude
/// halfway: against the ellipsoid that is right within a millimetre at 5 km, and within 0.1 % at 100 km (below 70 degrees of
/// latitude). Of two that are as near, it is the one that comes first in the table, in whatever order they are looked at.
struct NearestPoint {
    private let position: Position
    let scale: MetresPerDegree
    /// Square metres that are more than any rounding in here.
    private let rounding_m2: Double
    private var squared_m2 = Double.infinity
    /// Of the nearest one but this.
    private var nextSquared_m2 = Double.infinity
    /// Degrees from the position.
    private var offset = Position(longitude: 0, latitude: 0)
    /// Where its segment begins, in the table.
    private(set) var corner = Int.max
    /// The part of its segment that is before it: 0…1.
    private var along = 0.0

    init(to position: Position, in tree: EdgeTree) {
        self.position = position
        scale = MetresPerDegree(atLatitude: position.latitude)
        let (x, y) = (tree.step.longitude * scale.longitude, tree.step.latitude * scale.latitude)
        rounding_m2 = (x * x + y * y) * Limits.nearestRounding
    }

    /// Whoever is farther than this, by single precision, is farther than the nearest, and also than what is about as near.
    var reach_m2: Float { Float(squared_m2) * Limits.nearestReach + 2 * Limits.edgeOrderFloor_m2 }

    /// Looks at four segments that follow each other, side by side.
    /// - Parameters:
    ///   - corners: where they begin, and where the last one ends.
    ///   - first: the first one's place in the table.
    @inline(__always)
    mutating func look(at corners: Span<Position>, _ first: Int) {
        let fromX = SIMD4(corners[0].longitude, corners[1].longitude, corners[2].longitude, corners[3].longitude)
        let fromY = SIMD4(corners[0].latitude, corners[1].latitude, corners[2].latitude, corners[3].latitude)
        let toX = SIMD4(corners[1].longitude, corners[2].longitude, corners[3].longitude, corners[4].longitude)
        let toY = SIMD4(corners[1].latitude, corners[2].latitude, corners[3].latitude, corners[4].latitude)
        let (ax, ay) = (fromX - position.longitude, fromY - position.latitude)
        let (dx, dy) = (toX - fromX, toY - fromY)
        let (kx, ky) = (scale.longitude * scale.longitude, scale.latitude * scale.latitude)
        let length = dx * dx * kx + dy * dy * ky
        let share = -(ax * dx * kx + ay * dy * ky) / length
        // Of a named type, a comparison is one instruction; of one that is inferred, a loop.
        let (zero, one) = (SIMD4<Double>(repeating: 0), SIMD4<Double>(repeating: 1))
        // A segment without a length is where it begins: 0 / 0 is not above 0.
        var along = zero.replacing(with: share, where: share .> zero)
        along = along.replacing(with: one, where: along .> one)
        let (east, north) = (ax + along * dx, ay + along * dy)
        let (x, y) = (east * scale.longitude, north * scale.latitude)
        let squares = x * x + y * y
        let two = squares.lowHalf.replacing(with: squares.highHalf, where: squares.highHalf .< squares.lowHalf)
        let least = two.y < two.x ? two.y : two.x
        guard least <= squared_m2 else {
            nextSquared_m2 = min(nextSquared_m2, least)
            return
        }
        let lane = squares[0] == least ? 0 : squares[1] == least ? 1 : squares[2] == least ? 2 : 3
        if least == squared_m2 {
            nextSquared_m2 = least
            guard first + lane < corner else { return }
        } else {
            nextSquared_m2 = squared_m2
        }
        for other in 0..<4 where other != lane { nextSquared_m2 = min(nextSquared_m2, squares[other]) }
        squared_m2 = least
        offset = Position(longitude: east[lane], latitude: north[lane])
        corner = first + lane
        self.along = along[lane]
    }

    /// Metres, in the plane of the latitude halfway; infinite where nothing was looked at.
    var distance_m: Double {
        guard squared_m2 < .infinity else { return .infinity }
        let halfway = MetresPerDegree(atLatitude: position.latitude + offset.latitude / 2)
        let (x, y) = (offset.longitude * halfway.longitude, offset.latitude * halfway.latitude)
        return (x * x + y * y).squareRoot()
    }

    /// Whether the position is on the left of the boundary there: between the two there is no other piece of it, so that the
    /// segment's hand is the boundary's.
    /// - Returns: `nil` where that would hang on a rounding: at a corner, between two that are about as near, or nearly on it.
    func isOnTheLeft(_ table: borrowing EdgeTable) -> Bool? {
        guard squared_m2 > rounding_m2, nextSquared_m2 > squared_m2 * Limits.nearestGap,
            position.latitude.magnitude <= Limits.planeLatitude
        else { return nil }
        let (from, to) = (table.corners[corner], table.corners[corner + 1])
        let (x, y) = (
            (to.longitude - from.longitude) * scale.longitude, (to.latitude - from.latitude) * scale.latitude
        )
        // To the nearer end of the segment.
        let shorter = min(along, 1 - along)
        let end_m2 = shorter * shorter * (x * x + y * y)
        guard end_m2 > rounding_m2, end_m2 > squared_m2 * Limits.nearestRounding else { return nil }
        let (ax, ay) = (from.longitude - position.longitude, from.latitude - position.latitude)
        let (bx, by) = (to.longitude - position.longitude, to.latitude - position.latitude)
        let (left, right) = (ax * by, ay * bx)
        let area = left - right
        guard area.magnitude > Limits.orientationSlack * (left.magnitude + right.magnitude) else { return nil }
        return area > 0
    }
}
