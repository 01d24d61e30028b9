/// What the rules about a device's track remember of it: plain values; with ``LinkState``, at most ``Limits/ruleStateBytes``.
public struct TrackStates: Equatable, Sendable {
    var frozen = Frozen.State()
    var tooPerfect = TooPerfect.State()
    var impossibleSpeed = ImpossibleSpeed.State()
    var sharedIdentity = SharedIdentity.State()
    var speeding = Speeding.State()
    var flapping = Flapping.State()
    var idle = Idle.State()
    var outsideAllowed = OutsideAllowed.State()
    var insideForbidden = InsideForbidden.State()
    var notArrived = NotArrived.State()
    var offRoute = OffRoute.State()
    var wrongDatum = WrongDatum.State()

    /// Of a device that was never seen.
    public init() {}

    /// Takes one fix through all rules.
    /// - Parameter tell: called with what is raised or cleared, in the order of the rules.
    public mutating func observe(_ seen: borrowing Observation, under rules: RuleSet, tell: Tell) {
        Self.observe(seen, under: rules.inForce.frozen, &frozen, tell)
        Self.observe(seen, under: rules.inForce.tooPerfect, &tooPerfect, tell)
        Self.observe(seen, under: rules.inForce.impossibleSpeed, &impossibleSpeed, tell)
        Self.observe(seen, under: rules.inForce.sharedIdentity, &sharedIdentity, tell)
        Self.observe(seen, under: rules.inForce.speeding, &speeding, tell)
        Self.observe(seen, under: rules.inForce.flapping, &flapping, tell)
        Self.observe(seen, under: rules.inForce.idle, &idle, tell)
        Self.observe(seen, under: rules.inForce.outsideAllowed, &outsideAllowed, tell)
        Self.observe(seen, under: rules.inForce.insideForbidden, &insideForbidden, tell)
        Self.observe(seen, under: rules.inForce.notArrived, &notArrived, tell)
        Self.observe(seen, under: rules.inForce.offRoute, &offRoute, tell)
        Self.observe(seen, under: rules.inForce.wrongDatum, &wrongDatum, tell)
    }

    @inline(__always) private static func observe<Checked: TrackRule>(
        _ seen: borrowing Observation, under rule: Checked?, _ state: inout Checked.State, _ tell: Tell
    ) {
        guard let rule, rule.scope.applies(to: seen.group) else { return }
        rule.observe(seen, &state, tell: tell)
    }

    /// Writes or reads all of it.
    public mutating func code<Coder: StateCoder>(_ coder: inout Coder) throws(Coder.Failure) {
        try coder.state(&frozen)
        try coder.state(&tooPerfect)
        try coder.state(&impossibleSpeed)
        try coder.state(&sharedIdentity)
        try coder.state(&speeding)
        try coder.state(&flapping)
        try coder.state(&idle)
        try coder.state(&outsideAllowed)
        try coder.state(&insideForbidden)
        try coder.state(&notArrived)
        try coder.state(&offRoute)
        try coder.state(&wrongDatum)
    }
}
