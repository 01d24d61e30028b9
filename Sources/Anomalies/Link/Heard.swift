public import Positioning

/// A report as it was heard: usable or not, in the order of arrival.
public struct Heard {
    public var report: Report
    /// Why it decides nothing; `nil` where it is a usable fix.
    public var rejection: Rejection?
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
        report: Report, rejection: Rejection? = nil, time: Timestamp, last: Timestamp? = nil,
        lastFix: Timestamp? = nil, isAfterPause: Bool = false, received: Timestamp? = nil, group: String? = nil
    ) {
        self.report = report
        self.rejection = rejection
        self.time = time
        self.last = last
        self.lastFix = lastFix
        self.isAfterPause = isAfterPause
        self.received = received
        self.group = group
    }

    /// The usable fix's time.
    var fixed: Timestamp? { rejection == nil ? report.time : nil }

    /// The usable fix.
    var fix: Fix? {
        guard rejection == nil, let time = report.time, let coordinate = report.coordinate else { return nil }
        return Fix(
            time: time, coordinate: coordinate, measurements: report.measurements, weeksAdded: report.weeksAdded ?? 0)
    }
}
