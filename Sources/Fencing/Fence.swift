/// A named area and what is to be decided about it; its shape is the geometry's affair.
public struct Fence: Equatable, Sendable {
    /// Unique over all loaded files.
    public var id: String
    public var name: String
    public var kind: Kind
    public var policy: FencePolicy
    /// Device groups that it applies to; empty: all.
    public var groups: [String]
    /// Kilometres per hour; `nil`: none.
    public var speedLimit_kmh: Double?
    /// When it counts; empty: always. Kept, and not applied yet.
    public var active: [ActiveHours]

    public init(
        id: String, name: String? = nil, kind: Kind = .zone, policy: FencePolicy = FencePolicy(), groups: [String] = [],
        speedLimit_kmh: Double? = nil, active: [ActiveHours] = []
    ) {
        self.id = id
        self.name = name ?? id
        self.kind = kind
        self.policy = policy
        self.groups = groups
        self.speedLimit_kmh = speedLimit_kmh
        self.active = active
    }

    /// Whether a device of this group, or of none, is decided about.
    public func applies(to group: String?) -> Bool {
        groups.isEmpty || group.map(groups.contains) ?? false
    }

    public enum Kind: String, CaseIterable, Sendable {
        case site, customer, zone, allowed, forbidden, route
    }
}

/// How much evidence a transition of one fence needs; the defaults serve.
public struct FencePolicy: Hashable, Sendable {
    /// Seconds for which the evidence must have spoken for inside before an enter is told.
    public var enterConfirm_s: Double
    /// Seconds for which the evidence must have spoken for outside before an exit is told.
    public var exitConfirm_s: Double
    /// Metres beyond the boundary that still count as inside for one who is inside.
    public var exitMargin_m: Double
    /// Seconds of a stay after which a dwell is told; `nil`: never.
    public var dwell_s: Double?

    public init(
        enterConfirm_s: Double = 10, exitConfirm_s: Double = 30, exitMargin_m: Double = 10, dwell_s: Double? = nil
    ) {
        self.enterConfirm_s = enterConfirm_s
        self.exitConfirm_s = exitConfirm_s
        self.exitMargin_m = exitMargin_m
        self.dwell_s = dwell_s
    }
}
