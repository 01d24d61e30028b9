/// The point of a boundary that is nearest to a position, among the segments that were looked at.
///
/// It is looked for in the plane of the position's own latitude.
struct NearestPoint {
    private let position: Position
    let scale: MetresPerDegree
    private(set) var squared_m2 = Double.infinity
    /// Degrees from the position.
    private(set) var offset = Position(longitude: 0, latitude: 0)

    init(to position: Position) {
        self.position = position
        scale = MetresPerDegree(atLatitude: position.latitude)
    }

    /// Looks at four segments that follow each other, side by side.
    /// - Parameter corners: where they begin, and where the last one ends.
    @inline(__always)
    mutating func look(at corners: Span<Position>) {
        let fromX = SIMD4(corners[0].longitude, corners[1].longitude, corners[2].longitude, corners[3].longitude)
        let fromY = SIMD4(corners[0].latitude, corners[1].latitude, corners[2].latitude, corners[3].latitude)
        let toX = SIMD4(corners[1].longitude, corners[2].longitude, corners[3].longitude, corners[4].longitude)
        let toY = SIMD4(corners[1].latitude, corners[2].latitude, corners[3].latitude, corners[4].latitude)
        let (ax, ay) = (fromX - position.longitude, fromY - position.latitude)
        let (dx, dy) = (toX - fromX, toY - fromY)
        let (kx, ky) = (scale.longitude * scale.longitude, scale.latitude * scale.latitude)
        let length = dx * dx * kx + dy * dy * ky
        var along = -(ax * dx * kx + ay * dy * ky) / length
        // A segment without a length is where it begins: 0 / 0 is not above 0.
        along.replace(with: SIMD4(repeating: 0), where: .!(along .> SIMD4(repeating: 0)))
        along.replace(with: SIMD4(repeating: 1), where: along .> SIMD4(repeating: 1))
        let (east, north) = (ax + along * dx, ay + along * dy)
        let (x, y) = (east * scale.longitude, north * scale.latitude)
        let squares = x * x + y * y
        for lane in 0..<4 where squares[lane] < squared_m2 {
            squared_m2 = squares[lane]
            offset = Position(longitude: east[lane], latitude: north[lane])
        }
    }

    /// Metres, in the plane of the latitude halfway; infinite where nothing was looked at.
    var distance_m: Double {
        guard squared_m2 < .infinity else { return .infinity }
        let halfway = MetresPerDegree(atLatitude: position.latitude + offset.latitude / 2)
        let (x, y) = (offset.longitude * halfway.longitude, offset.latitude * halfway.latitude)
        return (x * x + y * y).squareRoot()
    }
}
