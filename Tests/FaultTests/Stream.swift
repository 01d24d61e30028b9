import Daemon
import Geometry
import Ingest
import Positioning
import TestSupport

/// Devices that come and go among three fences, with spikes, void fixes and blocks that come late and out of order.
struct Stream {
    let catalogue: FenceCatalogue
    let arrivals: [Arrival]
    /// The event file of a run that nothing disturbs.
    let events: String

    init(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        catalogue = try World.squares(at: [-400, 0, 420], properties: "\"dwell_s\":60")
        arrivals = Self.arrivals(&random)
        let replay = try Replay(catalogue)
        var lines: [UInt8] = []
        for arrival in arrivals { try replay.take([arrival.report], device: arrival.device) { lines += $0 } }
        events = String(decoding: lines, as: UTF8.self)
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
