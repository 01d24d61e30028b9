/// Every bound of the project is a constant in this namespace. Each target adds its own in a file `Limits.swift`,
/// with its unit, its reason, and what happens at the limit; the relations between them are tested.
public enum Limits {
    /// Metres of a degree on the sphere of ``Coordinate/roughDistance_m(to:)`` (111,195), and somewhat more.
    @usableFromInline static let mostRoughMetresPerDegree = 111_196.0
    /// And somewhat less.
    static let leastRoughMetresPerDegree = 111_194.0
}
