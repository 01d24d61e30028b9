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
    /// The distance is that or more, on the same side: see ``Membership/isDecided(by:after:under:)``.
    public var isBound = false
    /// What the place by ``Reckoning`` says of the fence; `nil` where that is not asked.
    public var reckoned: Reckoned?

    public struct Reckoned: Equatable, Sendable {
        /// Metres to the boundary, negative inside.
        public var signedDistance_m: Double
        /// One standard deviation, metres.
        public var accuracy_m: Double
        /// The distance is that or more, on the same side.
        public var isBound: Bool

        public init(signedDistance_m: Double, accuracy_m: Double, isBound: Bool = false) {
            self.signedDistance_m = signedDistance_m
            self.accuracy_m = accuracy_m
            self.isBound = isBound
        }
    }

    public init(
        time: Timestamp, signedDistance_m: Double, accuracy_m: Double, speed_mps: Double? = nil,
        isCorroborated: Bool = false, reckoned: Reckoned? = nil
    ) {
        self.time = time
        self.signedDistance_m = signedDistance_m
        self.accuracy_m = accuracy_m
        self.speed_mps = speed_mps
        self.isCorroborated = isCorroborated
        self.reckoned = reckoned
    }

    public var isInside: Bool { signedDistance_m <= 0 }

    /// The best that is known of the distance, and of its error.
    var best: Reckoned { reckoned ?? Reckoned(signedDistance_m: signedDistance_m, accuracy_m: accuracy_m) }
}
