public import Anomalies
public import Positioning

/// Something that became certain: one line of the event file, one row of the store.
public struct Event: Equatable, Sendable {
    public var kind: Kind
    public var device: String
    /// The fence's id; `nil` of an anomaly that is about none.
    public var fence: String?
    /// When it happened: interpolated at the boundary, not when it became certain.
    public var time: Timestamp
    /// One standard deviation of ``time``, seconds; 0 of an anomaly, and not told.
    public var uncertainty_s: Double
    /// The time of the fix at which it became certain.
    public var detected: Timestamp
    /// The time of the fix at which it would become certain by all that is known now: ``detected`` until late fixes change
    /// it; of the exit from a fence that is no more, when that went. Not told: it says from where on a revision answers for the event.
    public var decided: Timestamp
    /// When that fix reached us; `nil` for recorded input.
    public var received: Timestamp?
    /// Where that fix says the device was; `nil` of an anomaly of a device that never was anywhere.
    public var coordinate: Coordinate?
    /// One standard deviation of that fix's error, metres.
    public var accuracy_m: Double?
    /// 0…1, see ``Fencing/confidence(strength:)``; 0 of an anomaly, and not told: a human judges it.
    public var confidence: Double
    /// The device was first seen inside: when it came is not known.
    public var isInitial: Bool
    /// It was told after later ones, when late fixes had come.
    public var isLate: Bool
    /// Why, where it was not the device that moved.
    public var reason: Reason?
    /// Of an anomaly: what is suspected.
    public var anomaly: Anomaly?
    /// Of a retraction: the type of the event that it takes back, whose other fields it has.
    public var retracted: Kind?

    public init(
        kind: Kind, device: String, fence: String?, time: Timestamp, uncertainty_s: Double, detected: Timestamp,
        received: Timestamp?, coordinate: Coordinate?, accuracy_m: Double?, confidence: Double, isInitial: Bool = false,
        isLate: Bool = false, reason: Reason? = nil, anomaly: Anomaly? = nil, retracted: Kind? = nil
    ) {
        self.kind = kind
        self.device = device
        self.fence = fence
        self.time = time
        self.uncertainty_s = uncertainty_s
        self.detected = detected
        decided = detected
        self.received = received
        self.coordinate = coordinate
        self.accuracy_m = accuracy_m
        self.confidence = confidence
        self.isInitial = isInitial
        self.isLate = isLate
        self.reason = reason
        self.anomaly = anomaly
        self.retracted = retracted
    }

    public enum Reason: String, Sendable {
        /// The fence is no more; the device was inside.
        case fence_removed
    }

    /// The `type` of the event's line.
    public enum Kind: String, CaseIterable, Sendable {
        case enter, exit, crossed, dwell, anomaly, retract
    }
}

extension Event {
    /// What a rule raised or cleared.
    /// - Parameters:
    ///   - time: when it began, or was over.
    ///   - detected: the time of the fix at which that showed.
    init(
        _ anomaly: Anomaly, device: String, fence: String?, time: Timestamp, detected: Timestamp, received: Timestamp?,
        coordinate: Coordinate?, accuracy_m: Double?
    ) {
        self.init(
            kind: .anomaly, device: device, fence: fence, time: time, uncertainty_s: 0, detected: detected,
            received: received, coordinate: coordinate, accuracy_m: accuracy_m, confidence: 0, anomaly: anomaly)
    }

    /// Somebody calls for help.
    public var isUrgent: Bool { anomaly?.isUrgent ?? false }

    /// Whether both are no anomaly, or the same one.
    static func areSame(_ a: Anomaly?, _ b: Anomaly?) -> Bool {
        guard let a, let b else { return a == nil && b == nil }
        return a.isSame(as: b)
    }

    /// The exit of a device from a fence that is no more. Its time is the last at which the device was known to be inside.
    /// - Parameter decided: when the fence went.
    static func removal(
        of fence: String, around device: String, _ newest: DeviceState.Waypoint, decided: Timestamp
    ) -> Event {
        var event = Event(
            kind: .exit, device: device, fence: fence, time: newest.time, uncertainty_s: 0, detected: newest.time,
            received: nil, coordinate: newest.coordinate, accuracy_m: newest.accuracy_m, confidence: 1,
            reason: .fence_removed)
        event.decided = decided
        return event
    }

    /// The same of a device whose state is not at hand.
    /// - Parameter newest: its newest fix.
    public static func removal(of fence: String, around device: String, at newest: Fix) -> Event {
        let waypoint = DeviceState.Waypoint(
            time: newest.time, coordinate: newest.coordinate, accuracy_m: newest.measurements.decisiveAccuracy_m)
        return removal(of: fence, around: device, waypoint, decided: newest.time)
    }

    /// The event as one JSON object: the same bytes in the store's reader and in the event file. No line end.
    /// - Parameters:
    ///   - seq: its place in the journal, from 1.
    ///   - retracts: the `seq` of the event that a retraction takes back.
    public func appendJSON(seq: Int64, retracts: Int64? = nil, to bytes: inout [UInt8]) {
        var line = JSONLine(in: &bytes)
        line.integer("seq", Int(seq), in: &bytes)
        line.string("type", kind.rawValue, in: &bytes)
        if let retracts { line.integer("retracts", Int(retracts), in: &bytes) }
        line.string("device", device, in: &bytes)
        if let fence { line.string("fence", fence, in: &bytes) }
        if let anomaly {
            anomaly.appendName(device: device, fence: fence, to: &line, in: &bytes)
            line.string("says", "\(anomaly.rule.suspicion)", in: &bytes)
        }
        line.time("time", time, in: &bytes)
        if anomaly == nil { line.number("uncertainty_s", uncertainty_s, decimals: 1, in: &bytes) }
        line.time("detected", detected, in: &bytes)
        if let received { line.time("received", received, in: &bytes) }
        if let coordinate {
            line.number("lat", coordinate.latitude, decimals: 7, in: &bytes)
            line.number("lon", coordinate.longitude, decimals: 7, in: &bytes)
        }
        if let accuracy_m { line.number("accuracy_m", accuracy_m, decimals: 1, in: &bytes) }
        if let anomaly {
            line.key("evidence", in: &bytes)
            bytes.append(contentsOf: anomaly.evidence.json)
        } else {
            line.number("confidence", confidence, decimals: 4, in: &bytes)
        }
        if isInitial { line.bool("initial", true, in: &bytes) }
        if let reason { line.string("reason", reason.rawValue, in: &bytes) }
        if isLate { line.bool("late", true, in: &bytes) }
        line.close(in: &bytes)
    }
}
