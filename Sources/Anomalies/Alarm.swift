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
    private var phase = Phase.quiet

    private enum Phase: Equatable, Sendable {
        case quiet
        /// The time of the fix that raised it, which names the anomaly; the fence that it is about.
        case raised(Timestamp, fence: String?)
        case cooling(until: Timestamp)
    }

    public init() {}

    public var isRaised: Bool {
        switch phase {
        case .raised: true
        case .quiet, .cooling: false
        }
    }

    /// The one that it stands about.
    var fence: String? {
        switch phase {
        case .raised(_, let fence): fence
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

    /// - Parameters:
    ///   - time: of the fix.
    ///   - since: when it began.
    mutating func raise(
        _ rule: RuleName, at time: Timestamp, since: Timestamp, fence: String? = nil,
        tell: Tell, evidence: (inout EvidenceWriter) -> Void
    ) {
        guard isReady(at: time) else { return }
        phase = .raised(time, fence: fence)
        tell(Anomaly(rule: rule, state: .raised, raised: time, evidence: Anomaly.Evidence(evidence)), since, fence)
    }

    /// - Parameters:
    ///   - time: of the fix.
    ///   - cooldown_s: seconds before it can be raised again.
    mutating func clear(
        _ rule: RuleName, at time: Timestamp, cooldown_s: Double, tell: Tell,
        evidence: (inout EvidenceWriter) -> Void
    ) {
        guard case .raised(let raised, let fence) = phase else { return }
        phase = .cooling(until: time.advanced(bySeconds: cooldown_s))
        tell(Anomaly(rule: rule, state: .cleared, raised: raised, evidence: Anomaly.Evidence(evidence)), time, fence)
    }

    mutating func code<Coder: StateCoder>(_ coder: inout Coder) throws(Coder.Failure) {
        var raised: Timestamp?
        var about: String?
        var cooling: Timestamp?
        switch phase {
        case .quiet: break
        case .raised(let time, let fence): (raised, about) = (time, fence)
        case .cooling(let end): cooling = end
        }
        try coder.time(&raised)
        try coder.optional(&about, blank: "") { (coder, fence) throws(Coder.Failure) in try coder.string(&fence) }
        try coder.time(&cooling)
        phase = raised.map { .raised($0, fence: about) } ?? cooling.map { .cooling(until: $0) } ?? .quiet
    }
}
