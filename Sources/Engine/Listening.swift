public import Anomalies
public import Positioning

extension Engine {
    /// What the rules about the link make of a report, usable or not, after it was decided upon.
    /// - Parameters:
    ///   - outcome: what ``step(_:_:of:history:decisions:)`` made of it.
    ///   - decisions: what was raised or cleared is appended.
    public func hear(
        _ report: Report, _ outcome: Result<Fix, Rejection>, _ link: inout LinkState, of origin: Origin,
        decisions: inout Decisions
    ) {
        var told: [Event] = []
        var signals: [FleetSignal] = []
        link.hear(report, outcome, received: origin.received, group: origin.group, under: rules) {
            told.append(Event($0, of: origin, time: $1, detected: $2, fence: $3))
        } signal: {
            signals.append($0)
        }
        guard !told.isEmpty || !signals.isEmpty else { return }
        place(told, by: link, into: &decisions)
        decisions.signals += signals
    }

    /// What they make of the time that passes without a report.
    /// - Parameter now: by the clock that stamps arrivals.
    public func wait(until now: Timestamp, _ link: inout LinkState, of origin: Origin, decisions: inout Decisions) {
        var told: [Event] = []
        link.wait(until: now, group: origin.group, under: rules) {
            told.append(Event($0, of: origin, time: $1, detected: $2, fence: $3))
        }
        place(told, by: link, into: &decisions)
    }

    /// The same where a recording's clock is all there is.
    /// - Parameter time: the newest of the recording.
    public func pass(until time: Timestamp, _ link: inout LinkState, of origin: Origin, decisions: inout Decisions) {
        var told: [Event] = []
        link.pass(until: time, group: origin.group, under: rules) {
            told.append(Event($0, of: origin, time: $1, detected: $2, fence: $3))
        }
        place(told, by: link, into: &decisions)
    }

    private func place(_ told: [Event], by link: LinkState, into decisions: inout Decisions) {
        for var event in told {
            event.coordinate = link.place?.coordinate
            event.accuracy_m = link.place?.accuracy_m
            decisions.events.append(event)
        }
    }
}

extension Event {
    fileprivate init(_ anomaly: Anomaly, of origin: Engine.Origin, time: Timestamp, detected: Timestamp, fence: String?)
    {
        self.init(
            anomaly, device: origin.device, fence: fence, time: time, detected: detected, received: origin.received,
            coordinate: nil, accuracy_m: nil)
    }
}
