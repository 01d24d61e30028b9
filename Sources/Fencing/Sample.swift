public import Positioning

/// What one fix says of one fence.
public struct Sample: Equatable, Sendable {
    public var time: Timestamp
    /// Metres to the boundary, negative inside.
    public var signedDistance_m: Double
    /// One standard deviation of the fix's error, metres, at least ``Limits/accuracyFloor_m``.
    public var accuracy_m: Double

    public init(time: Timestamp, signedDistance_m: Double, accuracy_m: Double) {
        self.time = time
        self.signedDistance_m = signedDistance_m
        self.accuracy_m = accuracy_m
    }

    public var isInside: Bool { signedDistance_m <= 0 }
}

/// When a boundary was crossed, as far as two fixes tell.
public struct Crossing: Equatable, Sendable {
    public var time: Timestamp
    /// One standard deviation of `time`, seconds.
    public var uncertainty_s: Double

    public init(time: Timestamp, uncertainty_s: Double) {
        self.time = time
        self.uncertainty_s = uncertainty_s
    }

    /// Between the last fix on one side and the first on the other, where the signed distance passes zero.
    ///
    /// The uncertainty has two parts: the receiver's error over the speed at which the boundary was approached, and the
    /// gap itself, in which the way may not have been even (a share that is uniform over the gap: gap / √12, halved as the
    /// two ends are known). It never exceeds the gap by more than what the error alone gives.
    public init(between before: Sample, and after: Sample) {
        let gap = after.time.seconds(since: before.time)
        let from = before.signedDistance_m.magnitude
        let to = after.signedDistance_m.magnitude
        let whole = from + to
        let share = whole > 0 ? from / whole : 0.5
        let blur = whole > 0 ? (before.accuracy_m + after.accuracy_m) / 2 * gap / whole : gap
        let uneven = gap / 12.0.squareRoot() / 2
        time = before.time.advanced(bySeconds: gap * share)
        uncertainty_s = min((blur * blur + uneven * uneven).squareRoot(), max(gap, 1) * 2)
    }
}
