public import Positioning

extension Membership {
    /// Takes one fix further.
    /// - Parameters:
    ///   - sample: not older than the one before.
    ///   - previous: what the device's fix before said of this fence; `nil` where there was none.
    ///   - place: where that fix was.
    ///   - decide: called with what has become certain, in order of event time; at most twice a fix.
    public mutating func observe(
        _ sample: Sample, after previous: Sample?, at place: Coordinate?, under policy: FencePolicy,
        decide: (Transition) -> Void
    ) {
        switch phase {
        case .outside:
            guard sample.isInside else { return }
            let entry = Self.entry(sample, previous, place)
            let evidence = Evidence(of: Self.strengthInside(sample), by: sample, since: entry.crossing.time)
            phase = Self.waited(entry, evidence, sample, policy, decide)
        case .entering(var entry, var evidence):
            let before = evidence.latest
            // It was inside by an error; now it walks in.
            if !entry.isInitial, sample.isInside, Self.isReckonedOver(sample, previous), let previous {
                entry.crossing = Crossing(between: previous, and: sample)
            }
            evidence.weigh(Self.strengthInside(sample), at: sample.time, isCorroborated: sample.isCorroborated)
            if Self.hasPassed(evidence, before, sample) {
                phase = .outside
                if let from = entry.from { decide(.passed(from: from)) }
                return
            }
            phase = Self.waited(entry, evidence, sample, policy, decide)
        case .inside(var stay):
            Self.noteEdge(&stay, sample, previous)
            let strength = Self.strengthOutside(sample, policy)
            guard strength > 0 else {
                Self.dwell(&stay, sample, policy, decide)
                phase = .inside(stay)
                return
            }
            let evidence = Evidence(
                of: strength, by: sample, since: Self.marginPassed(sample, previous, policy) ?? sample.time)
            phase = Self.waited(stay, evidence, sample, policy, decide)
        case .leaving(var stay, var evidence):
            evidence.weigh(Self.strengthOutside(sample, policy), at: sample.time, isCorroborated: sample.isCorroborated)
            if evidence.strength(accuracy_m: sample.accuracy_m) < Limits.crossedStrength {
                Self.noteEdge(&stay, sample, previous)
            }
            phase = Self.waited(stay, evidence, sample, policy, decide)
        }
    }

    /// Whether an entry has come to nothing: it is plainly outside, or all in all the evidence is against it. While an entry
    /// is young one fix may say so; later on two must: a stray doesn't undo hours. Nor does one that its velocity belies, so
    /// that the reckoned place is still inside.
    private static func hasPassed(_ evidence: Evidence, _ before: Double, _ sample: Sample) -> Bool {
        if sample.isInside || sample.best.signedDistance_m <= 0 { return false }
        if evidence.strength(accuracy_m: sample.accuracy_m) <= -Limits.contraryStrength { return true }
        guard evidence.latest <= -Limits.decisiveStrength else { return false }
        return evidence.elapsed_s <= Limits.crossedGap_s || sample.isCorroborated
            || before <= -Limits.decisiveStrength
    }

    /// From entering: on to inside, or still entering.
    private static func waited(
        _ entry: Entry, _ evidence: Evidence, _ sample: Sample, _ policy: FencePolicy, _ decide: (Transition) -> Void
    ) -> Phase {
        let strength = max(
            evidence.strength(accuracy_m: sample.accuracy_m),
            reckonedStrength(sample) { -$0.signedDistance_m })
        guard sample.isInside, evidence.hasTwoWitnesses, evidence.waited_s >= policy.enterConfirm_s,
            strength >= evidence.enterStrength(accuracy_m: sample.accuracy_m)
        else { return .entering(entry, evidence) }
        var crossing = entry.crossing
        // Not before the exit before it, which was dated so long before it was told, and told by `from` at the latest.
        if let from = entry.from {
            crossing.time = max(crossing.time, from.time.advanced(bySeconds: -policy.exitConfirm_s))
        }
        crossing.time = min(crossing.time, sample.time)
        var stay = Stay(entered: crossing.time, hasDwelt: false, edge: nil)
        decide(.entered(crossing, confidence: confidence(strength: strength), isInitial: entry.isInitial))
        dwell(&stay, sample, policy, decide)
        return .inside(stay)
    }

    /// From leaving: on to outside, back to inside, or still leaving.
    private static func waited(
        _ stay: Stay, _ evidence: Evidence, _ sample: Sample, _ policy: FencePolicy, _ decide: (Transition) -> Void
    ) -> Phase {
        if -sample.signedDistance_m / sample.accuracy_m >= Limits.contraryStrength || evidence.mean < 0 {
            var stay = stay
            if sample.isInside { stay.edge = nil }
            dwell(&stay, sample, policy, decide)
            return .inside(stay)
        }
        let strength = max(
            evidence.strength(accuracy_m: sample.accuracy_m),
            reckonedStrength(sample) { $0.signedDistance_m - policy.exitMargin_m })
        var crossing = stay.edge ?? Crossing(time: evidence.began, uncertainty_s: sample.accuracy_m)
        crossing.time = max(crossing.time, earliestExit(stay, by: sample.time, policy))
        let waited_s = sample.time.seconds(since: max(crossing.time, evidence.began))
        guard evidence.latest > 0, evidence.hasTwoWitnesses, waited_s >= policy.exitConfirm_s,
            strength >= Limits.exitStrength
        else { return .leaving(stay, evidence) }
        // Between rare fixes, only the exit proves how long the stay was.
        if let dwell_s = policy.dwell_s, !stay.hasDwelt, crossing.time.seconds(since: stay.entered) >= dwell_s {
            decide(.dwelt(at: stay.entered.advanced(bySeconds: dwell_s), confidence: confidence(strength: strength)))
        }
        decide(.exited(crossing, confidence: confidence(strength: strength)))
        return .outside
    }

    /// What was told of a stay stays true: its exit is dated after its enter, and after its dwell.
    private static func earliestExit(_ stay: Stay, by now: Timestamp, _ policy: FencePolicy) -> Timestamp {
        guard stay.hasDwelt, let dwell_s = policy.dwell_s else { return stay.entered }
        let due = stay.entered.advanced(bySeconds: dwell_s)
        // Another policy may have been in force when the dwell was told.
        return due <= now ? due : stay.entered
    }

    /// When the way from the fix before passed the margin; `nil` where that fix was beyond it already.
    private static func marginPassed(_ sample: Sample, _ previous: Sample?, _ policy: FencePolicy) -> Timestamp? {
        guard var before = previous else { return nil }
        var after = sample
        before.signedDistance_m -= policy.exitMargin_m
        after.signedDistance_m -= policy.exitMargin_m
        return before.isInside ? Crossing(between: before, and: after).time : nil
    }

    /// Standard deviations by the reckoned place alone, of one who moves as the velocity says; 0 of others: only the time
    /// proves where one is who stands.
    /// - Parameter depth: metres on the side in question.
    private static func reckonedStrength(_ sample: Sample, _ depth: (Sample.Reckoned) -> Double) -> Double {
        guard sample.isCorroborated, let reckoned = sample.reckoned else { return 0 }
        return min(depth(reckoned) / reckoned.accuracy_m, Limits.strengthPerFix)
    }

    /// Whether the velocity carried it over the boundary just now, to the side where the fix is.
    static func isReckonedOver(_ sample: Sample, _ previous: Sample?) -> Bool {
        guard sample.isCorroborated, let here = sample.reckoned, let before = previous?.reckoned else { return false }
        return sample.isInside
            ? here.signedDistance_m <= 0 && before.signedDistance_m > 0
            : here.signedDistance_m > 0 && before.signedDistance_m <= 0
    }

    static func strengthInside(_ sample: Sample) -> Double {
        -sample.signedDistance_m / sample.accuracy_m + Limits.insideBias
    }

    static func strengthOutside(_ sample: Sample, _ policy: FencePolicy) -> Double {
        (sample.signedDistance_m - policy.exitMargin_m) / sample.accuracy_m
    }

    private static func entry(_ sample: Sample, _ previous: Sample?, _ place: Coordinate?) -> Entry {
        guard let previous, let place, !previous.isInside else {
            // It was inside already: the device is new, or the fence is.
            return Entry(crossing: Crossing(time: sample.time, uncertainty_s: 0), isInitial: true, from: nil)
        }
        return Entry(
            crossing: Crossing(between: previous, and: sample), isInitial: false,
            from: Origin(time: previous.time, coordinate: place))
    }

    /// Keeps the last outward passing of the boundary, so that an exit can be dated back to it.
    private static func noteEdge(_ stay: inout Stay, _ sample: Sample, _ previous: Sample?) {
        guard !sample.isInside else {
            stay.edge = nil
            return
        }
        guard stay.edge == nil || isReckonedOver(sample, previous), let previous else { return }
        stay.edge = Crossing(between: previous, and: sample)
    }

    private static func dwell(
        _ stay: inout Stay, _ sample: Sample, _ policy: FencePolicy, _ decide: (Transition) -> Void
    ) {
        guard let dwell_s = policy.dwell_s, !stay.hasDwelt, sample.isInside else { return }
        let due = stay.entered.advanced(bySeconds: dwell_s)
        guard sample.time >= due else { return }
        stay.hasDwelt = true
        decide(.dwelt(at: due, confidence: confidence(strength: -sample.signedDistance_m / sample.accuracy_m)))
    }
}
