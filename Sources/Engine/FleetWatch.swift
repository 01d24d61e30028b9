public import Anomalies
public import Positioning

/// Looks at several devices together, where what the shards decided is joined: takes what was decided at each report, in the order
/// of arrival, and adds what the rules about several devices make of it.
public struct FleetWatch {
    public private(set) var fleet: Fleet
    private let rules: Rules
    private let groups: [String: String]

    /// - Parameter groups: the group of each device that has one.
    public init(_ fleet: Fleet = Fleet(), rules: Rules, groups: [String: String] = [:]) {
        self.fleet = fleet
        self.rules = rules
        self.groups = groups
    }

    /// Takes what was decided at a report.
    /// - Parameters:
    ///   - decisions: what was raised or cleared is appended.
    ///   - received: when the report reached us; `nil` for recorded input.
    public mutating func take(_ decisions: inout Decisions, of device: String, received: Timestamp?) {
        for signal in decisions.signals {
            fleet.take(signal, of: device, group: groups[device], under: rules) {
                anomaly, subject, place, time, detected in
                decisions.events.append(
                    Event(
                        anomaly, device: subject, fence: nil, time: time, detected: detected, received: received,
                        coordinate: place, accuracy_m: nil))
            }
        }
    }

    /// See ``Anomalies/Fleet/forgetPatterns(before:)``.
    public mutating func forgetPatterns(before cut: Timestamp) { fleet.forgetPatterns(before: cut) }

    /// What has changed since the last call; `nil`: nothing.
    public mutating func takeRecord() -> FleetRecord? { fleet.takeRecord() }
}
