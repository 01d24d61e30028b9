public import Anomalies
public import Engine
public import Geometry
internal import Ingest
internal import Platform
public import Positioning
public import Store

/// Recorded reports through the same core as the daemon's, with or without a store: deterministic, however many threads decide.
///
/// The caller's thread gives the shards what comes, and joins what each made of its own in the order in which it came.
public final class Replay {
    private let seats: [RecordedShardSeat]
    private let hasThreads: Bool
    private let portions: Portions
    private let keeping: Keeping?
    private var numbers: RecentNumbers
    private var admission: Admission
    private var watch: FleetWatch
    private var outcomes = PipelineStatistics()
    /// What was joined and is not committed.
    private var batch = JournalBatch()
    /// What was given and not handed over, how much that is, and the place in the batch at hand of what comes next.
    private var given: [AddressedArrivals] = []
    private var waiting = 0
    private var place = 0
    /// The number of the batch at hand.
    private var number = 0
    private var commits = 0
    /// Of each part that was handed over and not joined, whether its batch ends with it.
    private var inFlight: [Bool] = []

    /// How many reports are dealt with together. What is told does not depend on it.
    public struct Portions: Sendable {
        /// That the shards are given at once; 1: each is decided before the next is taken.
        public var part: Int
        /// That are committed together, where there is a journal.
        public var batch: Int

        public init(part: Int = Limits.replayPart, batch: Int = Limits.replayReports) {
            self.part = part
            self.batch = batch
        }
    }

    /// Where all is kept.
    private struct Keeping {
        let journal: Journal
        let eventFile: EventFile?
        /// How many batches are.
        let committed: Progress
    }

    /// - Parameters:
    ///   - rules: about each device's stream.
    ///   - deviceLimit: as `max_devices`.
    ///   - journal: where fixes and events are kept as well; devices go on from where it has them. `nil`: nothing is kept.
    ///   - eventFile: follows the journal.
    ///   - lateHorizon_s: seconds by which a fix may be late; as the journal's.
    ///   - threads: that decide, each about a share of the devices; 0: the caller's own does.
    ///   - portions: `nil`: as serves best; of the caller's own thread, each report by itself.
    /// - Throws: `GeometryError`, `StoreError`, `SystemError`, SQLite's error
    public init(
        _ catalogue: FenceCatalogue, registry: Registry = Registry(),
        unknownDevices: Configuration.UnknownDevices = .accept, rules: Rules = Rules(),
        deviceLimit: Int = Limits.devices,
        journal: Journal? = nil, eventFile: EventFile? = nil, lateHorizon_s: Double = Limits.lateHorizon_s,
        threads: Int = 0, portions: Portions? = nil
    ) throws {
        hasThreads = threads > 0
        self.portions = portions ?? Portions(part: threads > 0 ? Limits.replayPart : 1)
        admission = Admission(
            registry: registry, unknownDevices: unknownDevices, deviceLimit: deviceLimit,
            stored: journal?.storedDevices ?? [:].keys)
        watch = FleetWatch(try journal?.fleet() ?? Fleet(), rules: rules, groups: registry.groups)
        numbers = RecentNumbers(lateHorizon_s: lateHorizon_s)
        let keeping = journal.map { Keeping(journal: $0, eventFile: eventFile, committed: Progress()) }
        self.keeping = keeping
        let known = try journal?.knownFences(orElse: catalogue) ?? [FenceVersion(catalogue)]
        let shards = min(max(threads, 1), Limits.shards)
        let setup = RecordedShard.Setup(
            versions: known, groups: registry.groups, rules: rules, lateHorizon_s: lateHorizon_s,
            store: keeping.map { ($0.journal.path, $0.committed) },
            devices: (journal?.deviceCount ?? 0) / shards)
        seats = try (0..<shards).map { number in
            try RecordedShardSeat(setup, threadName: threads > 0 ? "shard-\(number)" : nil)
        }
        guard let journal else { return }
        try recover(journal)
        try eventFile?.follow(journal)
        guard known.last?.catalogue != catalogue else { return }
        try adopt(catalogue)
    }

    /// Nothing more is committed that a shard could wait for.
    deinit { keeping?.committed.end() }

    private func recover(_ journal: Journal) throws {
        let seats = seats
        try journal.recover(shards: seats.count) { shard, piece in seats[shard].tell { try $0.restore(piece) } }
        _ = try seats.ask { _ in RecordedDecision() }
    }

    /// A recording has no clock: what is given is for all its time.
    private func adopt(_ catalogue: FenceCatalogue) throws {
        let given = FenceVersion(catalogue)
        let decisions = try seats.ask { try $0.adopt(given) }
        for (device, decided) in decisions.byDevice(\.revisions) { keep(decided, of: device) }
        batch.fences = given
        batch.snapshots = decisions.snapshots
        batch.links = decisions.flatMap(\.made.links)
        number += 1
    }

    public var statistics: PipelineStatistics {
        var statistics = outcomes
        statistics.lastSeq = keeping?.journal.lastSeq ?? numbers.lastSeq
        return statistics
    }

    /// Takes reports in the order in which the recording has them.
    /// - Parameters:
    ///   - device: who it is where the stream does not say.
    ///   - output: given the lines of events that are certain, and committed where there is a journal: with threads, as they
    ///     have decided, and all of them by ``settle(output:)``.
    /// - Throws: what the journal or `output` throws; then only its end is left.
    public func take(
        _ reports: [Report], device: String, output: ([UInt8]) throws -> Void
    ) throws {
        if batch.fences != nil { try commit(output) }
        let arrivals = reports.map {
            Arrival(device: $0.device ?? device, report: $0, received: nil, source: 0, origin: "file")
        }
        var rest = AddressedArrivals(arrivals, shards: seats.count, &admission)
        while rest.count > 0 {
            let some = rest.prefix(portions.part - waiting, from: place)
            rest = rest.dropFirst(some.count)
            given.append(some)
            place += some.count
            waiting += some.count
            if waiting >= portions.part { try handOver(endsBatch: keeping == nil || place >= portions.batch, output) }
        }
    }

    /// Decides all that was given, and gives the lines of events that are certain; those that are to be kept, as far as they are
    /// committed.
    public func settle(output: ([UInt8]) throws -> Void) throws {
        if waiting > 0 { try handOver(endsBatch: keeping == nil, output) }
        while !inFlight.isEmpty { try join(output) }
    }

    /// Decides what still waits, and commits what is left, with a snapshot.
    public func finish(output: ([UInt8]) throws -> Void) throws {
        if batch.fences != nil { try commit(output) }
        try settle(output: output)
        try handOver(endsBatch: true, output)
        try settle(output: output)
        let number = number
        let ended = try seats.ask { try $0.end(batch: number) }
        for (device, decisions) in ended.byDevice(\.revisions) { keep(decisions, of: device) }
        let end = ended.compactMap(\.heardUntil).max()
        let passed = try seats.ask { $0.pass(until: end) }
        for (device, decisions) in passed.byDevice(\.passed) { keep(decisions, of: device) }
        if keeping != nil {
            batch.snapshots = passed.snapshots
            batch.links = passed.flatMap(\.made.links)
        }
        try commit(output)
        try keeping?.journal.compact(all: true)
    }

    // MARK: Batches

    /// Gives the shards what was taken. Where they are behind, waits for them.
    private func handOver(endsBatch: Bool, _ output: ([UInt8]) throws -> Void) throws {
        while inFlight.count >= Limits.batchesInFlight { try join(output) }
        var ending: RecordedPart.Ending?
        if endsBatch {
            // What stands in the journal then is the same however the threads ran.
            while inFlight.contains(true), keeping != nil { try join(output) }
            ending = RecordedPart.Ending(takesSnapshot: keeping?.journal.wantsSnapshots(with: place) ?? false)
        }
        for (shard, seat) in seats.enumerated() {
            let part = RecordedPart(batch: number, shard: shard, arrivals: given, ending: ending)
            seat.ask { try $0.decide(part) }
        }
        given.removeAll()
        inFlight.append(endsBatch)
        waiting = 0
        if endsBatch {
            number += 1
            place = 0
        }
        if !hasThreads { try join(output) }
    }

    /// Joins what the shards made of the oldest part.
    private func join(_ output: ([UInt8]) throws -> Void) throws {
        let endsBatch = inFlight.removeFirst()
        let decisions = try seats.map { try $0.answer() }
        for decision in decisions { outcomes.bySource.add(decision.counts) }
        guard endsBatch else { return }
        let made = decisions.map(\.made)
        if keeping == nil {
            for decided in made.flatMap(\.decided).sorted(by: { $0.place < $1.place }) {
                keep(decided.decisions, of: decided.device)
            }
        } else {
            batch.fixes.reserveCapacity(made.reports)
            made.forEachOutcome { outcome, decided in
                switch outcome.result {
                case .success(let fix):
                    batch.fixes.append(outcome.entry(of: fix))
                case .failure(let reason):
                    batch.reject(reason, device: outcome.device, time: outcome.time)
                }
                if let decided { keep(decided, of: outcome.device) }
            }
            batch.snapshots = decisions.snapshots
            batch.links = made.flatMap(\.links)
        }
        try commit(output)
    }

    private func keep(_ decisions: Decisions, of device: String) {
        var decisions = decisions
        watch.take(&decisions, of: device, received: nil)
        for event in decisions.events { outcomes.count(event) }
        for withdrawal in decisions.withdrawals { outcomes.count(.failure(withdrawal.reason), from: 0) }
        batch.add(decisions)
    }

    private func commit(_ output: ([UInt8]) throws -> Void) throws {
        batch.fleet = watch.takeRecord()
        let done = batch
        batch = JournalBatch()
        guard let keeping else {
            if !done.events.isEmpty { try output(numbers.lines(of: done.events)) }
            return
        }
        let committed = try keeping.journal.commit(done)
        commits += 1
        keeping.committed.reach(commits)
        if done.snapshots != nil { try keeping.journal.compact(all: false) }
        try keeping.eventFile?.follow(keeping.journal, newest: committed)
        if committed.count > 0 { try output(committed.bytes) }
    }
}
