public import Positioning

/// `wrong_datum`
public struct WrongDatum: TrackRule {
    public static let name = RuleName.wrong_datum
    public static let settings: [Setting<WrongDatum>] = [.cooldown(\.cooldown_s)]

    public var scope = Scope()
    public var cooldown_s = 1800.0

    public init() {}

    public struct State: RuleState {
        public init() {}

        public mutating func code<Coder: StateCoder>(_ coder: inout Coder) throws(Coder.Failure) {}
    }

    public func observe(_ seen: Observation, _ state: inout State, tell: Tell) {}
}
