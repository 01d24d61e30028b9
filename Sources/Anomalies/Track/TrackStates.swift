/// What the rules about a device's track remember of it: plain values, and no list that grows, so that their size is their
/// bound; see ``Limits/ruleStateBytes``.
public struct TrackStates: Equatable, Sendable {
    var frozen = Frozen.State()
    var tooPerfect = TooPerfect.State()
    var impossibleSpeed = ImpossibleSpeed.State()
    var sharedIdentity = SharedIdentity.State()
    var flapping = Flapping.State()
    var idle = Idle.State()
    var outsideAllowed = OutsideAllowed.State()
    var insideForbidden = InsideForbidden.State()
    var offRoute = OffRoute.State()
    var chosen = ChosenStates()
    var wrongDatum = WrongDatum.State()

    /// Of a device that was never seen.
    public init() {}

    /// Takes one fix through all rules.
    /// - Parameter tell: called with what is raised or cleared, in the order of the rules.
    public mutating func observe(_ seen: borrowing Observation, under rules: RuleSet, tell: Tell) {
        if Self.isConcerned(rules.inForce.frozen, seen, frozen) {
            Self.judge(seen, under: rules.inForce.frozen, &frozen, tell)
        }
        if Self.isConcerned(rules.inForce.tooPerfect, seen, tooPerfect) {
            Self.judge(seen, under: rules.inForce.tooPerfect, &tooPerfect, tell)
        }
        if Self.isConcerned(rules.inForce.impossibleSpeed, seen, impossibleSpeed) {
            Self.judge(seen, under: rules.inForce.impossibleSpeed, &impossibleSpeed, tell)
        }
        if Self.isConcerned(rules.inForce.sharedIdentity, seen, sharedIdentity) {
            Self.judge(seen, under: rules.inForce.sharedIdentity, &sharedIdentity, tell)
        }
        if rules.inForce.speeding != nil {
            Self.judge(seen, under: rules.inForce.speeding, &chosen.speeding, tell)
        }
        if Self.isConcerned(rules.inForce.flapping, seen, flapping) {
            Self.judge(seen, under: rules.inForce.flapping, &flapping, tell)
        }
        if Self.isConcerned(rules.inForce.idle, seen, idle) {
            Self.judge(seen, under: rules.inForce.idle, &idle, tell)
        }
        if Self.isConcerned(rules.inForce.outsideAllowed, seen, outsideAllowed) {
            Self.judge(seen, under: rules.inForce.outsideAllowed, &outsideAllowed, tell)
        }
        if Self.isConcerned(rules.inForce.insideForbidden, seen, insideForbidden) {
            Self.judge(seen, under: rules.inForce.insideForbidden, &insideForbidden, tell)
        }
        if rules.inForce.notArrived != nil {
            Self.judge(seen, under: rules.inForce.notArrived, &chosen.notArrived, tell)
        }
        if Self.isConcerned(rules.inForce.offRoute, seen, offRoute) {
            Self.judge(seen, under: rules.inForce.offRoute, &offRoute, tell)
        }
        if Self.isConcerned(rules.inForce.wrongDatum, seen, wrongDatum) {
            Self.judge(seen, under: rules.inForce.wrongDatum, &wrongDatum, tell)
        }
    }

    @inline(__always) private static func isConcerned<Checked: TrackRule>(
        _ rule: Checked?, _ seen: borrowing Observation, _ state: Checked.State
    ) -> Bool {
        guard let rule else { return false }
        return rule.isConcerned(by: seen, state)
    }

    // A rule is copied to be called: apart, so that only those are that are concerned.
    @inline(never) private static func judge<Checked: TrackRule>(
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
        try coder.state(&chosen.speeding)
        try coder.state(&flapping)
        try coder.state(&idle)
        try coder.state(&outsideAllowed)
        try coder.state(&insideForbidden)
        try coder.state(&chosen.notArrived)
        try coder.state(&offRoute)
        try coder.state(&wrongDatum)
    }
}
