public import Positioning

/// Where one device is with regard to one fence.
///
/// ```
///              in, first time            enough evidence
///   outside ───────────────────▶ entering ───────────────▶ inside ◀─────────────┐
///      ▲                            │                        │  beyond the margin │
///      │      evidence gone         │                        ▼                    │ evidence gone
///      ├────────────────────────────┘                     leaving ────────────────┘
///      │                    enough evidence                  │
///      └─────────────────────────────────────────────────────┘
/// ```
/// "Enough" is: long enough (`enter_confirm_s`, `exit_confirm_s`) and strong enough (see ``Evidence``). A fix never
/// changes the state by itself: the shortest confirm time lies between two fixes.
public struct Membership: Equatable, Sendable {
    public enum Phase: Equatable, Sendable {
        case outside
        case entering(Entry, Evidence)
        case inside(Stay)
        case leaving(Stay, Evidence)
    }

    /// An entry that waits for its evidence.
    public struct Entry: Equatable, Sendable {
        public var crossing: Crossing
        /// No fix of the device came before: it was first seen inside.
        public var isInitial: Bool
        /// The last fix outside before it; `nil` where it is initial.
        public var from: Origin?

        public init(crossing: Crossing, isInitial: Bool, from: Origin?) {
            self.crossing = crossing
            self.isInitial = isInitial
            self.from = from
        }
    }

    public struct Origin: Equatable, Sendable {
        public var time: Timestamp
        public var coordinate: Coordinate

        public init(time: Timestamp, coordinate: Coordinate) {
            self.time = time
            self.coordinate = coordinate
        }
    }

    public struct Stay: Equatable, Sendable {
        public var entered: Timestamp
        public var hasDwelt: Bool
        /// When the boundary was last passed outwards; `nil` while the newest fix is inside.
        public var edge: Crossing?

        public init(entered: Timestamp, hasDwelt: Bool, edge: Crossing?) {
            self.entered = entered
            self.hasDwelt = hasDwelt
            self.edge = edge
        }
    }

    public var phase: Phase

    public init(phase: Phase = .outside) { self.phase = phase }

    /// Whether an enter was told and no exit since.
    public var isInside: Bool {
        switch phase {
        case .inside, .leaving: true
        case .outside, .entering: false
        }
    }
}

/// What a membership has decided.
public enum Transition: Equatable, Sendable {
    case entered(Crossing, confidence: Double, isInitial: Bool)
    case exited(Crossing, confidence: Double)
    /// `dwell_s` after the entry.
    case dwelt(at: Timestamp, confidence: Double)
    /// It was inside, but too briefly to be a visit, and is out again: a crossing, if the way from `origin` leads through.
    case passed(from: Membership.Origin)
}

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
            phase = .entering(
                Self.entry(sample, previous, place), Evidence(of: Self.strengthInside(sample), at: sample.time))
        case .entering(let entry, var evidence):
            evidence.weigh(Self.strengthInside(sample), at: sample.time)
            let strength = evidence.strength(accuracy_m: sample.accuracy_m)
            if evidence.latest <= -Limits.decisiveStrength || strength <= -Limits.contraryStrength {
                phase = .outside
                if let from = entry.from, evidence.best >= Limits.crossedStrength { decide(.passed(from: from)) }
                return
            }
            guard sample.isInside, evidence.elapsed_s >= policy.enterConfirm_s,
                strength >= evidence.enterStrength(accuracy_m: sample.accuracy_m)
            else {
                phase = .entering(entry, evidence)
                return
            }
            var stay = Stay(entered: entry.crossing.time, hasDwelt: false, edge: nil)
            decide(.entered(entry.crossing, confidence: confidence(strength: strength), isInitial: entry.isInitial))
            Self.dwell(&stay, sample, policy, decide)
            phase = .inside(stay)
        case .inside(var stay):
            Self.noteEdge(&stay, sample, previous)
            let strength = Self.strengthOutside(sample, policy)
            if strength > 0 {
                phase = .leaving(stay, Evidence(of: strength, at: sample.time))
            } else {
                Self.dwell(&stay, sample, policy, decide)
                phase = .inside(stay)
            }
        case .leaving(var stay, var evidence):
            evidence.weigh(Self.strengthOutside(sample, policy), at: sample.time)
            if evidence.strength(accuracy_m: sample.accuracy_m) < Limits.crossedStrength {
                Self.noteEdge(&stay, sample, previous)
            }
            if -sample.signedDistance_m / sample.accuracy_m >= Limits.contraryStrength || evidence.mean < 0 {
                if sample.isInside { stay.edge = nil }
                Self.dwell(&stay, sample, policy, decide)
                phase = .inside(stay)
                return
            }
            let strength = evidence.strength(accuracy_m: sample.accuracy_m)
            guard evidence.latest > 0, evidence.elapsed_s >= policy.exitConfirm_s, strength >= Limits.exitStrength
            else {
                phase = .leaving(stay, evidence)
                return
            }
            phase = .outside
            let crossing = stay.edge ?? Crossing(time: evidence.began, uncertainty_s: sample.accuracy_m)
            decide(.exited(crossing, confidence: confidence(strength: strength)))
        }
    }

    private static func strengthInside(_ sample: Sample) -> Double {
        -sample.signedDistance_m / sample.accuracy_m + Limits.insideBias
    }

    private static func strengthOutside(_ sample: Sample, _ policy: FencePolicy) -> Double {
        (sample.signedDistance_m - policy.exitMargin_m) / sample.accuracy_m
    }

    private static func entry(_ sample: Sample, _ previous: Sample?, _ place: Coordinate?) -> Entry {
        guard let previous, let place, !previous.isInside else {
            return Entry(
                crossing: Crossing(time: sample.time, uncertainty_s: 0), isInitial: previous == nil, from: nil)
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
        guard stay.edge == nil, let previous else { return }
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
