public import Positioning

/// A rule about where a device was: told of its accepted fixes in the order of their time. Late fixes decide it again, as they
/// do transitions.
public protocol TrackRule: Rule {
    /// Whether a fix may change what is remembered, or make it tell something: asked of every fix, so that the rule need be
    /// looked into where it does only.
    func isConcerned(by seen: borrowing Observation, _ state: State) -> Bool

    /// Takes one fix further.
    /// - Parameter tell: called with what is raised or cleared.
    func observe(_ seen: borrowing Observation, _ state: inout State, tell: Tell)
}

extension TrackRule {
    /// Most need look at it themselves.
    @inline(__always)
    public func isConcerned(by seen: borrowing Observation, _ state: State) -> Bool { true }
}
