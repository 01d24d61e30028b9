import Foundation
import Glibc
import Platform
import Store
import TestSupport
import Testing

/// Guarantee 7: disks that fill up under a running daemon. By a limit on the size of its files, and on real ones: small
/// file systems in memory, for the store and the event file each its own.
@Suite struct FullDiskTests {
    private static let prlimit = "/usr/bin/prlimit"

    /// - Parameter bytes: of any file; `nil` is without limit.
    private func limitFiles(of daemon: RunningCommand, to bytes: Int?) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: Self.prlimit)
        process.arguments = [
            "--pid", "\(daemon.processIdentifier)", "--fsize=\(bytes.map { "\($0)" } ?? "unlimited"):unlimited",
        ]
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
    }

    private func times(_ words: String, in log: String) -> Int { log.components(separatedBy: words).count - 1 }

    @Test(.enabled("prlimit is not installed") { RotationRunTests.isInstalled(prlimit) })
    func aLimitOnFilesHoldsTheStreamUpAndLosesNothing() throws {
        let site = try Site(carrier: "tcp")
        let stream = try site.recording(devices: 20, rounds: 120, seed: 8)
        let daemon = try site.run()
        try limitFiles(of: daemon, to: 4096)
        try site.sendByTCP(stream)
        try eventually("it says so") { daemon.errors.contains("the store cannot be written") }
        try limitFiles(of: daemon, to: nil)
        try eventually("all fixes are in the store") { try site.fixes() == stream.count }
        #expect(daemon.end(SIGTERM) == 0, "\(daemon.errors)")
        #expect(times("the store cannot be written", in: daemon.errors) == 1, "\(daemon.errors)")
        #expect(daemon.errors.contains("the store can be written again lasted_s="), "\(daemon.errors)")
        #expect(try site.told() == site.replayed())
    }

    @Test(.enabled("prlimit is not installed") { RotationRunTests.isInstalled(prlimit) })
    func aStopWhileTheDiskIsFullEndsWithAClearWord() async throws {
        let site = try Site(carrier: "tcp")
        let stream = try site.recording(devices: 20, rounds: 60, seed: 9)
        let daemon = try site.run()
        try limitFiles(of: daemon, to: 4096)
        try site.sendByTCP(stream)
        try eventually("it says so") { daemon.errors.contains("the store cannot be written") }
        let (code, duration) = await daemon.slowEnd(SIGTERM)
        #expect(code == 74 && duration < .seconds(60), "\(duration): \(daemon.errors)")
        #expect(daemon.errors.contains("nothing of it was acknowledged"), "\(daemon.errors)")
        // What was kept before is as it was, and the daemon goes on from it.
        let again = try site.run()
        try site.sendByTCP(stream)
        try eventually("all fixes are in the store") { try site.fixes() == stream.count }
        #expect(again.end(SIGTERM) == 0)
        #expect(try site.told() == site.replayed())
    }

    @Test(.enabled("mounting takes root") { Mount.isAllowed })
    func fullDisksAreWaitedForEachByItself() throws {
        let site = try Site(carrier: "tcp")
        let stream = try site.recording(devices: 20, rounds: 120, seed: 10)
        let stores = try Mount(at: site.scratch.path + "/stores", kilobytes: 1024)
        let events = try Mount(at: site.scratch.path + "/events", kilobytes: 64)
        let text = try site.scratch.text(site.configuration)
        try text.replacing("store: ", with: "store: stores/").replacing("events: ", with: "events: events/")
            .write(toFile: site.configuration, atomically: false, encoding: .utf8)
        func fixes() throws -> Int { try StoreReader(path: stores.path + "/geofenced.sqlite3").summary().fixes }

        let daemon = try site.run()
        try stores.fill()
        try events.fill()
        try site.sendByTCP(stream)
        try eventually("it says so") { daemon.errors.contains("the store cannot be written") }
        try stores.makeRoom()
        try eventually("all fixes are in the store") { try fixes() == stream.count }
        try eventually("it says so of the other") { daemon.errors.contains("the event file cannot be written") }
        try events.makeRoom()
        let path = events.path + "/events.ndjson"
        let expected = try site.replayed().count
        try eventually("all events are in the file") {
            try site.scratch.text(path).utf8.count { $0 == UInt8(ascii: "\n") } == expected
        }
        #expect(daemon.end(SIGTERM) == 0, "\(daemon.errors)")
        let stored = try Command(["events", "--store", stores.path + "/geofenced.sqlite3"])
        #expect(stored.output == (try site.scratch.text(path)) && stored.lines.count == expected)
        for words in ["the store can", "the event file can"] {
            #expect(times("\(words)not be written", in: daemon.errors) == 1, "\(daemon.errors)")
            #expect(times("\(words) be written again", in: daemon.errors) == 1, "\(daemon.errors)")
        }
    }
}

/// A small file system in memory; gone with its owner.
private final class Mount {
    let path: String

    static let isAllowed: Bool = {
        guard geteuid() == 0, let scratch = try? Scratch() else { return false }
        return (try? Mount(at: scratch.path + "/mount", kilobytes: 64)) != nil
    }()

    init(at path: String, kilobytes: Int) throws {
        self.path = path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        try checked("mount", "cannot mount a file system at \(path)") {
            unsafe "size=\(kilobytes)k".withCString { unsafe mount("tmpfs", path, "tmpfs", 0, $0) }
        }
    }

    deinit { _ = unsafe umount2(path, Int32(MNT_DETACH)) }

    /// To the last byte.
    func fill() throws {
        let file = try Descriptor.open(path + "/ballast", flags: O_WRONLY | O_CREAT, mode: 0o600)
        let block = [UInt8](repeating: 1, count: 4096)
        while unsafe write(file.number, block, block.count) > 0 {}
        #expect(errno == ENOSPC)
    }

    func makeRoom() throws { try FileManager.default.removeItem(atPath: path + "/ballast") }
}
