/// A device's standing with one fence.
public struct Place: Equatable, Sendable {
    /// Index in the engine's fences.
    public var fence: Int
    public var membership: Membership
    /// Metres to the boundary at the newest fix, negative inside.
    public var signedDistance_m: Double

    public init(fence: Int, membership: Membership, signedDistance_m: Double) {
        self.fence = fence
        self.membership = membership
        self.signedDistance_m = signedDistance_m
    }
}
