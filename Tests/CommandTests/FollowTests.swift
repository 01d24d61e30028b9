import Foundation
import Glibc
import Platform
import TestSupport
import Testing

/// `events --follow`, by whoever reads it and however they go.
@Suite(.serialized) struct FollowTests {
    private func follow(_ site: Site, since: Int = 0, to output: Any?, errors: Any? = nil) throws -> Process {
        let follower = Process()
        follower.executableURL = URL(fileURLWithPath: Command.path)
        follower.arguments = ["events", "--store", site.scratch.store, "--follow", "--since", "\(since)"]
        follower.standardOutput = output
        if let errors { follower.standardError = errors }
        try follower.run()
        return follower
    }

    private func file(_ path: String) throws -> FileHandle {
        try Data().write(to: URL(fileURLWithPath: path))
        return try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    }

    @Test func itGoesOnThroughRestartsAndKillsFromWhereItWasAsked() throws {
        let site = try Site(carrier: "tcp")
        let stream = try site.recording(devices: 10, rounds: 120, seed: 6)
        let output = site.scratch.path + "/followed"
        var follower: Process?
        for (part, signal) in [SIGTERM, SIGKILL, SIGTERM].enumerated() {
            let daemon = try site.run()
            if follower == nil { follower = try follow(site, since: 3, to: try file(output)) }
            let count = stream.count * (part + 1) / 3
            try site.sendByTCP(stream.prefix(count))
            try eventually("this part is in the store") { try site.fixes() >= count - 10 }
            #expect(daemon.end(signal) == (signal == SIGTERM ? 0 : signal))
        }
        let stored = try Command(["events", "--store", site.scratch.store, "--since", "3"])
        #expect(stored.lines.count > 20)
        try eventually("the follower has it all") { try site.scratch.text(output) == stored.output }
        let process = try #require(follower)
        kill(process.processIdentifier, SIGINT)
        process.waitUntilExit()
        #expect(process.terminationReason == .exit && process.terminationStatus == 0)
        #expect(try site.scratch.text(output) == stored.output)
    }

    /// A backup was put back: what comes next has numbers that were told before.
    @Test func itEndsWhereTheStoreHasLessThanItHasTold() throws {
        let site = try Site(carrier: "tcp")
        let stream = try site.recording(devices: 10, rounds: 60, seed: 6)
        let daemon = try site.run()
        let backup = site.scratch.path + "/backup.sqlite3"
        #expect(try Command(["backup", backup, "--store", site.scratch.store]).status == 0)
        let output = site.scratch.path + "/followed"
        let errors = site.scratch.path + "/errors"
        let follower = try follow(site, to: try file(output), errors: try file(errors))
        try site.sendByTCP(stream)
        try eventually("something is told") { try !site.scratch.text(output).isEmpty }
        #expect(daemon.end(SIGTERM) == 0)
        for file in ["", "-wal", "-shm"] { try FileManager.default.removeItem(atPath: site.scratch.store + file) }
        try FileManager.default.moveItem(atPath: backup, toPath: site.scratch.store)
        follower.waitUntilExit()
        #expect(follower.terminationStatus == 65)
        #expect(try site.scratch.text(errors).contains("a backup was put back"))
        let since = try Command(["events", "--store", site.scratch.store, "--since", "1"])
        #expect(since.status == 65 && since.errors.contains("--since 0"), "\(since.errors)")
    }

    /// Nothing comes any more, and still it notices that nobody reads.
    @Test func itEndsWhenItsReaderHasGone() throws {
        let site = try Site()
        #expect(try site.run().end(SIGTERM) == 0)
        let pipe = Pipe()
        let follower = try follow(site, to: pipe)
        try pipe.fileHandleForWriting.close()
        try pipe.fileHandleForReading.close()
        follower.waitUntilExit()
        #expect(follower.terminationReason == .exit && follower.terminationStatus == 0)
    }

    /// A follower that is stopped in the middle of a page holds nothing up, and goes on where it was.
    @Test func aSlowReaderHoldsNothingUp() throws {
        let site = try Site(carrier: "tcp")
        let stream = try site.recording(devices: 60, rounds: 160, seed: 7)
        let daemon = try site.run()
        let pipe = Pipe()
        // Nobody reads: the pipe is full after 64 kB.
        let follower = try follow(site, to: pipe)
        try site.sendByTCP(stream)
        try eventually("all fixes are in the store") { try site.fixes() == stream.count }
        #expect(daemon.end(SIGTERM) == 0)
        let stored = try Command(["events", "--store", site.scratch.store])
        #expect(stored.output.utf8.count > 1 << 16)
        var read = Data()
        while read.count < stored.output.utf8.count { read += pipe.fileHandleForReading.availableData }
        #expect(String(decoding: read, as: UTF8.self) == stored.output)
        kill(follower.processIdentifier, SIGTERM)
        follower.waitUntilExit()
        #expect(follower.terminationReason == .exit && follower.terminationStatus == 0)
    }

    @Test func aStoreThatIsNotThereIsSaidAtOnce() throws {
        let scratch = try Scratch()
        #expect(try Command(["events", "--follow", "--store", scratch.store]).status == 66)
    }
}
