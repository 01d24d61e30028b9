import Glibc
import Platform
import Positioning
import Synchronization
import Testing

@Suite struct ThreadAndWaitTests {
    @Test func aThreadBearsItsNameCutToWhatTheKernelKeeps() throws {
        let name = Mutex("")
        try WorkerThread(name: "serial ttyUSB0 and more") {
            var buffer = [UInt8](repeating: 0, count: 64)
            let file = try? Descriptor.open("/proc/thread-self/comm", flags: O_RDONLY)
            let count = (try? file?.read(into: &buffer, what: "")) ?? 0
            name.withLock { $0 = String(decoding: buffer[..<count], as: UTF8.self) }
        }.join()
        #expect(name.withLock { $0 } == "serial ttyUSB0 \n")
    }

    @Test func joinWaitsForTheBody() throws {
        let mailbox = Mailbox<Int>(capacity: 1)
        let isDone = Atomic<Bool>(false)
        let thread = try WorkerThread(name: "body") {
            _ = mailbox.receive(atMost: 1)
            isDone.store(true, ordering: .releasing)
        }
        mailbox.close()
        thread.join()
        let wasDone = isDone.load(ordering: .acquiring)
        #expect(wasDone)
        thread.join()
    }

    @Test func aDescriptorIsClosedOnceWithItsOwner() throws {
        let number = try take(Descriptor.open("/dev/null", flags: O_RDONLY))
        // Another test's thread may have the number by now; then it is not /dev/null.
        var status = stat()
        let isOpen = unsafe fstat(number, &status) == 0
        var null = stat()
        unsafe stat("/dev/null", &null)
        #expect(!isOpen || status.st_rdev != null.st_rdev || status.st_ino != null.st_ino)
    }

    private func take(_ descriptor: consuming Descriptor) -> Int32 { descriptor.number }

    @Test func anErrorSaysWhatWhereAndWhy() {
        let error = #expect(throws: SystemError.self) { try Self.openMissing() }
        #expect(error?.errno == ENOENT)
        #expect(error?.description == "cannot open /nowhere/at/all: No such file or directory (open)")
    }

    private static func openMissing() throws { _ = try Descriptor.open("/nowhere/at/all", flags: O_RDONLY) }

    @Test func aSoundedWakeUpEndsEveryWait() throws {
        let wakeUp = try WakeUp()
        let thread = try WorkerThread(name: "waits") { _ = try? wakeUp.wait(for: nil, orUntil: nil) }
        wakeUp.sound()
        thread.join()
        #expect(try wakeUp.wait(for: nil, orUntil: nil) == .sounded)
        #expect(try wakeUp.wait(for: nil, orUntil: MonotonicTime(nanoseconds: 0)) == .sounded)
    }

    @Test func aWaitEndsWhenThereIsSomethingToRead() throws {
        let wakeUp = try WakeUp()
        var ends: [Int32] = [0, 0]
        #expect(unsafe pipe(&ends) == 0)
        let input = Descriptor(owning: ends[0])
        let output = Descriptor(owning: ends[1])
        let past = MonotonicTime.now
        let before = try wakeUp.wait(for: input.number, orUntil: past)
        #expect(before == .deadline)
        #expect(unsafe write(output.number, "x", 1) == 1)
        let after = try wakeUp.wait(for: input.number, orUntil: nil)
        #expect(after == .readable)
    }

    @Test func aDeadlineIsNotKeptEarly() throws {
        let wakeUp = try WakeUp()
        for wait in [Duration.microseconds(1), .microseconds(1500), .milliseconds(7)] {
            let start = MonotonicTime.now
            #expect(try wakeUp.wait(for: nil, orUntil: start + wait) == .deadline)
            #expect(MonotonicTime.now - start >= wait)
        }
    }

    @Test func timesStayWithinWhatTheyCanSay() {
        let end = MonotonicTime(nanoseconds: .max)
        #expect(end + .seconds(1) == end)
        #expect(end + .seconds(Int64.max) == end)
        #expect(MonotonicTime(nanoseconds: 5) + .nanoseconds(-7) == MonotonicTime(nanoseconds: -2))
        #expect(MonotonicTime(nanoseconds: 1_000) + .milliseconds(2500) == MonotonicTime(nanoseconds: 2_500_001_000))
    }

    @Test func theWallClockAgreesWithTime() {
        let seconds = Int64(time(nil))
        let now = WallClock.now.microseconds
        #expect(abs(now / 1_000_000 - seconds) <= 1)
    }
}
