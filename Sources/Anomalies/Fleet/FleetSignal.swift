public import Positioning

/// What one device says to a rule that looks at several of them, when it says it, and where it then was last known to be.
public struct FleetSignal: Equatable, Sendable {
    public var kind: Kind
    public var time: Timestamp
    public var place: Coordinate?

    public enum Kind: Equatable, Sendable {
        /// Its satellites are gone, or back.
        case jammed(since: Timestamp, weight: Jamming.Weight = .full), unjammed
        /// It went through this run of positions.
        case pattern(PatternRun)
        /// It is there.
        case present
    }

    /// Whether it tells of a change that is remembered of the device: it must not be said twice.
    public var isOfChange: Bool {
        switch kind {
        case .jammed, .unjammed: true
        case .pattern, .present: false
        }
    }

    public init(_ kind: Kind, time: Timestamp, place: Coordinate?) {
        self.kind = kind
        self.time = time
        self.place = place
    }
}
