import Foundation
import GRDB
import Glibc
import Platform
import Store
import TestSupport
import Testing

/// The daemon as ops run it: a configuration file, a real socket, signals, and the store read from outside.
@Suite(.serialized) struct DaemonRunTests {
    @Test func whatRunTellsIsWhatReplayTells() throws {
        let site = try Site()
        let datagrams = try site.recording(devices: 20, rounds: 150, seed: 1)
        let daemon = try site.run()
        try site.send(datagrams)
        try eventually("all fixes are in the store") { try site.fixes() == datagrams.count }
        // Read from outside while it runs, with the contract's columns.
        let rows = try DatabaseQueue(path: site.scratch.store).read {
            try Row.fetchAll($0, sql: "select type, device, fence from event")
        }
        #expect(rows.count > 20)
        let begin = MonotonicTime.now
        #expect(daemon.end(SIGTERM) == 0, "\(daemon.errors)")
        #expect(MonotonicTime.now - begin < .seconds(60))
        let expected = try site.replayed()
        #expect(try site.told() == expected && expected.count > 20)
        let printed = try Command(["events", "--store", site.scratch.store])
        #expect(printed.output == (try site.scratch.text(site.scratch.events)), "the store's bytes are the file's")
        #expect(!daemon.errors.contains("lat"), "no coordinates in the log")
    }

    /// Killed without a warning in the middle of a stream, several times; the sender begins again from the start, as one
    /// without acknowledgements must.
    @Test(arguments: [UInt64(1), 2]) func killedAtAnyInstantNothingIsLostOrToldTwice(seed: UInt64) throws {
        let site = try Site()
        let datagrams = try site.recording(devices: 20, rounds: 100, seed: Int(seed))
        var random = SeededGenerator(seed: seed)
        for _ in 0..<4 {
            let daemon = try site.run()
            try site.send(datagrams.prefix(Int.random(in: 1...datagrams.count, using: &random)))
            pause(for: .milliseconds(Int.random(in: 0...150, using: &random)))
            #expect(daemon.end(SIGKILL) == SIGKILL)
        }
        let daemon = try site.run()
        try site.send(datagrams)
        try eventually("all fixes are in the store, seed \(seed)") { try site.fixes() == datagrams.count }
        #expect(daemon.end(SIGTERM) == 0)
        let expected = try site.replayed()
        #expect(try site.told() == expected && !expected.isEmpty, "seed \(seed)")
    }

    @Test func aSecondInstanceIsRefusedWithAClearLine() throws {
        let site = try Site()
        let daemon = try site.run()
        let second = try Command(["run", "--config", site.configuration])
        #expect(
            second.status == 69 && second.errors.contains("another geofenced is writing to this store"),
            "\(second.errors)")
        #expect(daemon.end(SIGINT) == 0)
    }

    @Test func aPortInUseIsUnavailable() throws {
        let site = try Site()
        let other = try Site()
        try other.scratch.write(
            "store: s\nevents: e\nfences: fences\nmetrics: none\nsources: [{udp: \"127.0.0.1:\(site.port)\"}]\n",
            to: "geofenced.yaml")
        let daemon = try site.run()
        let second = try Command(["run", "--config", other.configuration])
        #expect(
            second.status == 69 && second.errors.contains("cannot listen on udp 127.0.0.1:\(site.port)"),
            "\(second.errors)")
        #expect(daemon.end(SIGTERM) == 0)
    }

    @Test func eventsFollowADaemonThatRuns() throws {
        let site = try Site()
        let datagrams = try site.recording(devices: 5, rounds: 150, seed: 4)
        let daemon = try site.run()
        let output = site.scratch.path + "/followed"
        try Data().write(to: URL(fileURLWithPath: output))
        let follower = Process()
        follower.executableURL = URL(fileURLWithPath: Command.path)
        follower.arguments = ["events", "--store", site.scratch.store, "--follow"]
        follower.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: output))
        try follower.run()
        defer {
            kill(follower.processIdentifier, SIGKILL)
            follower.waitUntilExit()
        }
        try site.send(datagrams)
        try eventually("all fixes are in the store") { try site.fixes() == datagrams.count }
        #expect(daemon.end(SIGTERM) == 0)
        let told = try site.scratch.text(site.scratch.events)
        #expect(!told.isEmpty)
        try eventually("the follower has it all") { try site.scratch.text(output) == told }
    }

    @Test func aTrackIsPrintedInEachFormat() throws {
        let site = try Site()
        _ = try site.recording(devices: 2, rounds: 30, seed: 5)
        let replay = try Command([
            "replay", "--fences", site.scratch.path + "/fences", "--store", site.scratch.store,
            site.scratch.path + "/stream.nmea",
        ])
        #expect(replay.status == 0, "\(replay.errors)")
        let track = ["track", "--store", site.scratch.store, "--device", "sim-1"]
        let csv = try Command(track + ["--format", "csv"])
        #expect(csv.lines.count == 31)
        let gpx = try Command(track + ["--format", "gpx"])
        #expect(gpx.output.split(separator: "<trkpt ").count == 31 && gpx.output.hasSuffix("</gpx>\n"))
        let geojson = try Command(track)
        let object = try JSONSerialization.jsonObject(with: Data(geojson.output.utf8)) as? [String: Any]
        let geometry = object?["geometry"] as? [String: Any]
        #expect((geometry?["coordinates"] as? [Any])?.count == 30 && geometry?["type"] as? String == "LineString")
        let later = try Command(
            track + ["--format", "csv", "--from", "2026-03-02T01:01:00Z", "--to", "2026-03-02T01:02:00Z"])
        #expect((2..<31).contains(later.lines.count))
        #expect(try Command(["track", "--store", site.scratch.store, "--device", "nobody"]).status == 66)
    }
}
