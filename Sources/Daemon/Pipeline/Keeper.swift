internal import Engine
internal import Logging
internal import Platform
internal import Positioning
internal import Store
import Synchronization

/// Joins the shards' parts of each batch, commits it, and lets the event file and the followers know. Owns the journal.
struct Keeper {
    private let journal: Journal
    private let eventFile: EventFile
    private let parts: Pipeline.Parts
    private let status: KeeperStatus
    private var log: Logger { status.log }
    private var storeTrouble: Trouble
    private var fileTrouble: Trouble
    private var retention: Retention
    private var watch: FleetWatch
    private var rounds = Rounds()

    /// The body of the keeper's thread: opens, recovers, then keeps until the results are closed.
    static func run(
        _ parts: Pipeline.Parts, shards: [ShardWorker], results: Mailbox<ShardResult>, status: KeeperStatus,
        started: Mailbox<StartResult>
    ) {
        do {
            let journal = try Journal(
                path: parts.configuration.store, durability: parts.configuration.durability,
                lateHorizon_s: parts.configuration.lateHorizon_s, deviceLimit: parts.configuration.maxDevices)
            let eventFile = try EventFile(path: parts.configuration.events, calls: parts.fileCalls)
            guard eventFile.lastSeq <= journal.lastSeq else {
                throw StoreError.eventFileAhead(
                    path: eventFile.path, fileSeq: eventFile.lastSeq, storeSeq: journal.lastSeq)
            }
            let isHurried = parts.configuration.batching == .latency
            let retention = Retention(
                parts.configuration.keep,
                compacting: isHurried ? Limits.compactionFixesHurried : Limits.compactionFixes, log: status.log)
            let fences = try journal.knownFences(orElse: parts.catalogue) { status.log.warning("\($0)") }
            let share = journal.deviceCount / shards.count
            for shard in shards { shard.jobs.send([.begin(fences, devices: share)]) }
            let devices = try Machine.fillingMemory {
                try recover(journal, retention, shards: shards, results: results, now: parts.clock.now)
            }
            status.statistics.withLock {
                $0.devicesAtStart = devices
                $0.devices = devices
                $0.lastSeq = journal.lastSeq
            }
            let watch = FleetWatch(
                try journal.fleet(), rules: parts.configuration.anomalies, groups: parts.registry.groups)
            let checkpoints = isHurried ? try CheckpointThread(of: journal.path) : nil
            var keeper = Keeper(
                journal: journal, eventFile: eventFile, retention: retention, watch: watch, parts: parts, status: status
            )
            keeper.follow(CommittedEvents(after: journal.lastSeq))
            started.send([.started(devices: journal.storedDevices, inForce: fences[fences.count - 1])])
            keeper.keep(results, shardCount: shards.count)
            checkpoints?.stop()
        } catch {
            started.send([.failed(StoreError.damage(error, in: parts.configuration.store) ?? error)])
        }
    }

    private init(
        journal: Journal, eventFile: EventFile, retention: Retention, watch: FleetWatch, parts: Pipeline.Parts,
        status: KeeperStatus
    ) {
        self.journal = journal
        self.eventFile = eventFile
        self.retention = retention
        self.watch = watch
        self.parts = parts
        self.status = status
        storeTrouble = Trouble(
            "the store cannot be written; the stream waits until it can", ends: "the store can be written again",
            subject: ("store", journal.path))
        fileTrouble = Trouble(
            "the event file cannot be written; it will catch up from the store",
            ends: "the event file can be written again", subject: ("events", eventFile.path))
    }

    /// - Returns: how many devices were put back.
    private static func recover(
        _ journal: Journal, _ retention: Retention, shards: [ShardWorker], results: Mailbox<ShardResult>,
        now: Timestamp
    ) throws -> Int {
        let cut = retention.silenceCut(journal, now: now)
        try journal.recover(shards: shards.count, forgetting: cut, cannotForget: retention.cannotForget) {
            shards[$0].jobs.send([.restore($1)])
        }
        for shard in shards { shard.jobs.send([.ready]) }
        var devices = 0
        for _ in shards {
            guard case .ready(let count, let problem)? = results.receive(atMost: 1)?.first else { break }
            if let problem { throw PipelineError(description: problem) }
            devices += count
        }
        return devices
    }

    private mutating func keep(_ results: Mailbox<ShardResult>, shardCount: Int) {
        var waiting: [Int: [ShardDecision]] = [:]
        var next = 0
        var sweeps = false
        while let batch = results.receive(atMost: Limits.batchesInFlight * shardCount, orWait: sweeps ? .zero : nil) {
            for case .decided(let decision) in batch { waiting[decision.batch, default: []].append(decision) }
            while let whole = waiting[next], whole.count == shardCount {
                waiting[next] = nil
                next += 1
                commit(whole)
                status.committed.reach(next)
            }
            sweeps =
                !status.isStopping.load(ordering: .relaxed)
                && retention.step(journal, &watch, now: parts.clock.now, eventFileSeq: eventFile.lastSeq)
        }
        finish()
    }

    private func finish() {
        guard !status.hasGivenUp.load(ordering: .relaxed) else { return }
        try? journal.keepFileSeq()
        if eventFile.lastSeq < journal.lastSeq {
            log.warning(
                "the event file lacks events; they are in the store, and the next start writes them",
                metadata: ["events": "\(eventFile.path)", "has": "\(eventFile.lastSeq)", "of": "\(journal.lastSeq)"])
        }
    }

    private mutating func commit(_ decisions: [ShardDecision]) {
        var batch = JournalBatch()
        var bySource: [PipelineStatistics.Decided] = []
        batch.fixes.reserveCapacity(decisions.reports)
        decisions.forEachOutcome { outcome, decided in
            bySource.tally(outcome.result, from: outcome.source)
            switch outcome.result {
            case .success(let fix):
                batch.fixes.append(outcome.entry(of: fix))
            case .failure(let reason):
                if reason != .unknown_device { batch.reject(reason, device: outcome.device, time: outcome.time) }
            }
            guard var decided else { return }
            watch.take(&decided, of: outcome.device, received: outcome.received)
            batch.add(decided)
        }
        // By device, so that the number of shards changes no event's number.
        for list in [decisions.flatMap(\.revisions), decisions.flatMap(\.passed)] {
            for (_, decided) in list.sorted(by: { $0.device < $1.device }) { batch.add(decided) }
        }
        batch.putUrgentFirst()
        if decisions.contains(where: { $0.snapshots != nil }) {
            batch.snapshots = decisions.flatMap { $0.snapshots ?? [] }
            batch.snapshotsReach = rounds.reach(of: decisions)
        }
        batch.links = decisions.flatMap(\.links)
        batch.fences = decisions.first?.fences
        batch.fleet = watch.takeRecord()
        let begin = MonotonicTime.now
        guard let committed = commitPatiently(batch) else {
            status.committed.end()
            return
        }
        rounds.note(decisions, lastFix: journal.lastFix)
        let took = MonotonicTime.now - begin
        if batch.isEmpty { try? journal.keepFileSeq() }
        follow(committed)
        status.statistics.withLock { statistics in
            statistics.batches += 1
            if batch.fences != nil { statistics.reloads += 1 }
            statistics.devices = decisions.reduce(0) { $0 + $1.devices }
            statistics.lastSeq = committed.lastSeq
            statistics.fileSeq = eventFile.lastSeq
            // A tick that has nothing to keep says nothing of the disk.
            if decisions.reports > 0 { statistics.commitSeconds.record(seconds: took / .seconds(1)) }
            statistics.bySource.add(bySource)
            for event in batch.events { statistics.count(event) }
        }
        if committed.count > 0 { parts.follower?(committed, batch.events) }
    }

    /// Tries until it succeeds: a full disk or a locked store holds the stream up, and loses nothing.
    /// - Returns: `nil` where the daemon is stopping and the journal still can't be written.
    private mutating func commitPatiently(_ batch: JournalBatch) -> CommittedEvents? {
        var stopDeadline: MonotonicTime?
        // After a gap in the journal nothing may follow: the states have gone on without it.
        while !status.hasGivenUp.load(ordering: .relaxed) {
            status.rounds.wrappingAdd(1, ordering: .relaxed)
            do {
                let committed = try journal.commit(batch)
                storeTrouble.succeeds(status)
                return committed
            } catch {
                if status.gaveUp(for: error, in: journal.path) { return nil }
                invariant(
                    (error as? CommitError)?.mayPass ?? true, "a batch that the store can never take: \(error)")
                storeTrouble.fails(error, status)
            }
            if status.isStopping.load(ordering: .relaxed) {
                let deadline = stopDeadline ?? MonotonicTime.now + status.patience.stop
                stopDeadline = deadline
                if MonotonicTime.now >= deadline { status.hasGivenUp.store(true, ordering: .relaxed) }
            }
            // It may be on another disk, and be rotated meanwhile.
            follow(CommittedEvents(after: journal.lastSeq))
            pause(for: status.patience.retry)
        }
        return nil
    }

    private mutating func follow(_ committed: CommittedEvents) {
        do {
            try eventFile.follow(journal, newest: committed)
            fileTrouble.succeeds(status)
        } catch {
            fileTrouble.fails(error, status)
        }
        for notice in eventFile.takeNotices() { tell(notice) }
    }

    private func tell(_ notice: EventFile.Notice) {
        var metadata: Logger.Metadata = ["events": "\(eventFile.path)", "last_seq": "\(eventFile.lastSeq)"]
        switch notice {
        case .replaced: log.info("the event file was rotated; a new one is begun", metadata: metadata)
        case .truncated: log.info("the event file was emptied; it is gone on with", metadata: metadata)
        case .missed(let range):
            metadata["missing"] = "\(range.lowerBound)-\(range.upperBound)"
            log.warning("the event file lacks events that the store has no more", metadata: metadata)
        }
    }
}
