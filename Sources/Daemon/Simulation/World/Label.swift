internal import Anomalies
internal import Positioning

/// What is true of a made-up device's day.
struct Label: Sendable {
    var rule: RuleName
    var from: Timestamp
    var to: Timestamp
    /// A case that was put in, and is to be found; else what is true of an ordinary day, and is rightly raised.
    var isInjected = false
    /// Seconds by which the device's own clock may be off in it.
    var skew_s = 0.0
    /// Other rules that rightly are raised by the same thing.
    var companions: [RuleName] = []

    /// Seconds for which a case may be raised after it is over: what is late, or held for a while, is told of then.
    static let grace_s = 900.0

    /// Whether an anomaly may be about this case, or comes with it.
    func explains(_ rule: RuleName, since: Timestamp, detected: Timestamp) -> Bool {
        (self.rule == rule || companions.contains(rule)) && detected >= from.advanced(bySeconds: -skew_s)
            && min(since, detected) <= to.advanced(bySeconds: Self.grace_s + skew_s)
    }

    /// Seconds of a stretch in which this was true.
    func overlap_s(from since: Timestamp, to detected: Timestamp) -> Double {
        max(0, min(to, detected).seconds(since: max(from, since)))
    }
}

extension [Label] {
    /// Whether a rule says what was true: for half of the time that it speaks of, at least.
    func bearOut(_ rule: RuleName, since: Timestamp, detected: Timestamp) -> Bool {
        let about = filter { !$0.isInjected && $0.rule == rule }
        let (since, until) = (Swift.min(since, detected), detected)
        if since == until { return about.contains { $0.from <= since && since <= $0.to } }
        let covered = about.reduce(0) { $0 + $1.overlap_s(from: since, to: until) }
        return covered * 2 >= until.seconds(since: since)
    }
}
