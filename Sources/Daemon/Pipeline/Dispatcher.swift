internal import Geometry
internal import Ingest
internal import Platform
internal import Positioning
import Synchronization

/// Makes batches of what arrives, by count or time, and gives each shard its part of each.
final class Dispatcher: Sendable {
    let inlet: Inlet
    let shards: [ShardWorker]
    let admission: Admission
    let patience: Patience
    /// Fences that wait to come into force.
    let reload: Mutex<FenceCatalogue?>

    init(inlet: Inlet, shards: [ShardWorker], admission: Admission, patience: Patience) {
        self.inlet = inlet
        self.shards = shards
        self.admission = admission
        self.patience = patience
        reload = Mutex(nil)
    }

    /// Until the inlet is closed and empty; the last batch takes a snapshot.
    func run() {
        var number = 0
        var snapshotDue = MonotonicTime.now + .seconds(Limits.snapshotInterval_s)
        while let first = inlet.receive(atMost: Limits.batchReports, orWait: .seconds(Limits.tick_s)) {
            let batch = first.isEmpty ? [] : collect(first)
            if let catalogue = reload.withLock({ $0.take() }) {
                for shard in shards { shard.jobs.send([.adopt(catalogue, batch: number)]) }
                number += 1
            }
            let takesSnapshot = MonotonicTime.now >= snapshotDue
            if takesSnapshot { snapshotDue = MonotonicTime.now + .seconds(Limits.snapshotInterval_s) }
            send(batch, number: number, takesSnapshot: takesSnapshot)
            number += 1
        }
        send([], number: number, takesSnapshot: true)
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

    private func send(_ batch: [Arrival], number: Int, takesSnapshot: Bool) {
        var parts = [ShardPart](
            repeating: ShardPart(batch: number, takesSnapshot: takesSnapshot), count: shards.count)
        for (place, arrival) in batch.enumerated() {
            var admitted = arrival
            admission.admit(&admitted)
            parts[Self.shard(of: admitted.device, among: shards.count)].arrivals.append((place, admitted))
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
