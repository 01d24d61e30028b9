import Anomalies
import Engine
import Fencing
import Geometry
import Positioning
import TestSupport

/// What is heard of a device, drawn as a string, one character a step: `f` a fix, `v` a report without a position, `u` one
/// without a time either, `b` a fix that waits in the device until the next report gets through, a space nothing. After each
/// step, time passes.
struct DrawnLink {
    private var shard: Shard
    private let history = MemoryHistory()
    private let rules: Rules
    /// Whether it is known when a report arrives.
    let isLive: Bool
    let step_s: Double
    private var step = 0
    private var buffered: [Report] = []
    /// Seconds by which arrivals lie after what the device's clock says, and by which its clock is set.
    var delay_s = 0.4
    var set_s = 0.0
    private(set) var events: [Event] = []

    init(_ rules: Rules, step_s: Double = 60, isLive: Bool = true) throws {
        self.rules = rules
        self.step_s = step_s
        self.isLive = isLive
        shard = try Self.shard(rules, history)
    }

    private static func shard(_ rules: Rules, _ history: MemoryHistory) throws -> Shard {
        try Shard([FenceVersion(try World.squares(at: []))], rules: rules, history: history)
    }

    /// Expected all the time, or in some hours of each day, UTC.
    static func hours(from: Int = 0, to: Int = 24) -> Schedule {
        let hours = ActiveHours(
            days: Set(ActiveHours.Day.allCases), from: from * 60, to: to * 60, timeZone: "UTC")
        return Schedule(periods: [Schedule.Period(hours: hours, zone: LocalTime([]))])
    }

    private var second: Double { Double(step) * step_s }
    private var now: Timestamp { World.start.advanced(bySeconds: second + delay_s) }

    mutating func draw(_ drawing: String, times: Int = 1) throws {
        for character in String(repeating: drawing, count: times) {
            defer { step += 1 }
            let fix = World.report(second + set_s, Double(step % 7))
            switch character {
            case "f": try hear(fix)
            case "b": buffered.append(fix)
            case "v": try hear(Report(time: fix.time, coordinate: nil, rejection: .void))
            case "u": try hear(Report(time: nil, coordinate: nil, rejection: .undated))
            default: break
            }
            if isLive { keep(shard.wait(until: now)) }
        }
    }

    private mutating func hear(_ report: Report) throws {
        for report in buffered + [report] {
            var decisions = Decisions()
            let result = try shard.step(
                device: "van-1", report: report, received: isLive ? now : nil, decisions: &decisions)
            history.remember(try? result.get(), of: "van-1", decisions)
            events += decisions.events
        }
        buffered = []
    }

    private mutating func keep(_ passed: [(device: String, decisions: Decisions)]) {
        for (_, decisions) in passed { events += decisions.events }
    }

    /// The recording ends, as another device's has.
    mutating func end() throws {
        _ = try shard.step(device: "other", report: World.report(0, 0), received: nil, decisions: &ignored)
        _ = try shard.step(device: "other", report: World.report(second - 1, 0), received: nil, decisions: &ignored)
        _ = try shard.step(device: "other", report: World.report(second, 0), received: nil, decisions: &ignored)
        guard let end = shard.heardUntil else { return }
        keep(shard.passRecording(until: end).filter { $0.device == "van-1" })
    }

    private var ignored = Decisions()

    /// Goes on from what is kept, in another process as it were.
    /// - Parameter isHeard: whether listening went on meanwhile.
    mutating func restart(after seconds: Double = 0) throws {
        let again = try Self.shard(rules, history)
        let kept = shard.takeAll()
        for (device, bytes) in kept.snapshots { try again.restore(device: device, from: bytes) }
        for row in kept.links + shard.takeDueLinks() {
            try again.restore(device: row.device, from: nil, link: row.bytes, linkedFix: .max)
        }
        shard = again
        step += Int(seconds / step_s)
        if isLive { shard.resumeListening(at: now) }
    }

    /// As `silence raised@600 of 0, level 1`.
    var told: [String] {
        events.compactMap { event in
            guard let anomaly = event.anomaly else { return nil }
            let evidence = String(decoding: anomaly.evidence.json, as: UTF8.self)
            let level = evidence.firstRange(of: "level\":").map { evidence[$0.upperBound...].prefix(1) } ?? ""
            return "\(anomaly.rule) \(anomaly.state)@\(DrawnStream.second(event.detected))"
                + " of \(DrawnStream.second(event.time)), level \(level)"
                + (evidence.contains("buffered\":true") ? ", buffered" : "")
        }
    }

    /// The ids of what was told.
    var raised: Set<Int> { Set(events.compactMap { $0.anomaly.map { DrawnStream.second($0.raised) } }) }
}
