public import Positioning

/// A report as it was heard: usable or not, in the order of arrival.
public struct Heard {
    public var report: Report
    /// The fix that it was, or why it decides nothing.
    public var outcome: Result<Fix, Rejection>
    /// On the device's own clock as far as that can be believed, and never before what was heard last: see ``LinkState/clock``.
    public var time: Timestamp
    /// The same of the report heard before; `nil` where it is the first.
    public var last: Timestamp?
    /// The time of the newest usable fix before, as it says; `nil` before the first.
    public var lastFix: Timestamp?
    /// Nobody listened for a while since.
    public var isAfterPause: Bool
    /// When it reached us; `nil` for recorded input.
    public var received: Timestamp?
    /// The device's.
    public var group: String?

    public init(
        report: Report, outcome: Result<Fix, Rejection>, time: Timestamp, last: Timestamp? = nil,
        lastFix: Timestamp? = nil, isAfterPause: Bool = false, received: Timestamp? = nil, group: String? = nil
    ) {
        self.report = report
        self.outcome = outcome
        self.time = time
        self.last = last
        self.lastFix = lastFix
        self.isAfterPause = isAfterPause
        self.received = received
        self.group = group
    }

    /// The usable fix.
    var fix: Fix? { try? outcome.get() }
}
