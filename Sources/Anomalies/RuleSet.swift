/// The rules in force, to be shared: they are asked at every fix, and too large to be handed on by value.
public final class RuleSet: Sendable {
    /// With their thresholds.
    public let inForce: Rules

    /// Takes them as they are.
    public init(_ rules: Rules) { inForce = rules }
}
