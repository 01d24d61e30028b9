/// The rules that are in force, with their thresholds; `nil`: off. What each is about, its own type says.
public struct Rules: Equatable, Sendable {
    public var frozen: Frozen? = Frozen()
    public var tooPerfect: TooPerfect? = TooPerfect()
    public var impossibleSpeed: ImpossibleSpeed? = ImpossibleSpeed()
    public var sharedIdentity: SharedIdentity? = SharedIdentity()
    public var speeding: Speeding?
    public var flapping: Flapping? = Flapping()
    public var idle: Idle? = Idle()
    public var outsideAllowed: OutsideAllowed? = OutsideAllowed()
    public var insideForbidden: InsideForbidden? = InsideForbidden()
    public var notArrived: NotArrived?
    public var offRoute: OffRoute? = OffRoute()
    public var wrongDatum: WrongDatum? = WrongDatum()
    public var mock: Mock? = Mock()
    public var clockSkew: ClockSkew? = ClockSkew()
    public var weekRollover: WeekRollover? = WeekRollover()
    public var silence: Silence? = Silence()
    public var noPosition: NoPosition? = NoPosition()
    public var deviceAlarm: DeviceAlarm? = DeviceAlarm()
    public var jamming: Jamming? = Jamming()
    public var replayed: Replayed? = Replayed()
    public var gathering: Gathering?

    /// The defaults.
    public init() {}

    /// Without any.
    public static var none: Rules {
        var rules = Rules()
        var off = TurnOff()
        rules.visit(&off)
        return rules
    }

    /// Goes through all of them, on or off, in the order of ``RuleName``.
    public mutating func visit(_ visitor: inout some RuleVisitor) {
        visitor.visit(&frozen)
        visitor.visit(&tooPerfect)
        visitor.visit(&impossibleSpeed)
        visitor.visit(&sharedIdentity)
        visitor.visit(&speeding)
        visitor.visit(&flapping)
        visitor.visit(&idle)
        visitor.visit(&outsideAllowed)
        visitor.visit(&insideForbidden)
        visitor.visit(&notArrived)
        visitor.visit(&offRoute)
        visitor.visit(&wrongDatum)
        visitor.visit(&mock)
        visitor.visit(&clockSkew)
        visitor.visit(&weekRollover)
        visitor.visit(&silence)
        visitor.visit(&noPosition)
        visitor.visit(&deviceAlarm)
        visitor.visit(&jamming)
        visitor.visit(&replayed)
        visitor.visit(&gathering)
    }

    /// The fences that rules name, for which they must be there.
    public var namedFences: [(rule: RuleName, fence: String)] {
        var list = ListFences()
        var rules = self
        rules.visit(&list)
        return list.found
    }

    /// Whether a rule is in force.
    public func hold(_ rule: RuleName) -> Bool { names.contains(rule) }

    /// Whether one is in force that is told of a device's track.
    var watch: Bool { names.contains(where: \.isOfTrack) }

    /// Whether one is in force that is told of what is heard of a device.
    public var listen: Bool { names.contains { !$0.isOfTrack } }

    /// Whether one is in force that time alone may make tell something.
    public var wait: Bool { silence?.scope.hours != nil }

    private var names: [RuleName] {
        var list = ListRules()
        var rules = self
        rules.visit(&list)
        return list.found
    }
}

/// Does the same with every rule.
public protocol RuleVisitor {
    mutating func visit<Visited: Rule>(_ rule: inout Visited?)
}

private struct TurnOff: RuleVisitor {
    mutating func visit<Visited: Rule>(_ rule: inout Visited?) { rule = nil }
}

private struct ListRules: RuleVisitor {
    var found: [RuleName] = []

    mutating func visit<Visited: Rule>(_ rule: inout Visited?) { if rule != nil { found.append(Visited.name) } }
}

private struct ListFences: RuleVisitor {
    var found: [(rule: RuleName, fence: String)] = []

    mutating func visit<Visited: Rule>(_ rule: inout Visited?) {
        for fence in rule?.scope.fences ?? [] { found.append((Visited.name, fence)) }
    }
}
