internal import Positioning

/// Whether a rule's anomaly stands.
///
/// ```
///            raise                    clear
///   quiet ──────────▶ raised ──────────────────▶ cooling
///     ▲                                             │
///     └─────────────────────────────────────────────┘
///                    the cooldown is over
/// ```
/// Raising what stands, or is cooling, does nothing; neither does clearing what does not stand.
public struct Alarm: Equatable, Sendable {
    /// The phase in eight bytes, for every device has one for each rule: twice the time in microseconds, and one more where it
    /// cools. So an even one is raised.
    private var packed = PackedInteger(Self.quiet)

    private static let quiet = Int64.min + 1

    private enum Phase {
        case quiet
        /// The time of the fix that raised it, which names the anomaly.
        case raised(Timestamp)
        case cooling(until: Timestamp)
    }

    private var phase: Phase {
        get {
            let packed = packed.value
            guard packed != Self.quiet else { return .quiet }
            let time = Timestamp(microseconds: packed >> 1)
            return packed & 1 == 0 ? .raised(time) : .cooling(until: time)
        }
        set {
            func twice(_ time: Timestamp) -> Int64 { max(.min / 2 + 1, min(.max / 2, time.microseconds)) * 2 }
            switch newValue {
            case .quiet: packed = PackedInteger(Self.quiet)
            case .raised(let time): packed = PackedInteger(twice(time))
            case .cooling(let end): packed = PackedInteger(twice(end) + 1)
            }
        }
    }

    /// One that was never raised.
    public init() {}

    /// Whether it stands: was raised, and not cleared since.
    public var isRaised: Bool { packed.value & 1 == 0 }

    /// The time of the fix that raised it, while it stands.
    var raised: Timestamp? {
        switch phase {
        case .raised(let time): time
        case .quiet, .cooling: nil
        }
    }

    /// Whether it would be raised at this time.
    func isReady(at time: Timestamp) -> Bool {
        switch phase {
        case .quiet: true
        case .raised: false
        case .cooling(let end): time >= end
        }
    }

    /// From when on it could be raised; `nil` where it can, or stands.
    var coolingUntil: Timestamp? {
        switch phase {
        case .quiet, .raised: nil
        case .cooling(let end): end
        }
    }

    /// - Parameters:
    ///   - time: of the fix.
    ///   - since: when it began.
    ///   - fence: that it is about; the same when it clears.
    mutating func raise(
        _ rule: RuleName, at time: Timestamp, since: Timestamp, fence: String? = nil,
        tell: Tell, evidence: (inout EvidenceWriter) -> Void
    ) {
        guard isReady(at: time) else { return }
        phase = .raised(time)
        tell(
            Anomaly(rule: rule, state: .raised, raised: time, evidence: Anomaly.Evidence(evidence)), since, time, fence)
    }

    /// Tells again of what stands, where it has grown worse.
    func escalate(
        _ rule: RuleName, at time: Timestamp, since: Timestamp, tell: Tell, evidence: (inout EvidenceWriter) -> Void
    ) {
        guard case .raised(let raised) = phase else { return }
        tell(
            Anomaly(rule: rule, state: .raised, raised: raised, evidence: Anomaly.Evidence(evidence)), since, time, nil)
    }

    /// - Parameters:
    ///   - time: of the fix.
    ///   - cooldown_s: seconds before it can be raised again.
    @inline(__always) mutating func clear(
        _ rule: RuleName, at time: Timestamp, cooldown_s: Double, fence: String? = nil, tell: Tell,
        evidence: (inout EvidenceWriter) -> Void
    ) {
        // Asked at every fix, and nearly always it does not stand.
        if isRaised { end(rule, at: time, cooldown_s: cooldown_s, fence: fence, tell: tell, evidence: evidence) }
    }

    @inline(never) private mutating func end(
        _ rule: RuleName, at time: Timestamp, cooldown_s: Double, fence: String?, tell: Tell,
        evidence: (inout EvidenceWriter) -> Void
    ) {
        guard case .raised(let raised) = phase else { return }
        phase = .cooling(until: time.advanced(bySeconds: cooldown_s))
        tell(
            Anomaly(rule: rule, state: .cleared, raised: raised, evidence: Anomaly.Evidence(evidence)), time, time,
            fence)
    }

    mutating func code<Coder: StateCoder>(_ coder: inout Coder) throws(Coder.Failure) {
        var raised: Timestamp?
        var cooling: Timestamp?
        switch phase {
        case .quiet: break
        case .raised(let time): raised = time
        case .cooling(let end): cooling = end
        }
        try coder.time(&raised)
        try coder.time(&cooling)
        phase = raised.map { .raised($0) } ?? cooling.map { .cooling(until: $0) } ?? .quiet
    }
}
