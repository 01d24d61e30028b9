internal import Engine
internal import Positioning

/// Numbers events where no journal does, and remembers the numbers for retractions.
struct RecentNumbers {
    private let lateHorizon_s: Double
    private(set) var lastSeq: Int64 = 0
    private var standing: [String: [(seq: Int64, event: Event)]] = [:]

    init(lateHorizon_s: Double) { self.lateHorizon_s = lateHorizon_s }

    /// - Returns: the events as lines, each with its line end.
    mutating func lines(of events: [Event]) -> [UInt8] {
        var lines: [UInt8] = []
        for event in events {
            lastSeq += 1
            var retracts: Int64?
            if event.kind == .retract {
                let wrong = standing[event.device]?.lastIndex { $0.event.isRetracted(by: event) }
                if let wrong { retracts = standing[event.device]?.remove(at: wrong).seq }
            } else {
                standing[event.device, default: []].append((lastSeq, event))
                forget(before: event.detected, of: event.device)
            }
            event.appendJSON(seq: lastSeq, retracts: retracts, to: &lines)
            lines.append(UInt8(ascii: "\n"))
        }
        return lines
    }

    private mutating func forget(before time: Timestamp, of device: String) {
        guard let count = standing[device]?.count, count > 1000 else { return }
        let horizon = time.advanced(bySeconds: -2 * lateHorizon_s)
        standing[device]?.removeAll { $0.event.detected < horizon }
    }
}
