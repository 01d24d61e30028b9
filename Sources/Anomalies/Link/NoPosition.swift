public import Positioning

/// `no_position`
public struct NoPosition: LinkRule {
    public static let name = RuleName.no_position
    public static let settings: [Setting<NoPosition>] = [.cooldown(\.cooldown_s)]

    public var scope = Scope()
    public var cooldown_s = 1800.0

    public init() {}

    public struct State: RuleState {
        public init() {}

        public mutating func code<Coder: StateCoder>(_ coder: inout Coder) throws(Coder.Failure) {}
    }

    public func hear(_ heard: Heard, _ state: inout State, tell: Tell) {}
}
