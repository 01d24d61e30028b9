/// The rules in force, to be shared: they are asked at every fix, and too large to be handed on by value.
public final class RuleSet: Sendable {
    /// With their thresholds.
    public let inForce: Rules
    /// Whether any of them is told of a device's track, …
    public let watch: Bool
    /// … or of what is heard of it.
    public let listen: Bool

    /// Takes them as they are.
    public init(_ rules: Rules) {
        inForce = rules
        watch = rules.watch
        listen = rules.listen
    }
}
