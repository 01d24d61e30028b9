/// `replayed`
public struct Replayed: FleetRule {
    public static let name = RuleName.replayed
    public static let settings: [Setting<Replayed>] = [.cooldown(\.cooldown_s)]

    public var scope = Scope()
    public var cooldown_s = 1800.0

    public init() {}

    public struct State: RuleState {
        public init() {}

        public mutating func code<Coder: StateCoder>(_ coder: inout Coder) throws(Coder.Failure) {}
    }

    public func hear(_ heard: Heard, _ state: inout State, signal: (FleetSignal) -> Void) {}
}
