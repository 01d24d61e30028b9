import Anomalies
import Engine
import Geometry
import Positioning
import TestSupport
import Testing

/// What is heard of a device, usable or not, drawn as a string, one character a step, through the engine: what the rules about
/// its link say of it. A space is silence.
struct HeardStream {
    private let engine: Engine
    private let history = MemoryHistory()
    private let rules: Rules
    private let group: String?
    private var state = DeviceState()
    private(set) var link = LinkState()
    private(set) var events: [Event] = []
    private(set) var signals: [FleetSignal] = []
    /// What became of the reports.
    private(set) var outcomes: [Result<Fix, Rejection>] = []
    /// The index of the next step.
    private(set) var step = 0
    private let step_s: Double
    /// Seconds that a report is on its way; `nil`: it is recorded.
    var delay_s: Double?

    init(rules: Rules = Rules(), step_s: Double = 30, delay_s: Double? = 0.5, group: String? = nil) throws {
        self.rules = rules
        self.step_s = step_s
        self.delay_s = delay_s
        self.group = group
        engine = try Engine([FenceVersion(World.squares(at: []))], rules: rules)
    }

    /// - Parameters:
    ///   - report: what a character stands for, given the step's second.
    mutating func draw(_ drawing: String, _ report: (Character, Double) throws -> Report) throws {
        for character in drawing {
            defer { step += 1 }
            guard character != " " else { continue }
            let second = Double(step) * step_s
            try take(try report(character, second), at: delay_s.map { second + $0 })
        }
    }

    /// - Parameter second: at which it arrives; `nil`: it is recorded.
    mutating func take(_ report: Report, at second: Double?) throws {
        var decisions = Decisions()
        let origin = Engine.Origin(
            device: "van-1", group: group, received: second.map { World.start.advanced(bySeconds: $0) })
        let outcome = try engine.step(&state, report, of: origin, history: history, decisions: &decisions)
        history.remember(try? outcome.get(), of: "van-1", decisions)
        engine.hear(report, outcome, &link, of: origin, decisions: &decisions)
        outcomes.append(outcome)
        events += decisions.events
        signals += decisions.signals
    }

    /// What is remembered of the link goes through bytes, as through a snapshot.
    mutating func restart() throws {
        var writer = Tape()
        link.code(&writer)
        writer.isReading = true
        var again = LinkState()
        again.code(&writer)
        #expect(writer.values.isEmpty)
        #expect(again == link)
        link = again
    }

    /// The anomalies so far, as `mock raised@1200 of 0`: detected at that second, begun (or over) at that one.
    var told: [String] {
        events.compactMap { event in
            guard let anomaly = event.anomaly else { return nil }
            let name = "\(anomaly.rule)" + (anomaly.subject.map { " \($0)" } ?? "")
            return "\(name) \(anomaly.state)@\(DrawnStream.second(event.detected)) of \(DrawnStream.second(event.time))"
        }
    }

    /// The lines of the anomalies.
    var lines: [String] {
        events.enumerated().compactMap { index, event in
            guard event.anomaly != nil else { return nil }
            var bytes: [UInt8] = []
            event.appendJSON(seq: Int64(index + 1), to: &bytes)
            return String(decoding: bytes, as: UTF8.self)
        }
    }

    /// Draws the same whole, and with a restart after each step: the same must be told.
    static func expectRestartsChangeNothing(
        _ drawing: String, rules: Rules = Rules(), step_s: Double = 30, delay_s: Double? = 0.5,
        _ report: (Character, Double) throws -> Report
    ) throws {
        var whole = try HeardStream(rules: rules, step_s: step_s, delay_s: delay_s)
        try whole.draw(drawing, report)
        var parts = try HeardStream(rules: rules, step_s: step_s, delay_s: delay_s)
        for character in drawing {
            try parts.draw(String(character), report)
            try parts.restart()
        }
        #expect(parts.lines == whole.lines && parts.signals == whole.signals)
        #expect(parts.outcomes == whole.outcomes)
    }
}

/// Values in the order in which they were written.
private struct Tape: StateCoder {
    typealias Failure = Never

    enum Value { case double(Double), integer(Int64), bool(Bool), string(String) }

    var values: [Value] = []
    var isReading = false

    mutating func double(_ value: inout Double) {
        guard isReading else {
            values.append(.double(value))
            return
        }
        guard case .double(let read) = values.removeFirst() else {
            Issue.record("no number")
            return
        }
        value = read
    }

    mutating func integer(_ value: inout Int64) {
        guard isReading else {
            values.append(.integer(value))
            return
        }
        guard case .integer(let read) = values.removeFirst() else {
            Issue.record("no integer")
            return
        }
        value = read
    }

    mutating func bool(_ value: inout Bool) {
        guard isReading else {
            values.append(.bool(value))
            return
        }
        guard case .bool(let read) = values.removeFirst() else {
            Issue.record("no flag")
            return
        }
        value = read
    }

    mutating func string(_ value: inout String) {
        guard isReading else {
            values.append(.string(value))
            return
        }
        guard case .string(let read) = values.removeFirst() else {
            Issue.record("no text")
            return
        }
        value = read
    }
}
