public import Positioning

/// A rule that was raised about a device, or cleared: a suspicion, for a human to judge.
public struct Anomaly: Equatable, Sendable {
    /// What is suspected.
    public var rule: RuleName
    /// Whether it is told that it began, or that it is over. One that grows worse is told as raised again, with the same id.
    public var state: State
    /// The time of the fix that raised it: with rule, device and fence it names the anomaly, so it is the same when it clears,
    /// and in run, replay and recovery.
    public var raised: Timestamp
    /// The numbers that decided, of the raise or of the clear.
    public var evidence: Evidence
    /// What it is about, where a rule tells several things of one device apart, as `sos`: a word of letters and underscores, which
    /// names the anomaly too.
    public var subject: String?
    /// Somebody calls for help: it is told before all else of its batch. Not told.
    public var isUrgent = false

    /// As it stands in events and in the store.
    public enum State: String, Sendable {
        case raised, cleared
    }

    /// Not urgent, and without a subject.
    /// - Parameter raised: the time of the fix that raised it, also where it is cleared.
    public init(rule: RuleName, state: State, raised: Timestamp, evidence: Evidence) {
        self.rule = rule
        self.state = state
        self.raised = raised
        self.evidence = evidence
    }

    /// Whether both say the same of a device, whatever their numbers.
    public func isSame(as other: Anomaly) -> Bool {
        rule == other.rule && state == other.state && raised == other.raised && subject == other.subject
    }

    /// Writes the keys that name it: `rule`, `state`, `id`.
    /// - Parameter fence: the one that it is about.
    public func appendName(device: String, fence: String?, to line: inout JSONLine, in bytes: inout [UInt8]) {
        line.string("rule", rule.rawValue, in: &bytes)
        line.string("state", state.rawValue, in: &bytes)
        line.string("id", id(device: device, fence: fence), in: &bytes)
    }

    /// The same when it is raised and when it is cleared.
    public func id(device: String, fence: String?) -> String {
        "\(device)/\(rule.rawValue)/\((subject ?? fence).map { "\($0)/" } ?? "")\(raised)"
    }

    /// Reads it back from an event's line.
    /// - Returns: `nil` where there is none in it, or one of a rule of a later version.
    public init?(line: String) {
        // Within a value the quotes would be escaped, so that a key with its quotes is that key.
        func text(after key: String, until end: String) -> Substring? {
            guard let key = line[...].firstRange(of: key) else { return nil }
            let rest = line[key.upperBound...]
            return rest.firstRange(of: end).map { rest[..<$0.lowerBound] }
        }
        guard let rule = text(after: #","rule":""#, until: "\"").flatMap({ RuleName(rawValue: String($0)) }),
            let state = text(after: #","state":""#, until: "\"").flatMap({ State(rawValue: String($0)) }),
            let id = text(after: #","id":""#, until: #"","says":""#),
            case let parts = id.split(separator: "/"), let time = parts.last.flatMap({ Timestamp(String($0)) }),
            let evidence = text(after: #","evidence":{"#, until: "}")
        else { return nil }
        self.init(
            rule: rule, state: state, raised: time, evidence: Evidence(json: Array("{\(evidence)}".utf8)))
        if rule == .device_alarm { subject = parts.dropLast().last.map { String($0) } }
    }
}

extension Substring {
    /// Where a text stands first, byte by byte.
    fileprivate func firstRange(of text: String) -> Range<Index>? {
        let sought = Array(text.utf8)
        var start = utf8.startIndex
        while let place = utf8[start...].firstIndex(of: sought[0]) {
            if utf8[place...].starts(with: sought) { return place..<utf8.index(place, offsetBy: sought.count) }
            start = utf8.index(after: place)
        }
        return nil
    }
}
