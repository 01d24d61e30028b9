internal import Engine
internal import Logging
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
    /// What damages one damages more: one line is enough.
    private var hasToldOfCheckpoint = false
    private var batch = 0
    private var isSettled = false
    private var outcomes: [ShardDecision.Outcome] = []
    private var decided: [ShardDecision.Decided] = []
    /// What the first ``gathered`` of these say, by device; made as far as it is asked for.
    private var devices: [String: DevicePart] = [:]
    private var gathered = (outcomes: 0, decided: 0)

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

    /// - Parameters:
    ///   - number: of the batch, from 0.
    ///   - reports: how many are expected.
    func begin(batch number: Int, reports: Int = 0) {
        stored.newestFix = .max
        batch = number
        isSettled = false
        isRecovering = false
        _ = takeOutcomes()
        outcomes.reserveCapacity(reports)
        devices.removeAll(keepingCapacity: true)
    }

    func remember(_ outcome: consuming ShardDecision.Outcome, _ decisions: Decisions) {
        if !decisions.isEmpty {
            decided.append(
                ShardDecision.Decided(place: outcome.place, device: outcome.device, decisions: decisions))
        }
        outcomes.append(outcome)
    }

    /// All of this batch, in order.
    func takeOutcomes() -> (outcomes: [ShardDecision.Outcome], decided: [ShardDecision.Decided]) {
        defer { (outcomes, decided, gathered) = ([], [], (0, 0)) }
        return (outcomes, decided)
    }

    private func here(_ device: String) -> DevicePart {
        for outcome in outcomes[gathered.outcomes...] {
            if case .success(let fix) = outcome.result { devices[outcome.device, default: DevicePart()].take(fix) }
        }
        for entry in decided[gathered.decided...] {
            devices[entry.device, default: DevicePart()].take(entry.decisions)
        }
        gathered = (outcomes.count, decided.count)
        return devices[device] ?? DevicePart()
    }

    /// The journal was given up while something waited for it.
    struct GivenUp: Error {}

    /// Asks the store, again and again where it can't be read: as the keeper does where it can't be written.
    /// - Parameter isOfStart: what has been committed since the start makes no difference.
    private func ask<Answer>(isOfStart: Bool = false, _ question: () throws -> Answer) throws -> Answer {
        if !isSettled, !isOfStart {
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
                if status.gaveUp(for: error, in: stored.path) {
                    committed.end()
                    throw GivenUp()
                }
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
        let isHere = here(device).holdsFix(at: time)
        return try isHere || ask { try stored.holdsFix(of: device, at: time) }
    }

    func hasForgotten(_ device: String, at time: Timestamp) throws -> Bool {
        try ask(isOfStart: true) { try stored.hasForgotten(device, at: time) }
    }

    func checkpoint(of device: String, before time: Timestamp) throws -> (time: Timestamp, state: [UInt8])? {
        let here = here(device)
        if let checkpoint = here.checkpoints.last(where: { $0.time < time }) { return checkpoint }
        let until = min(time, here.storedUntil.map { Timestamp(microseconds: $0.microseconds &+ 1) } ?? time)
        return try ask { try stored.checkpoint(of: device, before: until) }
    }

    func hasForgottenFixes(of device: String) throws -> Bool {
        try ask { try stored.hasForgottenFixes(of: device) }
    }

    func cannotRead(checkpointOf device: String, at time: Timestamp) {
        guard !hasToldOfCheckpoint else { return }
        hasToldOfCheckpoint = true
        status?.log.warning(
            "a checkpoint cannot be read; an older one serves late fixes, or they are rejected as past if there is none",
            metadata: ["device": "\(device)", "time": "\(time)"])
    }

    func fixes(of device: String, after time: Timestamp?) throws -> [Fix] {
        var fixes = try ask { try stored.fixes(of: device, after: time) }
        let here = here(device)
        fixes += here.fixes(after: time)
        fixes.removeAll { here.withdrawn[$0.time] != nil }
        return here.fixes.isEmpty ? fixes : fixes.sorted { $0.time < $1.time }
    }

    func spikes(of device: String, after time: Timestamp?) throws -> [Fix] {
        var spikes = try ask { try stored.spikes(of: device, after: time) }
        let here = here(device)
        guard here.withdrawn.values.contains(.impossible_speed) else { return spikes }
        let taken = try ask { try stored.fixes(of: device, after: time) } + here.fixes(after: time)
        spikes += taken.filter { here.withdrawn[$0.time] == .impossible_speed }
        return spikes.sorted { $0.time < $1.time }
    }

    func standingEvents(of device: String, decidedAfter time: Timestamp?) throws -> [Event] {
        var events = try ask { try stored.standingEvents(of: device, decidedAfter: time) }
        for decisions in here(device).decisions { decisions.change(&events) }
        return events.filter { event in time.map { event.decided > $0 } ?? true }
    }
}

/// What a batch has given of one device so far.
private struct DevicePart {
    /// By ascending time, each time once, withdrawn ones too.
    private(set) var fixes: [Fix] = []
    private(set) var withdrawn: [Timestamp: Rejection] = [:]
    /// By ascending time.
    private(set) var checkpoints: [(time: Timestamp, state: [UInt8])] = []
    /// Checkpoints in the store that are newer hold no longer: this batch has decided again what came after.
    private(set) var storedUntil: Timestamp?
    /// Those that tell or change events, in order.
    private(set) var decisions: [Decisions] = []

    mutating func take(_ fix: Fix) {
        fixes.insert(fix, at: fixes.last.map { $0.time < fix.time } ?? true ? fixes.count : place(of: fix.time))
    }

    mutating func take(_ decided: Decisions) {
        for withdrawal in decided.withdrawals { withdrawn[withdrawal.time] = withdrawal.reason }
        for checkpoint in decided.checkpoints {
            if let state = checkpoint.state {
                checkpoints.append((checkpoint.time, state))
            } else {
                checkpoints.removeAll { $0.time > checkpoint.time }
                storedUntil = min(storedUntil ?? checkpoint.time, checkpoint.time)
            }
        }
        if !decided.events.isEmpty || !decided.redecided.isEmpty { decisions.append(decided) }
    }

    func holdsFix(at time: Timestamp) -> Bool {
        let place = place(of: time)
        return place < fixes.count && fixes[place].time == time
    }

    func fixes(after time: Timestamp?) -> ArraySlice<Fix> {
        fixes[(time.map { place(of: Timestamp(microseconds: $0.microseconds &+ 1)) } ?? 0)...]
    }

    /// The first whose time is not before.
    private func place(of time: Timestamp) -> Int { fixes.partitioningIndex { $0.time >= time } }
}

extension Decisions {
    /// Makes of the events that stood before those that stand after.
    fileprivate func change(_ events: inout [Event]) {
        for event in self.events {
            if event.kind == .retract {
                if let wrong = events.lastIndex(where: { $0.isRetracted(by: event) }) { events.remove(at: wrong) }
            } else {
                events.append(event)
            }
        }
        for event in redecided {
            if let told = events.lastIndex(where: { $0.isTold(as: event) }) {
                events[told].decided = event.decided
            } else {
                // It was decided before all that was asked for, and told before.
                events.insert(event, at: 0)
            }
        }
    }
}
