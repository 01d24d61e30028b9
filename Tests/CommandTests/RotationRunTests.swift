import Foundation
import Glibc
import Platform
import TestSupport
import Testing

/// The event file of a running daemon, rotated as ops rotate it, and tailed as people tail it.
@Suite(.serialized) struct RotationRunTests {
    private static let tail = "/usr/bin/tail"
    private static let logrotate = "/usr/sbin/logrotate"

    static func isInstalled(_ tool: String) -> Bool { unsafe access(tool, X_OK) == 0 }

    @Test(.enabled("tail is not installed") { isInstalled(tail) })
    func tailSeesEachEventOnceThroughARotation() throws {
        let site = try Site(carrier: "tcp")
        let stream = try site.recording(devices: 10, rounds: 150, seed: 3)
        let (events, piece) = (site.scratch.events, site.scratch.events + ".1")
        let daemon = try site.run()
        let seen = site.scratch.path + "/seen"
        try Data().write(to: URL(fileURLWithPath: seen))
        let tail = Process()
        tail.executableURL = URL(fileURLWithPath: Self.tail)
        tail.arguments = ["-F", "-n", "+1", events]
        tail.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: seen))
        tail.standardError = FileHandle.nullDevice
        try tail.run()
        defer {
            kill(tail.processIdentifier, SIGKILL)
            tail.waitUntilExit()
        }
        try site.sendByTCP(stream.prefix(stream.count / 2))
        try eventually("some events are told") { try site.told().count > 5 }
        try FileManager.default.moveItem(atPath: events, toPath: piece)
        daemon.signal(SIGHUP)
        try eventually("a new file is made") { FileManager.default.fileExists(atPath: events) }
        try site.sendByTCP(stream)
        try eventually("all fixes are in the store") { try site.fixes() == stream.count }
        #expect(daemon.end(SIGTERM) == 0, "\(daemon.errors)")
        let (first, second) = (try site.scratch.text(piece), try site.scratch.text(events))
        #expect(!first.isEmpty && !second.isEmpty)
        #expect(daemon.errors.contains("the fences have not changed"), "one SIGHUP does both: \(daemon.errors)")
        try eventually("tail has seen it all") { try site.scratch.text(seen) == first + second }
        let stored = try Command(["events", "--store", site.scratch.store])
        #expect(stored.output == first + second)
    }

    @Test(.enabled("logrotate is not installed") { isInstalled(logrotate) }, arguments: ["copytruncate", "create"])
    func logrotateLeavesNoHoleAndNoDouble(mode: String) throws {
        let site = try Site(carrier: "tcp")
        let stream = try site.recording(devices: 10, rounds: 150, seed: 4)
        let daemon = try site.run()
        let configuration = try site.scratch.write(
            "\(site.scratch.events) {\n rotate 9\n \(mode)\n}\n", to: "logrotate.conf")
        let count = stream.count / 4
        for part in 0..<4 {
            try site.sendByTCP(stream[(part * count)..<min((part + 1) * count, stream.count)])
            try eventually("this part is in the store") { try site.fixes() >= (part + 1) * count - 10 }
            let rotation = Process()
            rotation.executableURL = URL(fileURLWithPath: Self.logrotate)
            rotation.arguments = ["--force", "--state", site.scratch.path + "/state", configuration]
            try rotation.run()
            rotation.waitUntilExit()
            #expect(rotation.terminationStatus == 0)
        }
        #expect(daemon.end(SIGTERM) == 0, "\(daemon.errors)")
        let pieces = try (1...4).reversed().map { try site.scratch.text("\(site.scratch.events).\($0)") }
        let told = pieces.joined() + (try site.scratch.text(site.scratch.events))
        let stored = try Command(["events", "--store", site.scratch.store])
        #expect(told == stored.output && stored.lines.count > 20 && !pieces[0].isEmpty)
    }

    /// Rotated while it does not run: nothing is written again.
    @Test func aStartAfterARotationGoesOn() throws {
        let site = try Site(carrier: "tcp")
        let stream = try site.recording(devices: 10, rounds: 100, seed: 5)
        let half = stream.count / 2
        let first = try site.run()
        try site.sendByTCP(stream.prefix(half))
        try eventually("the first half is in the store") { try site.fixes() >= half - 10 }
        #expect(first.end(SIGTERM) == 0)
        let before = try site.scratch.text(site.scratch.events)
        // Away altogether, so that only the mark in the store knows.
        try FileManager.default.removeItem(atPath: site.scratch.events)
        let second = try site.run()
        try site.sendByTCP(stream)
        try eventually("all fixes are in the store") { try site.fixes() == stream.count }
        #expect(second.end(SIGTERM) == 0)
        let stored = try Command(["events", "--store", site.scratch.store])
        let after = try site.scratch.text(site.scratch.events)
        #expect(!before.isEmpty && !after.isEmpty && before + after == stored.output)
    }

    /// What is written to a FIFO or a terminal is gone with its reader: nothing could go on from it.
    @Test func whatIsNoFileIsWrongConfiguration() throws {
        let site = try Site()
        #expect(unsafe mkfifo(site.scratch.events, 0o600) == 0)
        for command in ["check", "run"] {
            let refused = try Command([command, "--config", site.configuration])
            #expect(refused.status == 78 && refused.errors.contains("it is a FIFO or a device"), "\(refused.errors)")
        }
    }

    /// From the moment on at which it says that it runs, as a supervisor may send it then.
    @Test func anEarlyHangupReloads() throws {
        let site = try Site()
        for _ in 0..<3 {
            let daemon = try site.run()
            daemon.signal(SIGHUP)
            try eventually("it has read the fences again") { daemon.errors.contains("the fences have not changed") }
            #expect(daemon.end(SIGTERM) == 0)
        }
    }
}
