internal import Positioning

/// Something that a report shows by itself: raised at the first that does, over when so many usable ones in a row do not.
struct Symptom: RuleState {
    /// When it showed last.
    @PackedTime private var newest = Timestamp(microseconds: 0)
    private var alarm = Alarm()
    /// Reports that show it; 0: it is over.
    private var reports: Int32 = 0
    /// Usable ones after the newest of them.
    private var clean: Int32 = 0

    init() {}

    /// Whether it is not over yet.
    @inline(__always) var isShown: Bool { reports != 0 }

    /// - Parameter more: what else is to be said where it is raised.
    mutating func show(
        _ rule: RuleName, at time: Timestamp, tell: Tell, evidence more: (inout EvidenceWriter) -> Void = { _ in }
    ) {
        newest = time
        reports &+= 1
        clean = 0
        let (reports, newest) = (reports, newest)
        alarm.raise(rule, at: time, since: time, tell: tell) { evidence in
            more(&evidence)
            Self.write(reports, newest, &evidence)
        }
    }

    /// A usable fix without it.
    /// - Parameter fixes: at which of them in a row it is over.
    mutating func miss(_ rule: RuleName, at time: Timestamp, fixes: Double, cooldown_s: Double, tell: Tell) {
        guard reports != 0 else { return }
        clean += 1
        guard Double(clean) >= fixes else { return }
        let (reports, newest) = (reports, newest)
        alarm.clear(rule, at: time, cooldown_s: cooldown_s, tell: tell) { Self.write(reports, newest, &$0) }
        self.reports = 0
    }

    private static func write(_ reports: Int32, _ newest: Timestamp, _ evidence: inout EvidenceWriter) {
        evidence.count("reports", Int(reports))
        evidence.time("newest", newest)
    }

    mutating func code<Coder: StateCoder>(_ coder: inout Coder) throws(Coder.Failure) {
        try coder.time(&newest)
        try alarm.code(&coder)
        try coder.count(&reports)
        try coder.count(&clean)
    }
}
