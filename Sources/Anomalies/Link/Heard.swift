public import Positioning

/// How a report was heard: usable or not, in the order of arrival.
public struct Heard: ~Copyable {
    /// Why it decides nothing; `nil` where it is a usable fix.
    public let rejection: Rejection?
    /// The usable fix's own time; `nil` where it is none.
    public let fixed: Timestamp?
    /// Where that has the device, WGS-84.
    public let place: Coordinate?
    /// On the device's own clock as far as that can be believed, and never before what was heard last: see ``LinkState/clock``.
    public let time: Timestamp
    /// The same of the report heard before; `nil` where it is the first.
    public let last: Timestamp?
    /// The time of the newest usable fix before, as it says; `nil` before the first.
    public let lastFix: Timestamp?
    /// Nobody listened for a while since.
    public let isAfterPause: Bool
    /// When it reached us; `nil` for recorded input.
    public let received: Timestamp?

    /// - Parameters:
    ///   - report: of which the time and the place are taken, where it is a usable fix.
    ///   - time: not before `last`.
    public init(
        _ report: Report, rejection: Rejection? = nil, time: Timestamp, last: Timestamp? = nil,
        lastFix: Timestamp? = nil, isAfterPause: Bool = false, received: Timestamp? = nil
    ) {
        self.rejection = rejection
        fixed = rejection == nil ? report.time : nil
        place = rejection == nil ? report.coordinate : nil
        self.time = time
        self.last = last
        self.lastFix = lastFix
        self.isAfterPause = isAfterPause
        self.received = received
    }
}
