/// The rules that are in force, with their thresholds; `nil`: off.
public struct Rules: Equatable, Sendable {
    public var frozen: Frozen? = Frozen()
    public var tooPerfect: TooPerfect? = TooPerfect()
    public var impossibleSpeed: ImpossibleSpeed? = ImpossibleSpeed()
    public var speeding: Speeding?
    public var flapping: Flapping? = Flapping()
    public var idle: Idle? = Idle()
    public var outsideAllowed: OutsideAllowed? = OutsideAllowed()
    public var insideForbidden: InsideForbidden? = InsideForbidden()

    /// The defaults.
    public init() {}

    /// Without any.
    public static var none: Rules {
        var rules = Rules()
        rules.frozen = nil
        rules.tooPerfect = nil
        rules.impossibleSpeed = nil
        rules.speeding = nil
        rules.flapping = nil
        rules.idle = nil
        rules.outsideAllowed = nil
        rules.insideForbidden = nil
        return rules
    }

    /// The fences that rules name, for which they must be there.
    public var namedFences: [(rule: RuleName, fence: String)] {
        [
            (RuleName.speeding, speeding?.scope), (.flapping, flapping?.scope),
            (.outside_allowed, outsideAllowed?.scope), (.inside_forbidden, insideForbidden?.scope),
        ]
        .flatMap { rule, scope in (scope?.fences ?? []).map { (rule, $0) } }
    }

    /// Whether a rule is in force.
    public func hold(_ rule: RuleName) -> Bool {
        switch rule {
        case .frozen: frozen != nil
        case .too_perfect: tooPerfect != nil
        case .impossible_speed: impossibleSpeed != nil
        case .speeding: speeding != nil
        case .flapping: flapping != nil
        case .idle: idle != nil
        case .outside_allowed: outsideAllowed != nil
        case .inside_forbidden: insideForbidden != nil
        }
    }
}

/// What all rules remember of one device: plain values, at most ``Positioning/Limits/ruleStateBytes``.
public struct RuleStates: Equatable, Sendable {
    var frozen = Frozen.State()
    var tooPerfect = TooPerfect.State()
    var impossibleSpeed = ImpossibleSpeed.State()
    var speeding = Speeding.State()
    var flapping = Flapping.State()
    var idle = Idle.State()
    var outsideAllowed = OutsideAllowed.State()
    var insideForbidden = InsideForbidden.State()

    /// Of a device that was never seen.
    public init() {}

    /// Takes one fix through all rules.
    /// - Parameter tell: called with what is raised or cleared, in the order of the rules.
    public mutating func observe(_ seen: Observation, under rules: Rules, tell: Tell) {
        Self.observe(seen, under: rules.frozen, &frozen, tell)
        Self.observe(seen, under: rules.tooPerfect, &tooPerfect, tell)
        Self.observe(seen, under: rules.impossibleSpeed, &impossibleSpeed, tell)
        Self.observe(seen, under: rules.speeding, &speeding, tell)
        Self.observe(seen, under: rules.flapping, &flapping, tell)
        Self.observe(seen, under: rules.idle, &idle, tell)
        Self.observe(seen, under: rules.outsideAllowed, &outsideAllowed, tell)
        Self.observe(seen, under: rules.insideForbidden, &insideForbidden, tell)
    }

    private static func observe<Checked: Rule>(
        _ seen: Observation, under rule: Checked?, _ state: inout Checked.State, _ tell: Tell
    ) {
        guard let rule, rule.scope.applies(to: seen.group) else { return }
        rule.observe(seen, &state, tell: tell)
    }

    /// Writes or reads all of it.
    public mutating func code<Coder: StateCoder>(_ coder: inout Coder) throws(Coder.Failure) {
        try coder.state(&frozen)
        try coder.state(&tooPerfect)
        try coder.state(&impossibleSpeed)
        try coder.state(&speeding)
        try coder.state(&flapping)
        try coder.state(&idle)
        try coder.state(&outsideAllowed)
        try coder.state(&insideForbidden)
    }
}
