internal import Positioning

/// How a made-up device's reports reach us: a little late, in batches, or, where there was no network, hours later.
struct Uplink {
    private var random: SeededGenerator
    /// The share of datagrams that others overtake.
    private static let heldUp = 0.001

    /// Seconds between two sendings; 0: each report at once.
    private let batch_s: Double
    /// Sends datagrams, of which one may overtake another.
    private let isUDP: Bool
    /// Keeps what it can't send.
    private let keeps: Bool
    /// What it kept comes at once when the network is back; else bit by bit, behind the new reports.
    private let sendsOldFirst: Bool
    /// Without network.
    private let dead: [ClosedRange<Timestamp>]

    /// - Parameter batches: whether it is one that may send batches.
    init(batches: Bool, over day: ClosedRange<Timestamp>, _ seed: UInt64) {
        random = SeededGenerator(seed: seed)
        batch_s = batches ? Double.random(in: 30...240, using: &random) : 0
        isUDP = Double.random(in: 0..<1, using: &random) < 0.3
        keeps = Double.random(in: 0..<1, using: &random) < 0.8
        sendsOldFirst = Double.random(in: 0..<1, using: &random) < 0.6
        var dead: [ClosedRange<Timestamp>] = []
        if Double.random(in: 0..<1, using: &random) < 0.25 {
            let length = day.upperBound.seconds(since: day.lowerBound)
            let start = day.lowerBound.advanced(bySeconds: Double.random(in: 0...length, using: &random))
            let lasting = Double.random(in: 120...3600, using: &random)
            dead.append(start...start.advanced(bySeconds: lasting))
        }
        self.dead = dead
    }

    /// - Parameter reports: by ascending time.
    /// - Returns: the same by arrival, as far as they arrive.
    mutating func send(_ reports: [(report: Report, sent: Timestamp)]) -> [SimulatedReport] {
        var arrivals: [SimulatedReport] = []
        arrivals.reserveCapacity(reports.count)
        let start = reports.first?.sent ?? Timestamp(microseconds: 0)
        var backlog = 0.0
        var newest = Timestamp(microseconds: .min)
        for (report, sent) in reports {
            let isHeldUp = isUDP && Double.random(in: 0..<1, using: &random) < Self.heldUp
            let delay =
                isHeldUp ? Double.random(in: 1...8, using: &random) : Double.random(in: 0.2...2.5, using: &random)
            var received = sent.advanced(bySeconds: delay)
            if !isHeldUp {
                received = max(received, newest)
                newest = received
            }
            if batch_s > 0 {
                // By its own clock, whenever the reports are made.
                let ticks = (sent.seconds(since: start) / batch_s).rounded(.up)
                received = start.advanced(bySeconds: ticks * batch_s + 1)
            }
            if let zone = dead.first(where: { $0.contains(received) }) {
                guard keeps else { continue }
                backlog += sendsOldFirst ? 0.01 : 0.2
                received = zone.upperBound.advanced(bySeconds: (sendsOldFirst ? 0.5 : 5) + backlog)
            }
            arrivals.append(SimulatedReport(report: report, received: received))
        }
        // A tie keeps the order of sending.
        let order = arrivals.indices.sorted { (arrivals[$0].received, $0) < (arrivals[$1].received, $1) }
        return order.map { arrivals[$0] }
    }
}

/// A report as it arrives.
struct SimulatedReport: Sendable {
    var report: Report
    var received: Timestamp
}
