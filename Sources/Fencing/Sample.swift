public import Positioning

/// What one fix says of one fence.
public struct Sample: Equatable, Sendable {
    public var time: Timestamp
    /// Metres to the boundary, negative inside.
    public var signedDistance_m: Double
    /// One standard deviation of the fix's error, metres, at least ``Limits/accuracyFloor_m``.
    public var accuracy_m: Double
    /// Over ground, metres per second, by the receiver itself; `nil` where it says none.
    public var speed_mps: Double?
    /// The way from the fix before is the one that the receiver's velocity makes expect: see ``Motion/leads(to:)``.
    public var isCorroborated: Bool

    public init(
        time: Timestamp, signedDistance_m: Double, accuracy_m: Double, speed_mps: Double? = nil,
        isCorroborated: Bool = false
    ) {
        self.time = time
        self.signedDistance_m = signedDistance_m
        self.accuracy_m = accuracy_m
        self.speed_mps = speed_mps
        self.isCorroborated = isCorroborated
    }

    public var isInside: Bool { signedDistance_m <= 0 }
}
