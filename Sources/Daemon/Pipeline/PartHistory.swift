internal import Engine
internal import Platform
internal import Positioning
internal import Store
import Synchronization

/// The history as a shard sees it in the middle of a batch: what is committed, and what this batch has given so far.
///
/// Before it asks the store, it waits until all batches before this one are committed: the shards run ahead of the journal.
final class PartHistory: History {
    private let stored: StoreHistory
    private let committed: Progress
    private let status: KeeperStatus?
    private var isRecovering = false
    private var batch = 0
    private var isSettled = false
    private var outcomes: [ShardDecision.Outcome] = []
    /// Where each device's outcomes are; made as far as it is asked for.
    private var places: [String: [Int]] = [:]
    private var placed = 0
    /// Checkpoints in the store that are newer hold no longer: this batch has decided again what came after.
    private var checkpointsUntil: [String: Timestamp] = [:]

    init(stored: StoreHistory, committed: Progress, status: KeeperStatus? = nil) {
        self.status = status
        self.stored = stored
        self.committed = committed
    }

    /// The tail of the journal is replayed: what came after this fix must not be seen.
    func replay(before fix: Int64) {
        stored.newestFix = fix - 1
        isSettled = true
        isRecovering = true
    }

    /// - Parameter number: of the batch, from 0.
    func begin(batch number: Int) {
        stored.newestFix = .max
        batch = number
        isSettled = false
        isRecovering = false
        outcomes = []
        places.removeAll(keepingCapacity: true)
        placed = 0
        checkpointsUntil.removeAll(keepingCapacity: true)
    }

    func remember(_ outcome: ShardDecision.Outcome) {
        outcomes.append(outcome)
        for checkpoint in outcome.decisions.checkpoints where checkpoint.state == nil {
            checkpointsUntil[outcome.device] = min(checkpointsUntil[outcome.device] ?? checkpoint.time, checkpoint.time)
        }
    }

    /// All of this batch, in order.
    func takeOutcomes() -> [ShardDecision.Outcome] {
        defer { outcomes = [] }
        return outcomes
    }

    private func here(_ device: String) -> [ShardDecision.Outcome] {
        while placed < outcomes.count {
            places[outcomes[placed].device, default: []].append(placed)
            placed += 1
        }
        return places[device]?.map { outcomes[$0] } ?? []
    }

    /// The journal was given up while something waited for it.
    struct GivenUp: Error {}

    /// Asks the store, again and again where it can't be read: as the keeper does where it can't be written.
    private func ask<Answer>(_ question: () throws -> Answer) throws -> Answer {
        if !isSettled {
            guard committed.wait(for: batch) else { throw GivenUp() }
            isSettled = true
        }
        guard let status, !isRecovering else { return try question() }
        var trouble = Trouble(
            "the store's history cannot be read; the stream waits until it can",
            ends: "the store's history can be read again", subject: ("history", stored.path))
        var deadline: MonotonicTime?
        while true {
            do {
                let answer = try question()
                trouble.succeeds(status)
                return answer
            } catch {
                trouble.fails(error, status)
                if status.isStopping.load(ordering: .relaxed) {
                    let end = deadline ?? MonotonicTime.now + status.patience.stop
                    deadline = end
                    if MonotonicTime.now >= end { status.hasGivenUp.store(true, ordering: .relaxed) }
                }
                if status.hasGivenUp.load(ordering: .relaxed) {
                    committed.end()
                    throw GivenUp()
                }
                // A disk that fails is no thread that hangs.
                status.rounds.wrappingAdd(1, ordering: .relaxed)
                pause(for: status.patience.retry)
            }
        }
    }

    func holdsFix(of device: String, at time: Timestamp) throws -> Bool {
        let isHere = here(device).contains { (try? $0.result.get())?.time == time }
        return try isHere || ask { try stored.holdsFix(of: device, at: time) }
    }

    func checkpoint(of device: String, before time: Timestamp) throws -> (time: Timestamp, state: [UInt8])? {
        let until = min(time, checkpointsUntil[device].map { Timestamp(microseconds: $0.microseconds &+ 1) } ?? time)
        return try ask { try stored.checkpoint(of: device, before: until) }
    }

    func fixes(of device: String, after time: Timestamp?) throws -> [Fix] {
        var fixes = try ask { try stored.fixes(of: device, after: time) }
        let here = here(device)
        guard !here.isEmpty else { return fixes }
        let withdrawn = Set(here.flatMap { $0.decisions.withdrawals.map(\.time) })
        fixes += here.compactMap { try? $0.result.get() }.filter { fix in time.map { fix.time > $0 } ?? true }
        fixes.removeAll { withdrawn.contains($0.time) }
        return fixes.sorted { $0.time < $1.time }
    }

    func standingEvents(of device: String, decidedAfter time: Timestamp?) throws -> [Event] {
        // All of them first: this batch may have moved one across `time`.
        var events = try ask { try stored.standingEvents(of: device, decidedAfter: nil) }
        for decisions in here(device).map(\.decisions) {
            for event in decisions.events {
                if event.kind == .retract {
                    if let wrong = events.lastIndex(where: { $0.isRetracted(by: event) }) { events.remove(at: wrong) }
                } else {
                    events.append(event)
                }
            }
            for event in decisions.redecided {
                if let told = events.lastIndex(where: { $0.isTold(as: event) }) { events[told].decided = event.decided }
            }
        }
        return events.filter { event in time.map { event.decided > $0 } ?? true }
    }
}
