public import Positioning

/// What is remembered of several devices together: a plain value.
public struct Fleet: Equatable, Sendable {
    /// Of which nothing is known.
    public init() {}

    /// Given what was raised or cleared, of which device, when it happened, and when that became certain.
    public typealias Tell = (_ anomaly: Anomaly, _ device: String, _ time: Timestamp, _ detected: Timestamp) -> Void

    /// Takes one device's signal.
    public mutating func take(
        _ signal: FleetSignal, of device: String, group: String?, under rules: Rules, tell: Tell
    ) {}
}
