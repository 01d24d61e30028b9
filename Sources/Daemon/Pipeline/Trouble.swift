internal import Logging
internal import Platform
internal import Positioning
import Synchronization

/// Something outside that fails for a while: told once when it begins and once when it has ended, however often it is tried
/// in between.
struct Trouble {
    /// What the log says when it begins, and when it has ended.
    let begins: String
    let ends: String
    /// What it is about, as `store`, and which.
    let subject: (key: String, name: String)
    private var since: MonotonicTime?

    init(_ begins: String, ends: String, subject: (key: String, name: String)) {
        self.begins = begins
        self.ends = ends
        self.subject = subject
    }

    /// It failed, once more or for the first time.
    mutating func fails(_ error: any Error, _ status: KeeperStatus) {
        guard since == nil else { return }
        since = .now
        status.log.error("\(begins)", metadata: ["\(subject.key)": "\(subject.name)", "why": "\(error)"])
        let problem = PipelineStatistics.Problem(
            subject: subject.key, text: "\(begins): \(error)", since: WallClock.now)
        status.statistics.withLock { $0.begin(problem) }
    }

    /// It did not fail, or does no more.
    mutating func succeeds(_ status: KeeperStatus) {
        guard let begin = since else { return }
        since = nil
        let lasted_s = (MonotonicTime.now - begin) / .milliseconds(1) / 1000
        status.log.notice(
            "\(ends)", metadata: ["\(subject.key)": "\(subject.name)", "lasted_s": "\(lasted_s)"])
        status.statistics.withLock { $0.end(subject.key) }
    }
}
