internal import Platform
internal import Positioning

/// Where a shard of a recording works: on a thread of its own, or on the thread of who asks it. Both do the same in the same order.
final class RecordedShardSeat {
    private enum Job: Sendable {
        case tell(@Sendable (RecordedShard) throws -> Void)
        case ask(@Sendable (RecordedShard) throws -> RecordedDecision)
    }

    /// The shard, and whether it still can go on.
    private struct Desk {
        private var shard: Result<RecordedShard, any Error>

        init(_ setup: RecordedShard.Setup) { shard = Result { try RecordedShard(setup) } }

        /// After a failure, each answer is that failure: the states have gone on without what failed.
        mutating func work(off job: Job, _ answers: Mailbox<Result<RecordedDecision, any Error>>) {
            do {
                switch job {
                case .tell(let job): try job(shard.get())
                case .ask(let job): answers.send([.success(try job(shard.get()))])
                }
            } catch {
                shard = .failure(error)
                if case .ask = job { answers.send([.failure(error)]) }
            }
        }
    }

    private let jobs = Mailbox<Job>(capacity: Limits.batchesInFlight)
    private let answers = Mailbox<Result<RecordedDecision, any Error>>(capacity: Limits.batchesInFlight + 1)
    /// Where the shard is on the thread of who asks.
    private var desk: Desk?
    private var thread: WorkerThread?

    /// - Parameter threadName: `nil`: it has none of its own.
    init(_ setup: RecordedShard.Setup, threadName: String?) throws {
        guard let threadName else {
            desk = Desk(setup)
            return
        }
        let (jobs, answers) = (jobs, answers)
        thread = try WorkerThread(name: threadName) { Self.work(setup, jobs, answers) }
    }

    deinit {
        jobs.close()
        answers.close()
        thread?.join()
    }

    private static func work(
        _ setup: RecordedShard.Setup, _ jobs: Mailbox<Job>, _ answers: Mailbox<Result<RecordedDecision, any Error>>
    ) {
        var desk = Desk(setup)
        while let some = jobs.receive(atMost: 1) { for job in some { desk.work(off: job, answers) } }
    }

    /// What fails in it is the next answer.
    func tell(_ job: @escaping @Sendable (RecordedShard) throws -> Void) { give(.tell(job)) }

    /// At most ``Limits/batchesInFlight`` and one more may wait to be answered.
    func ask(_ job: @escaping @Sendable (RecordedShard) throws -> RecordedDecision) { give(.ask(job)) }

    private func give(_ job: Job) {
        if desk == nil { jobs.send([job]) } else { desk?.work(off: job, answers) }
    }

    /// The oldest question's.
    /// - Throws: what it threw, or one before it.
    func answer() throws -> RecordedDecision {
        guard let answer = answers.receive(atMost: 1)?.first else {
            throw PipelineError(description: "a shard ended before it was asked")
        }
        return try answer.get()
    }
}

extension [RecordedShardSeat] {
    /// Asks all of them, each by its number, and waits for their answers.
    func ask(_ job: @escaping @Sendable (RecordedShard) throws -> RecordedDecision) throws -> [RecordedDecision] {
        for seat in self { seat.ask(job) }
        return try map { try $0.answer() }
    }
}
