internal import Engine
internal import Geometry
internal import Ingest
internal import Platform
internal import Positioning
internal import Store

/// A shard on a thread of its own: the state of its devices and the GEOS context live and die there.
final class ShardWorker: Sendable {
    let jobs: Mailbox<ShardJob>
    private let thread: WorkerThread

    init(
        number: Int, _ parts: Pipeline.Parts, status: KeeperStatus, results: Mailbox<ShardResult>
    ) throws {
        let jobs = Mailbox<ShardJob>(capacity: Limits.batchesInFlight)
        self.jobs = jobs
        thread = try WorkerThread(name: "shard-\(number)") {
            Self.work(parts, number: number, status: status, jobs: jobs, results: results)
        }
    }

    func join() {
        jobs.close()
        thread.join()
    }

    private static func work(
        _ parts: Pipeline.Parts, number: Int, status: KeeperStatus, jobs: Mailbox<ShardJob>,
        results: Mailbox<ShardResult>
    ) {
        // Where the start fails, nothing is ever asked.
        guard case .begin(let versions, let devices)? = jobs.receive(atMost: 1)?.first else { return }
        let history = PartHistory(
            stored: StoreHistory(path: parts.configuration.store), committed: status.committed, status: status)
        let shard: Shard
        do {
            shard = try Shard(
                versions, groups: parts.registry.groups, rules: parts.configuration.anomalies,
                lateHorizon_s: parts.configuration.lateHorizon_s, history: history)
        } catch {
            results.send([.ready(devices: 0, problem: "\(error)")])
            jobs.close()
            return
        }
        shard.expect(devices: devices)
        var problem: String?
        var waiting = WaitingDevices()
        var round = Round()
        var packed = 0
        while let batch = jobs.receive(atMost: Limits.batchesInFlight) {
            for job in batch {
                switch job {
                case .begin: break
                case .restore(let piece):
                    guard problem == nil else { break }
                    do { try piece.restore(to: shard, history) } catch { problem = "\(error)" }
                case .ready:
                    history.replay(before: .max)
                    results.send([.ready(devices: shard.deviceCount, problem: problem)])
                case .adopt(let fences, let batch):
                    results.send([.decided(adopt(fences, batch: batch, with: shard))])
                    round.end(with: batch)
                case .decide(let part):
                    results.send([.decided(decide(part, of: number, with: shard, history, &waiting, &round))])
                    // What it took is on its way, and nobody waits for this.
                    if part.keeping.isTime { packed += shard.packIdle() }
                    guard packed >= Limits.packedBeforeGivingBack else { break }
                    packed = 0
                    Machine.giveBackMemory()
                }
            }
        }
    }

    private static func adopt(_ fences: FenceVersion, batch: Int, with shard: Shard) -> ShardDecision {
        var decision = ShardDecision(batch: batch)
        do {
            decision.revisions = try shard.adopt(fences)
        } catch {
            // One shard with other fences than the next, or than the store, would tell untruths.
            invariant(false, "no memory for the fences: \(error)")
        }
        decision.fences = fences
        decision.keep(shard.takeAll())
        decision.keptThrough = batch
        decision.devices = shard.deviceCount
        return decision
    }

    private static func decide(
        _ part: ShardPart, of number: Int, with shard: Shard, _ history: PartHistory,
        _ waiting: inout WaitingDevices, _ round: inout Round
    ) -> ShardDecision {
        history.begin(batch: part.batch, reports: part.arrivals.reduce(0) { $0 + $1.count(of: number) })
        if let now = part.resumesAt { shard.resumeListening(at: now) }
        // It fails only when the journal is given up: then this batch is never committed.
        try? shard.decide(part.arrivals, of: number) { outcome, decisions in history.remember(outcome, decisions) }
        var decision = ShardDecision(batch: part.batch)
        waiting.note(shard.devicesWithLateFixes, at: part.now)
        if part.keeping.isTime {
            var revised = KeptStates()
            for device in waiting.due(at: part.now, patience_s: shard.patience_s(for:)) {
                var decisions = Decisions()
                try? shard.revise(device: device, decisions: &decisions)
                if !decisions.isEmpty { decision.revisions.append((device, decisions)) }
                // The journal has no fix at which a restart would decide it again.
                shard.take(device: device, &revised)
            }
            decision.keep(revised)
        }
        decision.passed = shard.wait(until: part.clock)
        if let kept = round.take(from: shard, for: part) { decision.keep(kept) }
        decision.links += shard.takeDueLinks()
        decision.keptThrough = round.keptThrough
        (decision.outcomes, decision.decided) = history.takeOutcomes()
        decision.devices = shard.deviceCount
        return decision
    }
}

/// A shard's round of keeping what has changed.
private struct Round {
    /// The batch with which it began.
    private var batch = 0
    /// That of the last that is over.
    private(set) var keptThrough = -1

    /// All that had changed was taken with that batch.
    mutating func end(with batch: Int) { (self.batch, keptThrough) = (batch, batch) }

    /// - Returns: `nil` where nothing is to be kept.
    mutating func take(from shard: Shard, for part: ShardPart) -> KeptStates? {
        switch part.keeping {
        case .all:
            end(with: part.batch)
            return shard.takeAll()
        case .round(let begins, let count):
            if begins, shard.beginRound() { batch = part.batch }
            guard !shard.isRoundOver || batch > keptThrough else { return nil }
            let kept = shard.takeRound(atMost: count)
            if shard.isRoundOver { keptThrough = batch }
            return kept
        }
    }
}

extension ShardPart.Keeping {
    /// Whether it is time for a round.
    fileprivate var isTime: Bool {
        switch self {
        case .all: true
        case .round(let begins, _): begins
        }
    }
}

extension Shard {
    /// Decides reports in their order.
    /// - Parameters:
    ///   - number: the shard's own; those of others are passed over.
    ///   - body: is given what became of each, and what was decided at it.
    /// - Throws: what the history throws; the reports from there on are not decided.
    func decide(
        _ arrivals: [AddressedArrivals], of number: Int, _ body: (consuming ShardDecision.Outcome, Decisions) -> Void
    ) throws {
        var decisions = Decisions()
        for some in arrivals {
            try some.forEach(of: number, seeing: Limits.prefetchedAhead, ahead: prefetch(device:)) {
                all, index, place, device in
                // Each part by itself: to take the arrival out copies it.
                let result = try step(
                    device: all[index].device, number: device, report: all[index].report,
                    received: all[index].received, decisions: &decisions)
                body(
                    ShardDecision.Outcome(
                        place: place, device: all[index].device, number: device, source: all[index].source,
                        received: all[index].received, time: all[index].report.time, result: result),
                    decisions)
                if !decisions.isEmpty { decisions = Decisions() }
            }
        }
    }

    /// Goes through a fix of the journal once more.
    func recall(_ entry: JournalBatch.Entry, number: Int64) throws {
        try recall(device: entry.device, entry.fix, number: number, received: entry.received)
    }
}

/// Devices whose late fixes wait, and since when: the clock drives their streams' time on, where they themselves don't.
private struct WaitingDevices {
    private var since: [String: MonotonicTime] = [:]

    mutating func note(_ late: Set<String>, at now: MonotonicTime) {
        if !since.isEmpty { since = since.filter { late.contains($0.key) } }
        for device in late where since[device] == nil { since[device] = now }
    }

    /// In a stable order. What comes late to them from now on waits anew.
    mutating func due(at now: MonotonicTime, patience_s: (String) -> Double) -> [String] {
        let due = since.filter { now - $0.value >= .seconds(patience_s($0.key)) }.keys.sorted()
        for device in due { since[device] = nil }
        return due
    }
}
