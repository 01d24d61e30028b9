public import Anomalies
public import Positioning

extension Engine {
    /// What the rules about the link make of a report, usable or not, after it was decided upon.
    /// - Parameters:
    ///   - outcome: what ``step(_:_:of:history:decisions:)`` made of it.
    ///   - believed: the time of the device's newest fix after that; see ``Anomalies/LinkState``.
    ///   - decisions: what was raised or cleared is appended.
    /// - Returns: whether it was heard.
    @discardableResult
    public func hear(
        _ report: Report, _ outcome: Result<Fix, Rejection>, _ link: inout LinkState, believed: Timestamp? = nil,
        of origin: Origin, decisions: inout Decisions
    ) -> Bool {
        hear(report, outcome, &link, believed: believed, of: origin, under: rules, &decisions)
    }

    /// The same of one that is not known, or not believed to be who it says: its alarms only.
    func hear(
        stranger report: Report, _ outcome: Result<Fix, Rejection>, _ link: inout LinkState, of origin: Origin,
        decisions: inout Decisions
    ) {
        var alarms = Rules.none
        alarms.deviceAlarm = rules.inForce.deviceAlarm
        _ = hear(report, outcome, &link, believed: nil, of: origin, under: RuleSet(alarms), &decisions)
    }

    private func hear(
        _ report: Report, _ outcome: Result<Fix, Rejection>, _ link: inout LinkState, believed: Timestamp?,
        of origin: Origin, under rules: RuleSet, _ decisions: inout Decisions
    ) -> Bool {
        if let dated = dated(report, of: origin) {
            return hear(dated, outcome, &link, believed: believed, of: origin, under: rules, &decisions)
        }
        var told: [Event] = []
        let before = link.whereabouts
        let isHeard = link.hear(
            report, outcome, received: origin.received, believed: believed, group: origin.group,
            under: rules
        ) {
            told.append(Event($0, of: origin, time: $1, detected: $2, fence: $3))
        } signal: {
            decisions.signals.append($0)
        }
        for var event in told {
            // What was certain before it came is told as if it had not come yet.
            let isAtIt = event.detected == link.clock
            if !isAtIt { event.received = nil }
            event.place(at: isAtIt ? link.whereabouts : before)
            if event.isUrgent { decisions.events.insert(event, at: 0) } else { decisions.events.append(event) }
        }
        return isHeard
    }

    /// What they make of the time that passes without a report.
    /// - Parameter now: by the clock that stamps arrivals.
    public func wait(until now: Timestamp, _ link: inout LinkState, of origin: Origin, decisions: inout Decisions) {
        let whereabouts = link.whereabouts
        link.wait(until: now, group: origin.group, under: rules) {
            var event = Event($0, of: origin, time: $1, detected: $2, fence: $3)
            event.place(at: whereabouts)
            decisions.events.append(event)
        }
    }

    /// The same where a recording's clock is all there is.
    /// - Parameter time: the newest of the recording.
    public func pass(until time: Timestamp, _ link: inout LinkState, of origin: Origin, decisions: inout Decisions) {
        let whereabouts = link.whereabouts
        link.pass(until: time, group: origin.group, under: rules) {
            var event = Event($0, of: origin, time: $1, detected: $2, fence: $3)
            event.place(at: whereabouts)
            decisions.events.append(event)
        }
    }
}

extension Event {
    fileprivate mutating func place(at whereabouts: Whereabouts) {
        let place = whereabouts.place
        coordinate = place?.coordinate
        accuracy_m = place?.accuracy_m
    }

    fileprivate init(_ anomaly: Anomaly, of origin: Engine.Origin, time: Timestamp, detected: Timestamp, fence: String?)
    {
        self.init(
            anomaly, device: origin.device, fence: fence, time: time, detected: detected, received: origin.received,
            coordinate: nil, accuracy_m: nil)
    }
}
