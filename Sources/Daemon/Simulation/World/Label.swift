internal import Anomalies
internal import Positioning

/// What is true of a made-up device's day.
struct Label: Sendable {
    var rule: RuleName
    var from: Timestamp
    var to: Timestamp
    /// A case that was put in, and is to be found; else something that ordinary days have, and that may rightly be raised.
    var isInjected = false
    /// Seconds by which the device's own clock may be off in it.
    var skew_s = 0.0
    /// Other rules that rightly are raised by the same thing.
    var companions: [RuleName] = []

    /// Seconds for which it may be raised after it is over: what is late, or held for a while, is told of then.
    static let grace_s = 900.0

    /// Whether an anomaly is about this.
    func explains(_ rule: RuleName, since: Timestamp, detected: Timestamp) -> Bool {
        (self.rule == rule || companions.contains(rule)) && detected >= from.advanced(bySeconds: -skew_s)
            && min(since, detected) <= to.advanced(bySeconds: Self.grace_s + skew_s)
    }
}
