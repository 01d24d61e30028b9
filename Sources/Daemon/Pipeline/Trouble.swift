internal import Logging
internal import Platform
internal import Positioning

/// Something outside that fails for a while: told once when it begins and once when it has ended, however often it is tried
/// in between.
struct Trouble {
    /// What the log says when it begins, and when it has ended.
    let begins: Logger.Message
    let ends: Logger.Message
    /// What it is about, as `store`, and which.
    let subject: (key: String, name: String)
    private var since: MonotonicTime?

    init(_ begins: Logger.Message, ends: Logger.Message, subject: (key: String, name: String)) {
        self.begins = begins
        self.ends = ends
        self.subject = subject
    }

    var isOn: Bool { since != nil }

    /// - Returns: what is wrong since now; `nil` where that was told before.
    mutating func fails(why: String, log: Logger) -> PipelineStatistics.Problem? {
        guard since == nil else { return nil }
        since = .now
        log.error(begins, metadata: ["\(subject.key)": "\(subject.name)", "why": "\(why)"])
        return PipelineStatistics.Problem(subject: subject.key, text: "\(begins): \(why)", since: WallClock.now)
    }

    /// - Returns: whether it has ended just now.
    mutating func succeeds(log: Logger) -> Bool {
        guard let begin = since else { return false }
        since = nil
        let lasted = (MonotonicTime.now - begin) / .milliseconds(1) / 1000
        log.notice(ends, metadata: ["\(subject.key)": "\(subject.name)", "lasted_s": "\(lasted)"])
        return true
    }
}
