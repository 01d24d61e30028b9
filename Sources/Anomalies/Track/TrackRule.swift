public import Positioning

/// A rule about where a device was: told of its accepted fixes in the order of their time. Late fixes decide it again, as they
/// do transitions.
public protocol TrackRule: Rule {
    /// Takes one fix further.
    /// - Parameter tell: called with what is raised or cleared.
    func observe(_ seen: borrowing Observation, _ state: inout State, tell: Tell)
}
