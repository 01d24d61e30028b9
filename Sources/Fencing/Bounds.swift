internal import Positioning

extension Membership {
    /// Whether a sample whose distances are bounds leads to the same state, and decides the same, as the exact one would.
    ///
    /// Who is settled inside is only asked for its side. Else evidence weighs the distance; but one fix counts at most
    /// ``Limits/strengthPerFix``, and metres beyond that say nothing. When the boundary was crossed is for exact distances.
    /// - Parameters:
    ///   - sample: on the right side. Its reckoned distance may be missing where it is not corroborated.
    ///   - previous: only its reckoned side is looked at.
    public func isDecided(by sample: Sample, after previous: Sample?, under policy: FencePolicy) -> Bool {
        switch phase {
        case .outside:
            return false
        case .inside(let stay):
            return sample.isInside
                && (!sample.isBound || stay.hasDwelt || !Self.hasStayed(stay.entered, sample, policy))
        case .entering(let entry, let evidence):
            guard sample.isInside, entry.isInitial || !Self.isReckonedOver(sample, previous) else { return false }
            if sample.isBound {
                guard Self.strengthInside(sample) >= Limits.strengthPerFix,
                    !Self.hasStayed(entry.crossing.time, sample, policy)
                else { return false }
            }
            return sample.time.seconds(since: evidence.began) < policy.enterConfirm_s
                || Self.isReckoningEnough(sample) { -$0.signedDistance_m }
        case .leaving(let stay, let evidence):
            guard !sample.isInside else { return !sample.isBound }
            guard stay.edge != nil, !Self.isReckonedOver(sample, previous) else { return false }
            if sample.isBound {
                guard Self.strengthOutside(sample, policy) >= Limits.strengthPerFix,
                    sample.signedDistance_m >= Limits.farOutside_m
                else { return false }
            }
            return sample.time.seconds(since: evidence.began) < policy.exitConfirm_s
                || Self.isReckoningEnough(sample) { $0.signedDistance_m - policy.exitMargin_m }
        }
    }

    /// Whether a dwell may be due, whose confidence is by the exact distance.
    private static func hasStayed(_ entered: Timestamp, _ sample: Sample, _ policy: FencePolicy) -> Bool {
        policy.dwell_s.map { sample.time >= entered.advanced(bySeconds: $0) } ?? false
    }

    /// - Parameter depth: metres on the side in question.
    private static func isReckoningEnough(_ sample: Sample, _ depth: (Sample.Reckoned) -> Double) -> Bool {
        guard sample.isCorroborated, let reckoned = sample.reckoned, reckoned.isBound else { return true }
        return depth(reckoned) / reckoned.accuracy_m >= Limits.strengthPerFix
    }
}
