import Foundation
import GRDB
import Glibc
import Platform
import Store
import TestSupport
import Testing

/// A disk gives back other bytes than it was given, in the middle of the store.
@Suite struct DamageTests {
    /// Overwrites the pages that a commit of any device's event goes through.
    private static func damage(_ store: String) throws {
        let queue = try DatabaseQueue(path: store)
        try queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)") }
        let pages = try queue.read {
            try Int.fetchAll($0, sql: "SELECT pageno FROM dbstat WHERE name = 'event_by_device'")
        }
        try queue.close()
        let file = try FileHandle(forUpdating: URL(fileURLWithPath: store))
        for page in pages {
            try file.seek(toOffset: UInt64((page - 1) * 4096))
            try file.write(contentsOf: Data(repeating: 0xFF, count: 4096))
        }
        try file.close()
    }

    @Test func endsTheDaemonAndNoneWritesToTheStoreUntilItIsMended() throws {
        let site = try Site()
        let stream = try site.recording(devices: 5, rounds: 60, seed: 3)
        var daemon = try site.run()
        try site.send(stream[..<150])
        try eventually("fixes are kept") { try site.fixes() > 100 }
        #expect(daemon.end(SIGTERM) == 0)
        let backup = site.scratch.path + "/backup.sqlite3"
        #expect(try Command(["backup", backup, "--store", site.scratch.store]).status == 0)
        try Self.damage(site.scratch.store)

        daemon = try site.run()
        try site.send(stream[150...])
        try eventually("it ends") { !daemon.isRunning }
        #expect(daemon.end(SIGKILL) == 74, "\(daemon.errors)")
        let told = daemon.errors.split(separator: "\n").filter { $0.contains("the store is damaged") }
        #expect(told.count == 1, "\(daemon.errors)")
        #expect(told.allSatisfy { $0.contains(site.scratch.store) && $0.contains("verify") && $0.contains("backup") })

        // However often it is started: it ends before it takes anything.
        let before = try Data(contentsOf: URL(fileURLWithPath: site.scratch.store))
        for _ in 0..<2 {
            let again = try Command(["run", "--config", site.configuration])
            #expect(again.status == 74 && again.errors.contains(site.scratch.store + "-damaged"), "\(again.errors)")
        }
        #expect(try Data(contentsOf: URL(fileURLWithPath: site.scratch.store)) == before)
        let verified = try Command(["verify", "--store", site.scratch.store])
        #expect(verified.status == 65 && verified.output.contains("integrity"))

        // As the README says.
        for file in ["", "-wal", "-shm", "-damaged"] {
            try? FileManager.default.removeItem(atPath: site.scratch.store + file)
        }
        try FileManager.default.moveItem(atPath: backup, toPath: site.scratch.store)
        daemon = try site.run()
        try site.send(stream[150...])
        try eventually("it goes on") { try site.fixes() > 200 }
        #expect(daemon.end(SIGTERM) == 0)
    }
}
