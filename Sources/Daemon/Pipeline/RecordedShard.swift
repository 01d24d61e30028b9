internal import Anomalies
internal import Engine
internal import Geometry
internal import Platform
internal import Positioning
internal import Store

/// A shard of a recording, with the history that its late fixes are decided from. It has no clock: time passes with what is
/// given, and at the end.
///
/// Not `Sendable`: it lives where it was made, see ``RecordedShardSeat``.
final class RecordedShard {
    /// What all shards of a recording are made from.
    struct Setup: Sendable {
        /// Ascending by their time; the last is in force.
        var versions: [FenceVersion]
        var groups: [String: String]
        var rules: Rules
        var lateHorizon_s: Double
        /// Where fixes and events are kept, and how many batches are; `nil`: nowhere.
        var store: (path: String, committed: Progress)?
        /// About so many will be restored in each.
        var devices: Int
    }

    private enum Past {
        case memory(MemoryHistory)
        case store(PartHistory)
    }

    private let shard: Shard
    private let past: Past
    private var batch = -1

    /// - Throws: where GEOS is out of memory.
    init(_ setup: Setup) throws(GeometryError) {
        let history: any History
        if let store = setup.store {
            let stored = PartHistory(stored: StoreHistory(path: store.path), committed: store.committed)
            (past, history) = (.store(stored), stored)
        } else {
            let remembered = MemoryHistory(lateHorizon_s: setup.lateHorizon_s)
            (past, history) = (.memory(remembered), remembered)
        }
        shard = try Shard(
            setup.versions, groups: setup.groups, rules: setup.rules, lateHorizon_s: setup.lateHorizon_s,
            history: history)
        shard.expect(devices: setup.devices)
    }

    // MARK: What the store has

    func restore(_ piece: RecoveryPiece) throws {
        if case .store(let history) = past { try piece.restore(to: shard, history) }
    }

    func adopt(_ fences: FenceVersion) throws -> RecordedDecision {
        var decision = RecordedDecision()
        decision.made.revisions = try shard.adopt(fences)
        decision.made.keep(shard.takeAll())
        return decision
    }

    // MARK: What is given

    func decide(_ part: RecordedPart) throws -> RecordedDecision {
        begin(part.batch)
        var decision = RecordedDecision()
        try shard.decide(part.arrivals, of: part.shard) { outcome, decisions in
            decision.counts.tally(outcome.result, from: 0)
            switch past {
            case .memory(let history):
                history.remember(try? outcome.result.get(), of: outcome.device, decisions)
                guard !decisions.isEmpty else { return }
                decision.made.decided.append(
                    ShardDecision.Decided(place: outcome.place, device: outcome.device, decisions: decisions))
            case .store(let history): history.remember(outcome, decisions)
            }
        }
        guard let ending = part.ending, case .store(let history) = past else { return decision }
        (decision.made.outcomes, decision.made.decided) = history.takeOutcomes()
        if ending.takesSnapshot {
            decision.made.keep(shard.takeAll())
            shard.packIdle()
        }
        decision.made.links += shard.takeDueLinks()
        return decision
    }

    /// The recording has ended: decides what still waits.
    func end(batch: Int) throws -> RecordedDecision {
        begin(batch)
        var decision = RecordedDecision()
        for device in shard.devicesWithLateFixes.sorted() {
            var decisions = Decisions()
            try shard.revise(device: device, decisions: &decisions)
            decision.made.revisions.append((device, decisions))
        }
        decision.heardUntil = shard.heardUntil
        return decision
    }

    /// Time has passed until the end of all shards' recordings.
    func pass(until end: Timestamp?) -> RecordedDecision {
        var decision = RecordedDecision()
        if let end { decision.made.passed = shard.passRecording(until: end) }
        if case .store = past { decision.made.keep(shard.takeAll()) }
        return decision
    }

    private func begin(_ number: Int) {
        guard number != batch else { return }
        batch = number
        if case .store(let history) = past { history.begin(batch: number) }
    }
}

/// Some reports of a recording, of one shard's devices.
struct RecordedPart: Sendable {
    /// That they belong to: what is committed together. They count up from 0.
    var batch: Int
    var shard: Int
    /// In the order of their places in the batch, those of other shards among them.
    var arrivals: [AddressedArrivals]
    /// The batch ends with them; `nil`: more of it follows.
    var ending: Ending?

    struct Ending: Sendable {
        /// With states.
        var takesSnapshot: Bool
    }
}

/// What a shard made of it.
struct RecordedDecision: Sendable {
    /// Where nothing is kept, without outcomes.
    var made = ShardDecision(batch: 0)
    /// What became of the reports.
    var counts: [PipelineStatistics.Decided] = []
    /// The newest time that was heard, by the devices' own clocks.
    var heardUntil: Timestamp?
}

extension [RecordedDecision] {
    /// What became certain without a report, in an order that does not depend on how many shards there are.
    func byDevice(
        _ list: (ShardDecision) -> [(device: String, decisions: Decisions)]
    ) -> [(device: String, decisions: Decisions)] {
        flatMap { list($0.made) }.sorted { $0.device < $1.device }
    }

    /// Of all shards; `nil` where none were taken.
    var snapshots: [(device: String, bytes: [UInt8])]? {
        contains { $0.made.snapshots != nil } ? flatMap { $0.made.snapshots ?? [] } : nil
    }
}
