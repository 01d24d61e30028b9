import Anomalies
import Engine
import Fencing
import Geometry
import Positioning
import TestSupport

/// A device's stream drawn as a string, one character a step, through the engine: what the rules say of it.
///
/// The default characters are places on a line, in metres; a test gives its own. A space is silence.
struct DrawnStream {
    let shard: Shard
    private let history: MemoryHistory
    private let catalogue: FenceCatalogue
    private(set) var rules: Rules
    private let group: String?
    private(set) var events: [Event] = []
    /// The index of the next step.
    private(set) var step = 0
    let step_s: Double

    init(
        rules: Rules = Rules(), step_s: Double = 30, catalogue: FenceCatalogue? = nil, group: String? = nil
    ) throws {
        self.catalogue = try catalogue ?? World.squares(at: [])
        self.rules = rules
        self.step_s = step_s
        self.group = group
        history = MemoryHistory()
        shard = try Self.shard(self.catalogue, rules, group, history)
    }

    private static func shard(
        _ catalogue: FenceCatalogue, _ rules: Rules, _ group: String?, _ history: MemoryHistory
    ) throws -> Shard {
        try Shard(
            [FenceVersion(catalogue)], groups: group.map { ["van-1": $0] } ?? [:], rules: rules, history: history)
    }

    /// Goes through a drawing.
    /// - Parameters:
    ///   - times: so often.
    ///   - report: what a character stands for, given the step's second.
    mutating func draw(
        _ drawing: String, times: Int = 1, _ report: (Character, Double) throws -> Report
    ) throws {
        for character in String(repeating: drawing, count: times) {
            defer { step += 1 }
            guard character != " " else { continue }
            try take(try report(character, Double(step) * step_s))
        }
    }

    mutating func take(_ report: Report) throws {
        var decisions = Decisions()
        let result = try shard.step(device: "van-1", report: report, received: nil, decisions: &decisions)
        history.remember(try? result.get(), of: "van-1", decisions)
        events += decisions.events
    }

    /// Brings other fences into force.
    mutating func adopt(_ catalogue: FenceCatalogue, at second: Double) throws {
        let version = FenceVersion(catalogue, since: World.start.advanced(bySeconds: second))
        for removal in try shard.adopt(version) {
            history.remember(nil, of: removal.device, removal.decisions)
            events += removal.decisions.events
        }
    }

    /// Decides all that waits.
    mutating func finish() throws {
        var decisions = Decisions()
        try shard.revise(device: "van-1", decisions: &decisions)
        history.remember(nil, of: "van-1", decisions)
        events += decisions.events
    }

    /// Goes on from what a snapshot holds, in another process as it were.
    mutating func restart(with rules: Rules? = nil) throws {
        self.rules = rules ?? self.rules
        let again = try Self.shard(catalogue, self.rules, group, history)
        for (device, bytes) in shard.takeAll().snapshots { try again.restore(device: device, from: bytes) }
        self = DrawnStream(self, again)
    }

    private init(_ old: DrawnStream, _ shard: Shard) {
        self.shard = shard
        history = old.history
        catalogue = old.catalogue
        rules = old.rules
        group = old.group
        events = old.events
        step = old.step
        step_s = old.step_s
    }

    /// The anomalies so far, as `frozen raised@1200 of 0`: detected at that second, begun (or over) at that one.
    var told: [String] {
        events.compactMap { event in
            guard let anomaly = event.anomaly else { return nil }
            let verb =
                event.kind == .retract
                ? "retracts \(anomaly.rule) \(anomaly.state)" : "\(anomaly.rule) \(anomaly.state)"
            return "\(verb)@\(Self.second(event.detected)) of \(Self.second(event.time))"
                + (event.fence.map { " at \($0)" } ?? "")
        }
    }

    /// The ids and states of the anomalies that were not taken back.
    var standing: [String] {
        var standing: [Event] = []
        for event in events where event.anomaly != nil {
            if event.kind == .retract {
                if let wrong = standing.lastIndex(where: { $0.isRetracted(by: event) }) { standing.remove(at: wrong) }
            } else {
                standing.append(event)
            }
        }
        return standing.map { event in
            "\(event.device)/\(event.anomaly.map { "\($0.rule)/\($0.state)/\($0.raised)" } ?? "")/\(event.time)"
        }
    }

    static func second(_ time: Timestamp) -> Int { Int(time.seconds(since: World.start)) }

    /// The lines of the anomalies.
    var lines: [String] {
        events.enumerated().compactMap { index, event in
            guard event.anomaly != nil else { return nil }
            var bytes: [UInt8] = []
            event.appendJSON(seq: Int64(index + 1), to: &bytes)
            return String(decoding: bytes, as: UTF8.self)
        }
    }
}

extension Report {
    /// With other fields changed.
    func with(_ change: (inout Measurements) -> Void) -> Report {
        var changed = self
        change(&changed.measurements)
        return changed
    }
}
