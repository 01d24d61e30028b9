public import Positioning

/// `mock`
public struct Mock: LinkRule {
    public static let name = RuleName.mock
    public static let settings: [Setting<Mock>] = [.cooldown(\.cooldown_s)]

    public var scope = Scope()
    public var cooldown_s = 1800.0

    public init() {}

    public struct State: RuleState {
        public init() {}

        public mutating func code<Coder: StateCoder>(_ coder: inout Coder) throws(Coder.Failure) {}
    }

    public func hear(_ heard: Heard, _ state: inout State, tell: Tell) {}
}
