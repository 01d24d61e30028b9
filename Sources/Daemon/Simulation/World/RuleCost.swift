internal import Anomalies
internal import Engine
internal import Geometry
internal import Platform
internal import Positioning

/// What the anomaly rules cost, over the ordinary streams of an ``Evaluation``: the same reports through the core with them,
/// and without any.
public struct RuleCost: Sendable {
    /// Usable fixes of one round.
    public var fixes = 0
    /// Processor time that all rules together took for a fix, nanoseconds: each round's, ascending.
    public var perFix_ns: [Double] = []
    /// What the core took for a fix without them: each round's, ascending.
    public var coreAlone_ns: [Double] = []
    /// What the rules remember of a device at the end of its day, bytes: the values, and what they have allocated; of each
    /// device, ascending.
    public var bytes: [Int] = []

    /// Copies over whose memory is averaged.
    private static let copies = 200
    /// Seconds until a report arrives: all at once, and in order.
    private static let latency_s = 1.0

    private typealias Arrival = (report: Report, received: Timestamp)

    /// Measures on the calling thread, which is the first, or memory is not told.
    /// - Parameters:
    ///   - rounds: with the rules and without them by turns.
    ///   - progress: told of the share that is done, 0…1.
    /// - Throws: where GEOS is out of memory.
    public static func measure(_ evaluation: Evaluation, rounds: Int, progress: (Double) -> Void) throws -> RuleCost {
        let catalogue = try City.catalogue()
        let streams = evaluation.ordinaryDays().map(inOrder)
        var cost = RuleCost()
        for round in 0...rounds {
            progress(Double(round) / Double(rounds + 1))
            let (with, without) = try time(streams, catalogue, evaluation.rules)
            // The first one warms the caches.
            guard round > 0, with.fixes > 0 else { continue }
            cost.fixes = with.fixes
            cost.perFix_ns.append((with.nanoseconds - without.nanoseconds) / Double(with.fixes))
            cost.coreAlone_ns.append(without.nanoseconds / Double(with.fixes))
        }
        cost.perFix_ns.sort()
        cost.coreAlone_ns.sort()
        cost.bytes = try streams.map { stream in
            let (track, link) = try state(after: stream, catalogue, evaluation.rules)
            return bytes(of: track, link)
        }.sorted()
        return cost
    }

    /// Late fixes would be decided twice, with rules and without.
    private static func inOrder(_ day: DeviceDay) -> [Arrival] {
        let timed: [(time: Timestamp, report: Report)] = day.reports.compactMap { arrival in
            arrival.report.time.map { ($0, arrival.report) }
        }
        return timed.sorted { $0.time < $1.time }.map { ($0.report, $0.time.advanced(bySeconds: latency_s)) }
    }

    private static func time(
        _ streams: [[Arrival]], _ catalogue: FenceCatalogue, _ rules: Rules
    ) throws -> (with: Spent, without: Spent) {
        let with = try Shard([FenceVersion(catalogue)], rules: rules, history: MemoryHistory())
        let without = try Shard([FenceVersion(catalogue)], rules: .none, history: MemoryHistory())
        var spent = (with: Spent(), without: Spent())
        // By turns, each first as often, so that what else the machine does slows both alike.
        for (number, stream) in streams.enumerated() {
            let name = "day-\(number)"
            if number % 2 == 0 { try spent.with.run(stream, of: name, through: with) }
            try spent.without.run(stream, of: name, through: without)
            if number % 2 == 1 { try spent.with.run(stream, of: name, through: with) }
        }
        return spent
    }

    private struct Spent {
        var nanoseconds = 0.0
        var fixes = 0

        mutating func run(_ stream: [Arrival], of name: String, through shard: Shard) throws {
            let begin = Machine.threadTime
            for arrival in stream {
                var decisions = Decisions()
                let outcome = try shard.step(
                    device: name, report: arrival.report, received: arrival.received, decisions: &decisions)
                if case .success = outcome { fixes += 1 }
            }
            nanoseconds += (Machine.threadTime - begin) / .nanoseconds(1)
        }
    }

    /// What is remembered of a device at the end of its stream.
    private static func state(
        after stream: [Arrival], _ catalogue: FenceCatalogue, _ rules: Rules
    ) throws -> (TrackStates, LinkState) {
        let engine = try Engine([FenceVersion(catalogue)], rules: rules)
        let history = MemoryHistory()
        var (state, link) = (DeviceState(), LinkState())
        for arrival in stream {
            let origin = Engine.Origin(device: "day", received: arrival.received)
            var decisions = Decisions()
            let outcome = try engine.step(&state, arrival.report, of: origin, history: history, decisions: &decisions)
            engine.hear(arrival.report, outcome, &link, of: origin, decisions: &decisions)
        }
        return (state.rules, link)
    }

    /// Of the values, and of what copies of them that share nothing allocate.
    private static func bytes(of track: TrackStates, _ link: LinkState) -> Int {
        var (track, link) = (track, link)
        var (trackCopier, linkCopier) = (StateCopier(), StateCopier())
        track.code(&trackCopier)
        link.code(&linkCopier)
        var copies: [(TrackStates, LinkState)] = []
        copies.reserveCapacity(Self.copies)
        let before = Machine.allocatedBytes
        for _ in 0..<Self.copies {
            trackCopier.rewind()
            linkCopier.rewind()
            var (trackCopy, linkCopy) = (TrackStates(), LinkState())
            trackCopy.code(&trackCopier)
            linkCopy.code(&linkCopier)
            copies.append((trackCopy, linkCopy))
        }
        let allocated = withExtendedLifetime(copies) { Machine.allocatedBytes - before }
        return MemoryLayout<TrackStates>.size + MemoryLayout<LinkState>.size + allocated / Self.copies
    }
}
