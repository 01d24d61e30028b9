public import Positioning

/// What one device says to a rule that looks at several of them, when it says it, and where it then was last known to be.
public struct FleetSignal: Equatable, Sendable {
    /// What it says.
    public var kind: Kind
    /// On the device's own clock, as far as that can be believed.
    public var time: Timestamp
    /// Where it was last known to be; `nil`: nowhere yet.
    public var place: Coordinate?

    /// What a device may have to say.
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

    /// - Parameter place: where it is; `nil` where it does not know.
    public init(_ kind: Kind, time: Timestamp, place: Coordinate?) {
        self.kind = kind
        self.time = time
        self.place = place
    }
}
