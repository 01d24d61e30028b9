public import Positioning

/// What speaks for a change of side since it began: signed distance over accuracy, held over time.
///
/// Its strength is the time-weighted mean of distance / accuracy, times √(1 + T / 2τ): a receiver's error stays correlated
/// for τ (the longer the worse it is), so T seconds are worth 1 + T / 2τ independent looks, however many fixes fall into
/// them. Between two fixes, neither counts for more than ``Limits/strengthOverNeighbour`` above the other: a stray alone
/// moves nothing.
public struct Evidence: Equatable, Sendable {
    /// When it began to speak for it: interpolated, so that the reporting interval doesn't matter.
    public var began: Timestamp
    /// Time of the newest fix that was weighed.
    public var newest: Timestamp
    /// Seconds weighed; silence counts only up to ``Limits/evidenceGap_s``. 0 while a single fix speaks.
    public var elapsed_s: Double
    /// Standard deviations × seconds.
    public var integral: Double
    /// Standard deviations of the newest fix; negative where it speaks against.
    public var latest: Double

    public init(of strength: Double, at time: Timestamp) {
        began = time
        newest = time
        elapsed_s = 0
        integral = 0
        latest = Self.bounded(strength)
    }

    /// - Parameters:
    ///   - sample: the first that spoke for it.
    ///   - crossing: when its side was reached.
    init(of strength: Double, by sample: Sample, since crossing: Timestamp) {
        self.init(of: strength, at: sample.time)
        let waited = sample.time.seconds(since: crossing)
        guard waited > 0, waited <= Limits.evidenceCredit_s else { return }
        began = crossing
        // Position and velocity agree: two witnesses, so that the time since the crossing is time in which it was seen.
        guard sample.isCorroborated else { return }
        elapsed_s = waited
        integral = waited * latest
    }

    public mutating func weigh(_ strength: Double, at time: Timestamp, isCorroborated: Bool = false) {
        let gap = min(max(time.seconds(since: newest), 0), Limits.evidenceGap_s)
        let now = Self.bounded(strength)
        let reach = isCorroborated ? 2 * Limits.strengthPerFix : Limits.strengthOverNeighbour
        integral += gap * (min(latest, now + reach) + min(now, latest + reach)) / 2
        elapsed_s += gap
        latest = now
        newest = time
    }

    /// A second fix has agreed, or the receiver's velocity.
    var hasTwoWitnesses: Bool { elapsed_s > 0 }

    /// Seconds since it began to speak for it.
    var waited_s: Double { newest.seconds(since: began) }

    /// The mean in standard deviations; negative where the other side is the likelier one.
    public var mean: Double { elapsed_s > 0 ? integral / elapsed_s : latest }

    /// Standard deviations of all of it together, for a receiver of this accuracy.
    public func strength(accuracy_m: Double) -> Double {
        mean * (1 + correlations(accuracy_m) / 2).squareRoot()
    }

    /// Standard deviations that an enter takes by now.
    func enterStrength(accuracy_m: Double) -> Double {
        let patience = min(correlations(accuracy_m) / Limits.patientCorrelations, 1)
        return Limits.enterStrength + (Limits.patientEnterStrength - Limits.enterStrength) * patience
    }

    private func correlations(_ accuracy_m: Double) -> Double {
        elapsed_s / (Limits.correlationPerMetre_s * accuracy_m)
    }

    private static func bounded(_ strength: Double) -> Double {
        min(max(strength, -Limits.strengthPerFix), Limits.strengthPerFix)
    }
}
