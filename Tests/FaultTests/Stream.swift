import Anomalies
import Daemon
import Fencing
import Geometry
import Ingest
import Logging
import Platform
import Positioning
import TestSupport

/// Devices that come and go among three fences, with spikes, void fixes and blocks that come late and out of order, after a
/// first visit ten days before.
struct Stream {
    let catalogue: FenceCatalogue
    let arrivals: [Arrival]
    /// Fences that are in force from an arrival on, if they are edited.
    let edit: Edit?
    /// The event file of a run that nothing disturbs.
    let events: String

    struct Edit {
        var catalogue: FenceCatalogue
        /// How many arrivals come before it.
        var place: Int
        var since: Timestamp
    }

    /// With those about silence so quick that blocks that come late raise them.
    static let rules: Rules = {
        var rules = Rules()
        let hours = ActiveHours(days: Set(ActiveHours.Day.allCases), from: 0, to: 1440, timeZone: "UTC")
        rules.silence?.scope.hours = Schedule(periods: [Schedule.Period(hours: hours, zone: LocalTime([]))])
        rules.silence?.first_s = 60
        rules.silence?.second_s = 90
        rules.silence?.cooldown_s = 60
        rules.noPosition?.scope = rules.silence?.scope ?? Scope()
        rules.noPosition?.first_s = 20
        rules.noPosition?.intervals = 1
        return rules
    }()

    init(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        catalogue = try World.squares(at: [-400, 0, 420], properties: "\"dwell_s\":60")
        arrivals = Self.firstVisit(&random) + Self.arrivals(&random)
        guard seed % 4 == 0 else {
            edit = nil
            let replay = try Replay(catalogue, rules: Self.rules)
            var lines: [UInt8] = []
            for arrival in arrivals { try replay.take([arrival.report], device: arrival.device) { lines += $0 } }
            events = String(decoding: lines, as: UTF8.self)
            return
        }
        // One goes, one moves a little, one stays.
        let since = World.start.advanced(bySeconds: 405)
        let edit = Edit(
            catalogue: try World.squares(at: [-400, 30], properties: "\"dwell_s\":60"),
            place: arrivals.firstIndex { $0.report.time.map { $0 >= since } ?? false } ?? 0, since: since)
        self.edit = edit
        events = try Self.events(of: arrivals, catalogue, edit)
    }

    /// What a daemon tells that nothing disturbs.
    private static func events(of arrivals: [Arrival], _ catalogue: FenceCatalogue, _ edit: Edit) throws -> String {
        let scratch = try Scratch()
        var configuration = Configuration()
        configuration.store = scratch.store
        configuration.events = scratch.events
        configuration.anomalies = rules
        var log = Logger(label: "test")
        log.logLevel = .critical
        let pipeline = try Pipeline(
            Pipeline.Parts(catalogue: catalogue, configuration: configuration, registry: Registry(), shardCount: 1),
            log: log)
        pipeline.inlet.send(Array(arrivals[..<edit.place]))
        while pipeline.statistics.decided < edit.place { pause(for: .milliseconds(1)) }
        pipeline.adopt(edit.catalogue, since: edit.since)
        while pipeline.statistics.reloads == 0 { pause(for: .milliseconds(1)) }
        pipeline.inlet.send(Array(arrivals[edit.place...]))
        pipeline.stop()
        return try scratch.text(scratch.events)
    }

    /// So long before that retention takes it.
    private static func firstVisit(_ random: inout SeededGenerator) -> [Arrival] {
        let start = World.start.advanced(bySeconds: -10 * 86_400)
        return (0..<60).flatMap { step in
            (0..<5).map { device in
                let east = Double(step * 40 - 900) + Double.random(in: -20...20, using: &random)
                return Arrival(
                    device: "dev-\(device)", report: World.report(Double(step * 60), east, from: start), received: nil,
                    source: 0)
            }
        }
    }

    private static func arrivals(_ random: inout SeededGenerator) -> [Arrival] {
        var places: [String: Double] = [:]
        var held: [String: [Arrival]] = [:]
        var all: [Arrival] = []
        for step in 0..<110 {
            for device in (0..<5).map({ "dev-\($0)" }) {
                let east = places[device, default: Double.random(in: -900...900, using: &random)]
                places[device] = east > 900 ? -900 : east + Double.random(in: 0...80, using: &random)
                let spike = Int.random(in: 0..<80, using: &random) == 0 ? 9000.0 : 0
                var report = World.report(Double(step * 10), east + spike, Double.random(in: -90...90, using: &random))
                if Int.random(in: 0..<50, using: &random) == 0 { report.rejection = .void }
                let arrival = Arrival(device: device, report: report, received: nil, source: 0)
                let isHeld = held[device] != nil || Int.random(in: 0..<30, using: &random) == 0
                // None near the end, so that none still waits then.
                if step > 10, step < 80, isHeld {
                    held[device, default: []].append(arrival)
                    if Int.random(in: 0..<15, using: &random) == 0 {
                        all += (held.removeValue(forKey: device) ?? []).shuffled(using: &random)
                    }
                } else {
                    all += held.removeValue(forKey: device) ?? []
                    all.append(arrival)
                }
            }
        }
        return all
    }
}

extension PipelineStatistics {
    /// Reports that were taken or rejected.
    var decided: Int { accepted + rejected.values.reduce(0, +) }
}
