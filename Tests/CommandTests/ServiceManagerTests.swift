import Foundation
import Glibc
import Platform
import TestSupport
import Testing

/// The daemon under a service manager: what it tells it, what it feeds its watchdog with, and how it logs.
@Suite(.serialized) struct ServiceManagerTests {
    private let site: OperatedSite

    init() throws { site = try OperatedSite() }

    private func run(_ environment: [String: String], log: String = "log") throws -> RunningCommand {
        try RunningCommand(
            ["run", "--config", site.configuration], log: "\(site.scratch.path)/\(log)", until: "running ",
            environment: environment)
    }

    @Test(arguments: [false, true]) func itTellsItsStates(isAbstract: Bool) throws {
        let notify = try NotifySocket(
            isAbstract ? "@geofenced-test-\(UUID().uuidString)" : "\(site.scratch.path)/notify")
        let daemon = try run(["NOTIFY_SOCKET": notify.address, "WATCHDOG_USEC": "8000000"])
        let first = try #require(try notify.next(within: .seconds(60)))
        #expect(first[0] == "READY=1" && first[1].hasPrefix("STATUS=0 devices, 0 fixes/s, 2 fences"), "\(first)")
        #expect(try notify.lines(until: "WATCHDOG=1") != nil)

        kill(daemon.number, SIGHUP)
        let reload = try #require(try notify.lines(until: "READY=1"))
        let begin = try #require(reload.firstIndex(of: "RELOADING=1"), "\(reload)")
        let moment = try #require(Int64(reload[begin + 1].dropFirst("MONOTONIC_USEC=".count)))
        #expect((0...60_000_000).contains(MonotonicTime.now.nanoseconds / 1000 - moment))

        #expect(daemon.end(SIGTERM) == 0)
        let last = try #require(try notify.lines(until: "STOPPING=1"))
        #expect(!last.contains("READY=1"))
    }

    /// Nothing in it moves, so nothing feeds the watchdog; then it goes on.
    @Test func aStoppedProcessStarvesTheWatchdog() throws {
        let notify = try NotifySocket("\(site.scratch.path)/notify")
        let daemon = try run(["NOTIFY_SOCKET": notify.address, "WATCHDOG_USEC": "4000000"])
        #expect(try notify.lines(until: "WATCHDOG=1") != nil)
        kill(daemon.number, SIGSTOP)
        let tasks = "/proc/\(daemon.number)/task"
        try eventually("each of its threads stands still") {
            try FileManager.default.contentsOfDirectory(atPath: tasks).allSatisfy {
                try kernelText("\(tasks)/\($0)/status").contains("State:\tT")
            }
        }
        try notify.drain()
        #expect(try notify.next(within: .milliseconds(2500)) == nil)
        kill(daemon.number, SIGCONT)
        #expect(try notify.lines(until: "WATCHDOG=1") != nil)
        #expect(daemon.end(SIGTERM) == 0)
    }

    @Test func theWatchdogOfAnotherProcessIsNotFed() throws {
        let notify = try NotifySocket("\(site.scratch.path)/notify")
        let daemon = try run(["NOTIFY_SOCKET": notify.address, "WATCHDOG_USEC": "4000000", "WATCHDOG_PID": "1"])
        #expect(try notify.lines(until: "READY=1") != nil)
        #expect(try notify.lines(until: "WATCHDOG=1", within: .milliseconds(2500)) == nil)
        #expect(daemon.end(SIGTERM) == 0)
    }

    /// The journal adds the time itself, and takes the priority from the line's begin.
    @Test(arguments: [true, false]) func toTheJournalItSaysPriorities(isJournal: Bool) throws {
        let log = try site.scratch.write("", to: "journal")
        var about = stat()
        #expect(unsafe stat(log, &about) == 0)
        let stream = "\(about.st_dev):\(about.st_ino + (isJournal ? 0 : 1))"
        let daemon = try run(["JOURNAL_STREAM": stream], log: "journal")
        #expect(daemon.end(SIGTERM) == 0)
        let lines = daemon.errors.split(separator: "\n")
        #expect(lines.count >= 3)
        for line in lines {
            #expect(line.hasPrefix("<6>") == isJournal && line.hasPrefix("20") != isJournal, "\(line)")
        }
    }

    @Test func toTheJournalAnErrorIsOne() throws {
        let log = try site.scratch.write("", to: "journal")
        var about = stat()
        #expect(unsafe stat(log, &about) == 0)
        try site.scratch.write("stroe: x\n", to: "geofenced.yaml")
        #expect(throws: RunningCommand.Ended.self) {
            try run(["JOURNAL_STREAM": "\(about.st_dev):\(about.st_ino)"], log: "journal")
        }
        let told = try site.scratch.text(log)
        #expect(told.hasPrefix("<3>") && told.contains("unknown key `stroe`"), "\(told)")
    }
}
