import Anomalies
import Engine
import Geometry
import Positioning
import TestSupport

/// A shard with a history in memory, for reports of a test.
final class TestShard {
    let shard: Shard
    let history = MemoryHistory()
    private(set) var decisions = Decisions()
    private var taken = 0

    init(_ catalogue: FenceCatalogue, groups: [String: String] = [:], rules: Rules = .none) throws {
        shard = try Shard([FenceVersion(catalogue)], groups: groups, rules: rules, history: history)
    }

    /// - Returns: why it was rejected, `nil` where it was taken.
    @discardableResult
    func step(_ report: Report, device: String = "van-1", received: Timestamp? = nil) throws -> Rejection? {
        var decided = Decisions()
        let result = try shard.step(device: device, report: report, received: received, decisions: &decided)
        history.remember(try? result.get(), of: device, decided)
        decisions.add(decided)
        switch result {
        case .success: return nil
        case .failure(let reason): return reason
        }
    }

    /// Brings other fences into force.
    func adopt(_ catalogue: FenceCatalogue, at second: Double) throws {
        let version = FenceVersion(catalogue, since: World.start.advanced(bySeconds: second))
        for removal in try shard.adopt(version) {
            history.remember(nil, of: removal.device, removal.decisions)
            decisions.add(removal.decisions)
        }
    }

    /// Decides all that still waits.
    func finish() throws {
        for device in shard.devicesWithLateFixes.sorted() {
            var decided = Decisions()
            try shard.revise(device: device, decisions: &decided)
            history.remember(nil, of: device, decided)
            decisions.add(decided)
        }
    }

    /// The events since the last call, as lines.
    func newLines() -> [String] {
        defer { taken = decisions.events.count }
        return decisions.events.enumerated().dropFirst(taken).map { index, event in
            var bytes: [UInt8] = []
            event.appendJSON(seq: Int64(index + 1), to: &bytes)
            return String(decoding: bytes, as: UTF8.self)
        }
    }

    /// Steps through reports of one device.
    func lines(_ reports: [Report], device: String = "van-1") throws -> [String] {
        for report in reports { try step(report, device: device) }
        return newLines()
    }

    /// What stands in the end: told and not retracted, by time.
    var standing: [String] {
        var events: [Event] = []
        for event in decisions.events {
            if event.kind == .retract {
                events.remove(at: events.lastIndex { $0.isRetracted(by: event) } ?? -1)
            } else {
                events.append(event)
            }
        }
        return events.map { event in
            "\(event.device) \(event.kind) \(event.fence ?? "-")\(event.anomaly.map { " \($0.rule) \($0.state)" } ?? "") \(event.time)\(event.isInitial ? " initial" : "")"
                + (event.reason.map { " \($0)" } ?? "")
        }.sorted()
    }
}
