import Foundation
import GRDB
import Glibc
import Platform
import Store
import TestSupport
import Testing

/// What ops do with a store, while its daemon runs.
@Suite(.serialized) struct KeepingTests {
    @Test func consumersBackupAndVerifyBesideADaemonThatRuns() throws {
        let site = try Site()
        let datagrams = try site.recording(devices: 20, rounds: 150, seed: 3)
        let daemon = try site.run()
        let store = site.scratch.store
        try site.send(datagrams.prefix(datagrams.count / 2))
        #expect(try Command(["consumers", "add", "attendance", "--store", store]).status == 0)
        try site.send(datagrams.dropFirst(datagrams.count / 2))
        // In the middle of the stream: whatever stands there is right.
        let early = try Command(["verify", "--config", site.configuration])
        #expect(early.status == 0 && early.output.hasPrefix("ok: "), "\(early.output)\(early.errors)")
        let copy = site.scratch.path + "/copy.sqlite3"
        #expect(try Command(["backup", copy, "--store", store]).status == 0)
        try eventually("all fixes are in the store") { try site.fixes() == datagrams.count }
        let last = try StoreReader(path: store).newestSeq()
        #expect(last > 20)
        #expect(try Command(["consumers", "acknowledge", "attendance", "\(last)", "--store", store]).status == 0)
        let list = try Command(["consumers", "--store", store])
        #expect(list.lines.last?.hasPrefix("attendance  \(last)") == true, "\(list.output)")
        let late = try Command(["verify", "--config", site.configuration])
        #expect(late.status == 0, "\(late.output)\(late.errors)")
        #expect(daemon.end(SIGTERM) == 0, "\(daemon.errors)")
        // The copy is a store by itself, as it was.
        let copied = try Command(["verify", "--store", copy, "--config", site.configuration])
        #expect(copied.status == 0, "\(copied.output)\(copied.errors)")
    }

    @Test func verifySaysEachFindingOnALineAnd65() throws {
        let site = try Site()
        let datagrams = try site.recording(devices: 5, rounds: 150, seed: 4)
        let daemon = try site.run()
        try site.send(datagrams)
        try eventually("all fixes are in the store") { try site.fixes() == datagrams.count }
        #expect(daemon.end(SIGTERM) == 0)
        try DatabaseQueue(path: site.scratch.store).write { try $0.execute(sql: "DELETE FROM event WHERE seq = 2") }
        let verified = try Command(["verify", "--config", site.configuration])
        #expect(verified.status == 65, "\(verified.output)")
        #expect(verified.lines.contains("seq: event 2 is not there"), "\(verified.output)")
        #expect(verified.lines.contains { $0.hasPrefix("replay: ") && $0.hasSuffix("is not in the store") })
    }

    @Test func whatIsAskedWronglyIsSaid() throws {
        let scratch = try Scratch()
        _ = try Journal(path: scratch.store)
        let store = scratch.store
        func said(_ arguments: [String], _ status: Int32, _ words: String) throws {
            let command = try Command(arguments)
            #expect(command.status == status && command.errors.contains(words), "\(arguments): \(command.errors)")
            #expect(command.output.isEmpty)
        }
        try said(["consumers", "--store", store], 0, "no consumers are registered")
        try said(["consumers", "remove", "x", "--store", store], 65, "has no consumer \"x\", nor any other")
        try said(["consumers", "add", "a b", "--store", store], 65, "cannot be taken")
        try said(["consumers", "add", "x", "--store", store + "-none"], 66, "there is no store here")
        #expect(try Command(["consumers", "add", "x", "--store", store]).status == 0)
        try said(["consumers", "acknowledge", "x", "1", "--store", store], 65, "beyond the last event, 0")
        try said(["backup", store, "--store", store], 74, "overwrites nothing")
        try said(["verify"], 64, "--store FILE, or --config FILE")
        try said(["verify", "--store", store + "-none"], 66, "there is no store here")
    }
}
