internal import Engine
internal import Geometry
internal import Ingest
internal import Logging
internal import Platform
internal import Positioning
import Synchronization

/// Makes batches of what arrives, by count or time, and gives each shard its part of each.
final class Dispatcher: Sendable {
    let inlet: Inlet
    let shards: [ShardWorker]
    private let firstAdmission: Admission
    private let patience: Patience
    private let clock: ArrivalClock
    private let log: Logger
    /// Fences that wait to come into force, and from when on; `nil`: from the moment at which they do.
    let reload: Mutex<(catalogue: FenceCatalogue, since: Timestamp?)?>

    init(inlet: Inlet, shards: [ShardWorker], admission: Admission, _ parts: Pipeline.Parts, log: Logger) {
        self.inlet = inlet
        self.shards = shards
        firstAdmission = admission
        patience = parts.patience
        clock = parts.clock
        self.log = log
        reload = Mutex(nil)
    }

    /// Until the inlet is closed and empty. The first batch and the last take a snapshot: what a crash leaves to be replayed is
    /// over before more comes, so crashes in a row never make it longer.
    func run() {
        var number = 0
        var admission = firstAdmission
        send([], number: number, takesSnapshot: true, &admission)
        number += 1
        adopt(&number)
        var snapshotDue = MonotonicTime.now + .seconds(Limits.snapshotInterval_s)
        while let first = inlet.receive(atMost: Limits.batchReports, orWait: .seconds(Limits.tick_s)) {
            let batch = first.isEmpty ? [] : collect(first)
            let takesSnapshot = MonotonicTime.now >= snapshotDue
            if takesSnapshot { snapshotDue = MonotonicTime.now + .seconds(Limits.snapshotInterval_s) }
            send(batch, number: number, takesSnapshot: takesSnapshot, &admission)
            number += 1
            // After what has arrived: that is of the time before.
            adopt(&number)
        }
        send([], number: number, takesSnapshot: true, &admission)
    }

    /// Brings fences into force that wait for it: a batch of its own.
    private func adopt(_ number: inout Int) {
        guard let (catalogue, since) = reload.withLock({ $0.take() }) else { return }
        let version = FenceVersion(catalogue, since: since ?? clock.now)
        for shard in shards { shard.jobs.send([.adopt(version, batch: number)]) }
        number += 1
    }

    private func collect(_ first: [Arrival]) -> [Arrival] {
        var batch = first
        let deadline = MonotonicTime.now + patience.batch
        while batch.count < Limits.batchReports {
            let left = deadline - MonotonicTime.now
            guard left > .zero,
                let more = inlet.receive(atMost: Limits.batchReports - batch.count, orWait: left)
            else { break }
            batch.append(contentsOf: more)
        }
        return batch
    }

    private func send(_ batch: [Arrival], number: Int, takesSnapshot: Bool, _ admission: inout Admission) {
        let wasFull = admission.known.isFull
        var parts = [ShardPart](
            repeating: ShardPart(batch: number, takesSnapshot: takesSnapshot), count: shards.count)
        for (place, arrival) in batch.enumerated() {
            var admitted = arrival
            admission.admit(&admitted)
            parts[Self.shard(of: admitted.device, among: shards.count)].arrivals.append((place, admitted))
        }
        if admission.known.isFull, !wasFull {
            log.warning(
                "a new device was turned away: there are as many as `max_devices` allows; further ones are counted",
                metadata: ["reason": "\(Rejection.too_many_devices)"])
        }
        for (shard, part) in zip(shards, parts) { shard.jobs.send([.decide(part)]) }
    }

    /// FNV-1a of the id: the same device goes to the same shard in every run.
    static func shard(of device: String, among count: Int) -> Int {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in device.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return Int(hash % UInt64(count))
    }
}
