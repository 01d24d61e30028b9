/// Where several members of the staff come together, and when: the same for each of them.
struct Meeting: Sendable {
    /// Around which they stand, …
    var middle: Spot
    /// … each at most so many metres from it.
    var reach_m: Double
    /// Seconds of the day from which on they set out, each when its visit is over, until they begin to leave.
    var hours_s: Range<Double>
    /// What is above them: each one's is drawn.
    var skies: [Sky]

    /// Seconds in which all have left.
    static let leaving_s = 600.0
}
