public import Positioning

/// A device's standing with one fence.
public struct Place: Equatable, Sendable {
    /// Index in the engine's fences.
    public var fence: Int
    public var membership: Membership
    /// Metres to the boundary, negative inside: the newest fix is on that side, and beyond ``Limits/farOutside_m`` if this is.
    public var signedDistance_m: Double
    /// Where that was measured: at the newest fix, or at an earlier one while nothing hangs on how far it is by now; `nil`: at
    /// the newest fix, but it may have been to another shape.
    public var measuredAt: Coordinate?
    /// The same from where the reckoning has the device; `nil` where nobody has asked. It follows from the reckoning: it is not
    /// kept, and not compared.
    public var reckoned_m: Double?

    public init(
        fence: Int, membership: Membership, signedDistance_m: Double, measuredAt: Coordinate? = nil,
        reckoned_m: Double? = nil
    ) {
        self.fence = fence
        self.membership = membership
        self.signedDistance_m = signedDistance_m
        self.measuredAt = measuredAt
        self.reckoned_m = reckoned_m
    }

    public static func == (a: Place, b: Place) -> Bool {
        a.fence == b.fence && a.membership == b.membership && a.signedDistance_m == b.signedDistance_m
    }
}
