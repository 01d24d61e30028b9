public import Fencing
public import Positioning

/// The fences in force, as far as rules ask about them beyond those that a device is at.
public final class Ground {
    public let fences: [Fence]
    /// The indices of those of the kind `allowed`, and `route`.
    public let allowedFences: [Int]
    public let routes: [Int]
    private let distance: (Int, Coordinate) -> Double
    private let containing: (Coordinate) -> [Int]

    /// - Parameters:
    ///   - distance: metres from a place to the boundary of the fence with an index, negative inside.
    ///   - containing: the indices of the fences that a place is in, ascending.
    public init(
        _ fences: [Fence], distance: @escaping (Int, Coordinate) -> Double,
        containing: @escaping (Coordinate) -> [Int]
    ) {
        self.fences = fences
        allowedFences = fences.indices.filter { fences[$0].kind == .allowed }
        routes = fences.indices.filter { fences[$0].kind == .route }
        self.distance = distance
        self.containing = containing
    }

    func signedDistance_m(to fence: Int, from place: Coordinate) -> Double { distance(fence, place) }

    func fences(at place: Coordinate) -> [Int] { containing(place) }
}
