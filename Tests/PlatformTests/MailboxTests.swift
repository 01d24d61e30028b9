import Platform
import Synchronization
import TestSupport
import Testing

@Suite struct MailboxTests {
    /// Against the plainest queue there is: an array.
    @Test(arguments: 0..<20 as Range<UInt64>) func agreesWithAnArray(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let capacity = Int.random(in: 1...40, using: &random)
        let mailbox = Mailbox<Int>(capacity: capacity)
        var model: [Int] = []
        var next = 0
        for _ in 0..<500 {
            let size = Int.random(in: 0...15, using: &random)
            switch Int.random(in: 0..<3, using: &random) {
            case 0:
                let batch = Array(next..<next + size)
                next += size
                let fits = model.count + size <= capacity
                #expect(mailbox.trySend(batch) == fits, "seed \(seed)")
                if fits { model += batch }
            case 1:
                var batch = Array(next..<next + size)
                next += size
                let room = min(size, capacity - model.count)
                model += batch[..<room]
                let rest = Array(batch[room...])
                let isOpen = mailbox.offer(&batch, until: MonotonicTime.now)
                #expect(isOpen && batch == rest, "seed \(seed)")
            default:
                let taken = mailbox.receive(atMost: size, orWait: .zero)
                let count = taken?.count ?? -1
                #expect(taken == Array(model.prefix(count)), "seed \(seed)")
                // Something where there is something, never more than asked for; a batch need not be filled up.
                #expect(model.isEmpty ? count == 0 : (1...max(size, 1)).contains(count), "seed \(seed)")
                model.removeFirst(min(max(count, 0), model.count))
            }
            #expect(mailbox.count == model.count, "seed \(seed)")
        }
    }

    /// Nothing lost, doubled or out of its producer's order, and the bound never passed.
    @Test(arguments: [1, 7, 256, 5000]) func losesNothingBetweenThreads(capacity: Int) throws {
        struct Item: Sendable {
            var producer: Int
            var number: Int
        }
        let mailbox = Mailbox<Item>(capacity: capacity)
        let each = capacity < 10 ? 2_000 : 20_000
        let producers = try (0..<4).map { producer in
            try WorkerThread(name: "producer \(producer)") {
                var random = SeededGenerator(seed: UInt64(producer))
                var number = 0
                while number < each {
                    let end = min(each, number + Int.random(in: 1...600, using: &random))
                    mailbox.send((number..<end).map { Item(producer: producer, number: $0) })
                    number = end
                }
            }
        }
        var upcoming = [0, 0, 0, 0]
        while upcoming.contains(where: { $0 < each }) {
            guard let batch = mailbox.receive(atMost: 300, orWait: .seconds(10)), !batch.isEmpty else { break }
            #expect(batch.count <= 300 && mailbox.count <= capacity)
            for item in batch {
                if item.number != upcoming[item.producer] { Issue.record("\(item) instead of \(upcoming)") }
                upcoming[item.producer] = item.number + 1
            }
        }
        #expect(upcoming == [each, each, each, each])
        producers.forEach { $0.join() }
        #expect(mailbox.count == 0)
    }

    /// A consumer that is worth waking for more than there is room for, or than come at all, misses nothing and does not hang.
    @Test(arguments: [3, 10, 12, 1000]) func whatIsWaitedForTogetherComesWhole(capacity: Int) throws {
        let mailbox = Mailbox<Int>(capacity: capacity)
        let thread = try WorkerThread(name: "producer") {
            for number in 0..<64 { mailbox.send([number]) }
            mailbox.close()
        }
        var taken: [Int] = []
        while let some = mailbox.receive(atMost: 7, forAtLeast: 10) {
            #expect(!some.isEmpty)
            taken += some
        }
        #expect(taken == Array(0..<64))
        thread.join()
    }

    @Test func whatIsThereIsTakenHoweverLittleIsAndWhenTheWaitIsOver() {
        let mailbox = Mailbox<Int>(capacity: 100)
        mailbox.send([1, 2])
        #expect(mailbox.receive(atMost: 1, orWait: .seconds(30), forAtLeast: 50) == [1])
        #expect(mailbox.receive(atMost: 9, orWait: .seconds(30), forAtLeast: 50) == [2])
        #expect(mailbox.receive(atMost: 9, orWait: .milliseconds(1), forAtLeast: 50) == [])
        mailbox.send([3])
        mailbox.close()
        #expect(mailbox.receive(atMost: 9, forAtLeast: 50) == [3])
        #expect(mailbox.receive(atMost: 9, forAtLeast: 50) == nil)
    }

    @Test func closingFreesABlockedSenderAndKeepsWhatIsIn() throws {
        let mailbox = Mailbox<Int>(capacity: 3)
        let answer = Mutex<Bool?>(nil)
        let thread = try WorkerThread(name: "sender") {
            let isSent = mailbox.send([1, 2, 3, 4, 5])
            answer.withLock { $0 = isSent }
        }
        #expect(eventually { mailbox.count == 3 })
        #expect(answer.withLock { $0 } == nil)
        mailbox.close()
        thread.join()
        #expect(answer.withLock { $0 } == false)
        #expect(!mailbox.send([6]) && !mailbox.trySend([6]))
        #expect(mailbox.receive(atMost: 2) == [1, 2])
        #expect(mailbox.receive(atMost: 2) == [3])
        #expect(mailbox.receive(atMost: 2) == nil)
    }

    @Test func closingFreesABlockedReceiver() throws {
        let mailbox = Mailbox<Int>(capacity: 3)
        let isFreed = Atomic<Bool>(false)
        let thread = try WorkerThread(name: "receiver") {
            isFreed.store(mailbox.receive(atMost: 1) == nil, ordering: .releasing)
        }
        mailbox.close()
        thread.join()
        let wasFreed = isFreed.load(ordering: .acquiring)
        #expect(wasFreed)
    }

    @Test func aWaitInVainTakesItsTime() {
        let mailbox = Mailbox<Int>(capacity: 1)
        let start = MonotonicTime.now
        #expect(mailbox.receive(atMost: 1, orWait: .milliseconds(20)) == [])
        #expect(MonotonicTime.now - start >= .milliseconds(20))
        #expect(mailbox.trySend([1]))
        var batch = [2]
        let second = MonotonicTime.now
        let isOpen = mailbox.offer(&batch, until: second + .milliseconds(20))
        #expect(isOpen && batch == [2])
        #expect(MonotonicTime.now - second >= .milliseconds(20))
    }

    @Test func aWholeBatchIsHandedOverWithoutACopy() {
        let mailbox = Mailbox<Int>(capacity: 1000)
        let batch = Array(0..<256)
        let address = unsafe batch.withUnsafeBufferPointer { UInt(bitPattern: $0.baseAddress) }
        mailbox.send(batch)
        let received = mailbox.receive(atMost: 256) ?? []
        let same = unsafe received.withUnsafeBufferPointer { UInt(bitPattern: $0.baseAddress) }
        #expect(received.count == 256 && address == same)
    }
}
