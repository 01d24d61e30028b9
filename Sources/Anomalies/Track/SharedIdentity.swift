public import Positioning

/// `shared_identity`
public struct SharedIdentity: TrackRule {
    public static let name = RuleName.shared_identity
    public static let settings: [Setting<SharedIdentity>] = [.cooldown(\.cooldown_s)]

    public var scope = Scope()
    public var cooldown_s = 1800.0

    public init() {}

    public struct State: RuleState {
        public init() {}

        public mutating func code<Coder: StateCoder>(_ coder: inout Coder) throws(Coder.Failure) {}
    }

    public func observe(_ seen: Observation, _ state: inout State, tell: Tell) {}
}
