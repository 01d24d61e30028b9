internal import Engine
internal import Geometry
internal import Ingest
internal import Logging
internal import Platform
internal import Positioning
import Synchronization

/// Makes batches of what arrives, by count or time, says of each arrival whose it is, and gives each batch to all shards.
final class Dispatcher: Sendable {
    let inlet: Inlet
    let shards: [ShardWorker]
    private let firstAdmission: Admission
    private let patience: Patience
    /// What comes while a batch is committed waits to be the next.
    private let commitsAtOnce: Bool
    private let committed: Progress
    private let clock: ArrivalClock
    private let log: Logger
    /// Fences that wait to come into force, and from when on; `nil`: from the moment at which they do.
    let reload: Mutex<(catalogue: FenceCatalogue, since: Timestamp?)?>

    /// - Parameter committed: how many batches are.
    init(
        inlet: Inlet, shards: [ShardWorker], admission: Admission, _ parts: Pipeline.Parts, committed: Progress,
        log: Logger
    ) {
        self.inlet = inlet
        self.shards = shards
        firstAdmission = admission
        patience = parts.patience
        commitsAtOnce = parts.configuration.batching == .latency
        self.committed = committed
        clock = parts.clock
        self.log = log
        reload = Mutex(nil)
    }

    /// Until the inlet is closed and empty. With the first batch and the last all states are kept: what a crash leaves to be
    /// replayed is over before more comes, so crashes in a row never make it longer.
    func run() {
        var number = 0
        var admission = firstAdmission
        var listening = Listening()
        send(OpenBatch(), number: number, keeping: .all, listening.next(clock.now))
        number += 1
        adopt(&number)
        var roundDue = MonotonicTime.now + patience.round
        while let first = inlet.receive(atMost: Limits.batchReports, orWait: .seconds(Limits.tick_s)) {
            let batch = collect(first, &admission)
            let isRoundDue = MonotonicTime.now >= roundDue
            if isRoundDue { roundDue = MonotonicTime.now + patience.round }
            let keeping = ShardPart.Keeping.round(begins: isRoundDue, atMost: statesToKeep(with: batch.count))
            // Where more waits, it may have been received before now.
            let heard = inlet.count == 0 ? nil : batch.lastReceived
            send(batch, number: number, keeping: keeping, listening.next(clock.now, heard: heard))
            number += 1
            // After what has arrived: that is of the time before.
            adopt(&number)
            if commitsAtOnce { _ = committed.wait(for: number - 1) }
        }
        end(number, devices: admission.known.heardCount, &listening)
    }

    /// Keeps all states that have changed, of many devices some with each batch: the keeper commits them while the shards take more.
    private func end(_ next: Int, devices: Int, _ listening: inout Listening) {
        let before = devices / patience.lastStates
        for piece in 0..<before {
            let some = (patience.lastStates + shards.count - 1) / shards.count
            let keeping = ShardPart.Keeping.round(begins: piece == 0, atMost: some)
            send(OpenBatch(), number: next + piece, keeping: keeping, listening.next(clock.now))
        }
        send(OpenBatch(), number: next + before, keeping: .all, listening.next(clock.now))
    }

    /// Brings fences into force that wait for it: a batch of its own.
    private func adopt(_ number: inout Int) {
        guard let (catalogue, since) = reload.withLock({ $0.take() }) else { return }
        let version = FenceVersion(catalogue, since: since ?? clock.now)
        for shard in shards { shard.jobs.send([.adopt(version, batch: number)]) }
        number += 1
    }

    /// Goes on taking until the batch is full, or its time is over and nothing waits.
    private func collect(_ first: consuming [Arrival], _ admission: inout Admission) -> OpenBatch {
        var batch = OpenBatch()
        guard !first.isEmpty else { return batch }
        let wasFull = admission.known.isFull
        let deadline = MonotonicTime.now + patience.batch
        var taken = first
        while true {
            batch.add(AddressedArrivals(consume taken, from: batch.count, shards: shards.count, &admission))
            let left = deadline - MonotonicTime.now
            guard batch.count < Limits.batchReports,
                let more = inlet.receive(
                    atMost: Limits.batchReports - batch.count, orWait: max(left, .zero),
                    forAtLeast: min(Limits.gatheredReports, Limits.batchReports - batch.count)),
                !more.isEmpty
            else { break }
            taken = more
        }
        if admission.known.isFull, !wasFull {
            log.warning(
                "a new device was turned away: there are as many as `max_devices` allows; further ones are counted",
                metadata: ["reason": "\(Rejection.too_many_devices)"])
        }
        return batch
    }

    /// Of each shard, with a batch of so many reports.
    private func statesToKeep(with reports: Int) -> Int {
        // Where nothing comes, nobody waits for them.
        let all = reports == 0 ? Limits.batchReports : max(patience.states, reports / Limits.reportsPerState)
        return (all + shards.count - 1) / shards.count
    }

    private func send(_ batch: OpenBatch, number: Int, keeping: ShardPart.Keeping, _ moment: Listening.Moment) {
        let now = MonotonicTime.now
        for shard in shards {
            shard.jobs.send([
                .decide(
                    ShardPart(
                        batch: number, arrivals: batch.arrivals, keeping: keeping, now: now, clock: moment.clock,
                        resumesAt: moment.resumesAt))
            ])
        }
    }
}

/// A batch that is being made.
private struct OpenBatch {
    private(set) var arrivals: [AddressedArrivals] = []
    private(set) var count = 0

    /// When its newest was received.
    var lastReceived: Timestamp? { arrivals.last?.lastReceived }

    mutating func add(_ some: AddressedArrivals) {
        arrivals.append(some)
        count += some.count
    }
}

/// Until when all that was received is known, batch by batch.
private struct Listening {
    private var last: Timestamp?

    struct Moment {
        var clock: Timestamp
        /// When listening began again: the daemon has just begun, or was held up, or the machine slept. `nil`: it went on.
        var resumesAt: Timestamp?
    }

    /// - Parameter heard: when the newest report of a batch was received that others wait behind.
    mutating func next(_ now: Timestamp, heard: Timestamp? = nil) -> Moment {
        let isPause = last.map { now.seconds(since: $0) > Limits.listeningPause_s } ?? true
        last = now
        return Moment(clock: min(now, heard ?? now), resumesAt: isPause ? now : nil)
    }
}
