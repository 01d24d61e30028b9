public import Positioning

/// What speaks for a change of side since it began: signed distance over accuracy, held over time.
///
/// Its strength is the time-weighted mean of distance / accuracy, times √(1 + T / 2τ): a receiver's error stays correlated
/// for τ (the longer the worse it is), so T seconds are worth 1 + T / 2τ independent looks, however many fixes fall into them.
public struct Evidence: Equatable, Sendable {
    /// Time of the first fix that spoke for it.
    public var began: Timestamp
    /// Time of the newest fix that was weighed.
    public var newest: Timestamp
    /// Seconds weighed; silence counts only up to ``Limits/evidenceGap_s``.
    public var elapsed_s: Double
    /// Standard deviations × seconds.
    public var integral: Double
    /// Standard deviations of the newest fix; negative where it speaks against.
    public var latest: Double
    /// The greatest yet.
    public var best: Double

    public init(of strength: Double, at time: Timestamp) {
        began = time
        newest = time
        elapsed_s = 0
        integral = 0
        latest = Self.bounded(strength)
        best = latest
    }

    public mutating func weigh(_ strength: Double, at time: Timestamp) {
        let gap = min(max(time.seconds(since: newest), 0), Limits.evidenceGap_s)
        let now = Self.bounded(strength)
        integral += gap * (latest + now) / 2
        elapsed_s += gap
        latest = now
        best = max(best, now)
        newest = time
    }

    /// The mean in standard deviations; negative where the other side is the likelier one.
    public var mean: Double { elapsed_s > 0 ? integral / elapsed_s : latest }

    /// Standard deviations of all of it together, for a receiver of this accuracy.
    public func strength(accuracy_m: Double) -> Double {
        let correlation_s = Limits.correlationPerMetre_s * accuracy_m
        return mean * (1 + elapsed_s / (2 * correlation_s)).squareRoot()
    }

    /// Standard deviations that an enter takes by now.
    func enterStrength(accuracy_m: Double) -> Double {
        let patience = elapsed_s / (Limits.patientCorrelations * Limits.correlationPerMetre_s * accuracy_m)
        return Limits.enterStrength - (Limits.enterStrength - Limits.patientEnterStrength) * min(patience, 1)
    }

    private static func bounded(_ strength: Double) -> Double {
        min(max(strength, -Limits.strengthPerFix), Limits.strengthPerFix)
    }
}
