public import Positioning

/// What a membership has decided.
public enum Transition: Equatable, Sendable {
    case entered(Crossing, confidence: Double, isInitial: Bool)
    case exited(Crossing, confidence: Double)
    /// `dwell_s` after the entry.
    case dwelt(at: Timestamp, confidence: Double)
    /// It was inside, but too briefly to be a visit, and is out again: a crossing, if the way from `origin` leads through.
    case passed(from: Membership.Origin)
}
