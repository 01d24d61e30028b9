public import Positioning

/// A rule that looks at several devices. Each device's part is told of what is heard of it, as a ``LinkRule``, and signals what
/// matters; the parts' signals come together in ``Fleet``, in the order of arrival. What it told is not decided again.
public protocol FleetRule: Rule {
    /// Takes one report further, in a few comparisons, for nearly every one is as those before.
    /// - Parameter heard: how it was heard.
    /// - Returns: whether it is to be judged.
    func note(_ report: Report, _ heard: borrowing Heard, _ state: inout State) -> Bool

    /// Judges a report that was noted just now.
    /// - Parameter signal: called with what the device has to say to the others.
    func judge(_ report: Report, _ heard: borrowing Heard, _ state: inout State, signal: (FleetSignal) -> Void)
}
