/// `jamming`
public struct Jamming: FleetRule {
    public static let name = RuleName.jamming
    public static let settings: [Setting<Jamming>] = [.cooldown(\.cooldown_s)]

    public var scope = Scope()
    public var cooldown_s = 1800.0

    public init() {}

    public struct State: RuleState {
        public init() {}

        public mutating func code<Coder: StateCoder>(_ coder: inout Coder) throws(Coder.Failure) {}
    }

    public func hear(_ heard: Heard, _ state: inout State, signal: (FleetSignal) -> Void) {}
}
