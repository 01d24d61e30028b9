public import Positioning

/// One rule: its thresholds. What it remembers of a device is its ``State``; it is a pure function of both.
///
/// What it is told tells three kinds apart: ``TrackRule``, ``LinkRule``, and those that look at several devices, see ``Fleet``.
public protocol Rule: Equatable, Sendable {
    /// What it remembers of one device.
    associatedtype State: RuleState

    /// That configuration and events have for it.
    static var name: RuleName { get }
    /// The thresholds that can be set, by name.
    static var settings: [Setting<Self>] { get }
    /// Whether ``Scope/fences`` means something to it.
    static var takesFences: Bool { get }

    /// Whether ``Scope/hours`` means something to it.
    static var takesHours: Bool { get }

    /// Whom it is about, and when.
    var scope: Scope { get set }

    /// With its defaults.
    init()
}

/// Given what was raised or cleared, when that happened, when it became certain, and the fence that it is about.
public typealias Tell = (_ anomaly: Anomaly, _ time: Timestamp, _ detected: Timestamp, _ fence: String?) -> Void

extension Rule {
    /// Most are about no fence, …
    public static var takesFences: Bool { false }
    /// … and hold at any time.
    public static var takesHours: Bool { false }
}

/// What a rule remembers of one device: a plain value.
public protocol RuleState: Equatable, Sendable {
    /// Of a device that was never seen.
    init()

    /// Writes or reads all of it.
    mutating func code<Coder: StateCoder>(_ coder: inout Coder) throws(Coder.Failure)
}

/// Whom a rule is about.
public struct Scope: Equatable, Sendable {
    /// Device groups; empty: all.
    public var groups: [String]
    /// Fences, by id; empty: all.
    public var fences: [String]
    /// When it holds; `nil`: nothing is said.
    public var hours: Schedule?

    /// All devices and fences, at any time, but for what is given.
    public init(groups: [String] = [], fences: [String] = [], hours: Schedule? = nil) {
        self.groups = groups
        self.fences = fences
        self.hours = hours
    }

    var isAboutAllFences: Bool { fences.isEmpty }

    @inline(__always) func applies(to group: String?) -> Bool { groups.isEmpty || names(group) }

    @inline(never) private func names(_ group: String?) -> Bool { group.map(groups.contains) ?? false }

    /// In hours; always, where there are none.
    func holds(at time: Timestamp, for group: String?) -> Bool { hours?.holds(at: time, for: group) ?? true }

    @inline(__always) func covers(fence: String) -> Bool { isAboutAllFences || fences.contains(fence) }
}

/// A threshold that can be set.
public struct Setting<Rule>: Sendable {
    /// With its unit at the end, as `duration_s`.
    public var name: String
    /// Where the rule has it.
    public var path: any WritableKeyPath<Rule, Double> & Sendable
    /// What it can be set to, in that unit.
    public var range: ClosedRange<Double>
    /// Whether only whole numbers make sense.
    public var isCount: Bool

    init(
        _ name: String, _ path: any WritableKeyPath<Rule, Double> & Sendable, _ range: ClosedRange<Double>,
        isCount: Bool = false
    ) {
        self.name = name
        self.path = path
        self.range = range
        self.isCount = isCount
    }

    static func cooldown(_ path: any WritableKeyPath<Rule, Double> & Sendable) -> Setting {
        Setting("cooldown_s", path, 0...604_800)
    }
}
