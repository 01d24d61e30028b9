/// A device's standing with one fence.
public struct Place: Equatable, Sendable {
    /// Index in the engine's fences.
    public var fence: Int
    public var membership: Membership
    /// Metres to the boundary at the newest fix, negative inside.
    public var signedDistance_m: Double
    /// The same from where the reckoning has the device; `nil` where nobody has asked. It follows from the reckoning: it is not
    /// kept, and not compared.
    public var reckoned_m: Double?

    public init(fence: Int, membership: Membership, signedDistance_m: Double, reckoned_m: Double? = nil) {
        self.fence = fence
        self.membership = membership
        self.signedDistance_m = signedDistance_m
        self.reckoned_m = reckoned_m
    }

    public static func == (a: Place, b: Place) -> Bool {
        a.fence == b.fence && a.membership == b.membership && a.signedDistance_m == b.signedDistance_m
    }
}
