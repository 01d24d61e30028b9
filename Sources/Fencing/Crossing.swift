public import Positioning

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
    /// The distances are those of the reckoned places, where there are any; these may have passed the boundary some fixes
    /// earlier or later. The way is taken as even, unless the receiver's speeds at the two ends tell where a vehicle stopped
    /// or started: see ``Approach``. The uncertainty has two parts: the error over the speed across the boundary, and how
    /// uneven the way may have been.
    public init(between before: Sample, and after: Sample) {
        let way = Approach(before, after)
        time = before.time.advanced(bySeconds: way.reached_s)
        let blur = (before.best.accuracy_m + after.best.accuracy_m) / 2 / way.rate_mps
        // Where both are slow and near, they may have wandered over it at any moment between.
        let stamp = Limits.stampBlur_s
        uncertainty_s = (blur * blur + way.uneven_s * way.uneven_s + stamp * stamp).squareRoot()
        uncertainty_s = min(uncertainty_s, way.gap_s + Limits.crossingBlur_s)
    }
}

/// How the way between two fixes was covered, measured across the boundary.
private struct Approach {
    var gap_s: Double
    /// Seconds after the first fix at which the boundary was reached; outside the gap where both places are on one side.
    var reached_s: Double
    /// Metres per second towards the boundary as it was crossed; greater than 0.
    var rate_mps: Double
    /// One standard deviation of `reached_s` by not knowing the speeds in between, seconds.
    var uneven_s: Double

    init(_ before: Sample, _ after: Sample) {
        gap_s = max(after.time.seconds(since: before.time), 0)
        let outwards = after.isInside ? -1.0 : 1
        // Metres from the first place to the boundary, and to the second place.
        let first = -outwards * before.best.signedDistance_m
        let whole = first + outwards * after.best.signedDistance_m
        let accuracy = (before.best.accuracy_m + after.best.accuracy_m) / 2
        reached_s = whole > 0 ? gap_s * min(max(first / whole, 0), 1) : gap_s / 2
        // Within twice the error, the distance between two fixes says nothing of the speed.
        let even = gap_s > 0 ? max(whole, 0) / gap_s : 0
        rate_mps = whole >= 2 * accuracy ? even : min(even, Limits.walkingSpeed_mps)
        uneven_s = gap_s / 12.0.squareRoot()
        if let from = before.speed_mps, let to = after.speed_mps, gap_s > 0 { refine(first, whole, from, to) }
        rate_mps = max(rate_mps, Limits.creepingSpeed_mps)
    }

    /// One speed up to a moment and the other after it, so that the whole way is covered in the time.
    private mutating func refine(_ first: Double, _ whole: Double, _ from: Double, _ to: Double) {
        let fast = max(from, to)
        guard fast >= Limits.standingSpeed_mps else { return }
        rate_mps = max(rate_mps, min(fast, max(whole / gap_s, fast / 2)))
        let isEven = (from - to).magnitude < Limits.evenSpeeds * fast
        if first < 0, from >= Limits.standingSpeed_mps {
            reached_s = max(first / rate_mps, -Limits.crossingReach_s)
        } else if first > whole, to >= Limits.standingSpeed_mps {
            reached_s = gap_s + min((first - whole) / rate_mps, Limits.crossingReach_s)
        } else if !isEven, whole > 0, first >= 0, first <= whole {
            let change_s = (whole - to * gap_s) / (from - to)
            guard change_s > 0, change_s < gap_s else { return }
            let covered = from * change_s
            reached_s = first <= covered ? first / from : change_s + (first - covered) / to
        } else if !isEven {
            return
        }
        // As fast at both ends: then in between, too, by all likelihood. Else both speeds make the way.
        uneven_s /= Limits.evenWay
    }
}
