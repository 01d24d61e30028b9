public import Positioning

/// A rule about the link to a device: told of all that is heard of it, usable or not, in the order of arrival, and of the time
/// that passes meanwhile. What it told is not decided again: it was so when it arrived.
public protocol LinkRule: Rule {
    /// Takes one report further, in a few comparisons, for nearly every one is as those before.
    /// - Parameter heard: how it was heard.
    /// - Returns: whether it is to be judged.
    func note(_ report: Report, _ heard: borrowing Heard, _ state: inout State) -> Bool

    /// Judges a report that was noted just now.
    /// - Parameters:
    ///   - group: the device's.
    ///   - tell: called with what is raised or cleared.
    func judge(_ report: Report, _ heard: borrowing Heard, of group: String?, _ state: inout State, tell: Tell)

    /// Whether a time in which nothing is heard may be long enough to be judged.
    func heeds(_ silence: Silent) -> Bool

    /// Nothing was heard meanwhile.
    func pass(_ silence: Silent, _ state: inout State, tell: Tell)

    /// When it is to be told of the time that passes, should nothing be heard until then; `nil`: never.
    func nextLook(_ state: State, after silence: Silent) -> Timestamp?
}

extension LinkRule {
    /// Most rules say nothing while nothing is heard, …
    public func heeds(_ silence: Silent) -> Bool { false }
    /// … however long that is, …
    public func pass(_ silence: Silent, _ state: inout State, tell: Tell) {}
    /// … and need not be asked.
    public func nextLook(_ state: State, after silence: Silent) -> Timestamp? { nil }
}

/// A time in which nothing is heard of a device, on its link's clock.
public struct Silent {
    /// When something was heard last, or listening began again.
    public var since: Timestamp
    /// When something was heard last.
    public var heard: Timestamp
    /// Until when.
    public var now: Timestamp
    /// The device's.
    public var group: String?

    /// - Parameter heard: `nil`: as `since`.
    public init(since: Timestamp, heard: Timestamp? = nil, now: Timestamp, group: String? = nil) {
        self.since = since
        self.heard = heard ?? since
        self.now = now
        self.group = group
    }
}
