import Foundation
import GRDB
import Glibc
import Platform
import Positioning
import Store
import TestSupport
import Testing

/// Guarantees 1, 2, 3 and 5: kill -9 at random instants of a stream of 100 devices over TCP, blocks of it late, the sender
/// beginning again a little before what the store has. `make faults` kills 200 times; `GEOFENCED_KILLS` and
/// `GEOFENCED_SEED` say how often and how.
@Suite struct KillTests {
    private static let environment = ProcessInfo.processInfo.environment
    private static let kills = environment["GEOFENCED_KILLS"].flatMap(Int.init) ?? 6
    /// How far before the first report that was not kept the sender begins: so far that the decoder knows each device's cycle
    /// again before anything new comes, also of one that says nothing for 8 rounds of those, for then it holds nothing back, and
    /// events are numbered as if nothing had happened.
    private static let overlap = 2000
    private static let seed = environment["GEOFENCED_SEED"].flatMap(UInt64.init) ?? 1

    @Test func whatWasKilledTellsWhatAnUndisturbedRunTells() throws {
        let site = try Site(carrier: "tcp")
        var random = SeededGenerator(seed: Self.seed)
        let stream = Self.delayed(try site.recording(devices: 100, rounds: 120, seed: Int(Self.seed)), &random)
        try Data(stream.joined()).write(to: URL(fileURLWithPath: site.scratch.path + "/stream.nmea"))
        let expected = try site.replayed()
        #expect(expected.contains { $0.contains("\"late\":true") } && expected.count > 200, "seed \(Self.seed)")

        let names = try stream.map(Self.name)
        var unkept = stream[...]
        for kill in 0..<Self.kills {
            let daemon = try site.run()
            // So that the last kill falls near the end of the stream.
            let length = min(unkept.count, 2 * unkept.count / (Self.kills - kill + 1))
            let start = max(0, unkept.startIndex - Int.random(in: 0...60, using: &random) - Self.overlap)
            try site.sendByTCP(stream[start..<unkept.startIndex + length])
            pause(for: .milliseconds(Int.random(in: 0...250, using: &random)))
            // The end is killed too: that is where the last snapshot is taken.
            if kill % 4 == 3 {
                daemon.signal(SIGTERM)
                pause(for: .milliseconds(Int.random(in: 0...40, using: &random)))
            }
            _ = daemon.end(SIGKILL)
            let now = stream[try Self.firstUnkept(of: names, site)...]
            #expect(now.count <= unkept.count, "what was committed stays, seed \(Self.seed), kill \(kill)")
            unkept = now
        }
        let daemon = try site.run()
        try site.sendByTCP(stream[max(0, unkept.startIndex - Self.overlap)...])
        try eventually("all fixes are in the store, seed \(Self.seed)") { try site.fixes() == stream.count }
        #expect(daemon.end(SIGTERM) == 0)
        let told = try site.told()
        let difference = zip(told, expected).first { $0 != $1 }
        #expect(
            told == expected,
            "seed \(Self.seed), \(Self.kills) kills: \(told.count) of \(expected.count), first \(String(describing: difference))"
        )
        let printed = try Command(["events", "--store", site.scratch.store])
        #expect(printed.output == (try site.scratch.text(site.scratch.events)), "the store's bytes are the file's")
        let verified = try Command(["verify", "--store", site.scratch.store, "--events", site.scratch.events])
        #expect(verified.status == 0, "seed \(Self.seed): \(verified.output)")
    }

    /// However short its lives are, none leaves more to be replayed than came in it.
    @Test func crashesInARowLeaveNoMoreToReplay() throws {
        let site = try Site(carrier: "tcp")
        let stream = try site.recording(devices: 20, rounds: 100, seed: 1)
        for part in 1...10 {
            let before = part == 1 ? 0 : try site.fixes()
            let daemon = try site.run()
            try site.sendByTCP(stream[..<(stream.count * part / 10)])
            try eventually("fixes of part \(part) are kept") { try site.fixes() >= before + 100 }
            _ = daemon.end(SIGKILL)
            let replayed = try DatabaseQueue(path: site.scratch.store).read {
                try Int.fetchOne(
                    $0, sql: "SELECT ifnull(sum(fixes), 0) FROM fix_page WHERE id > (SELECT snapshot_fix FROM recovery)"
                )
            }
            #expect(try #require(replayed) <= (try site.fixes()) - before, "part \(part)")
        }
    }

    /// Where a sender must begin again: at its first report that the store lacks. The decoder may have held one back, as the
    /// sentences of its epoch might not have been complete, while others that came later were kept.
    private static func firstUnkept(of names: [String], _ site: Site) throws -> Int {
        let devices = try DatabaseQueue(path: site.scratch.store).read {
            try String.fetchAll($0, sql: "SELECT id FROM device")
        }
        let reader = try StoreReader(path: site.scratch.store)
        var kept: Set<String> = []
        for device in devices {
            _ = try reader.track(device: device, from: nil, to: nil) { fix in
                let second = fix.time.microseconds / 1_000_000 % 86_400
                let time = [second / 3600, second / 60 % 60, second % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }
                kept.insert("\(device) \(time.joined())")
            }
        }
        return names.firstIndex { !kept.contains($0) } ?? names.count
    }

    /// - Returns: device and time of day of a report, which are of one fix only.
    private static func name(of report: [UInt8]) throws -> String {
        // \s:sim-1*22\$GNRMC,010310.0,A,…
        let words = String(decoding: report, as: UTF8.self).split(whereSeparator: { ":*,.".contains($0) })
        return "\(try #require(words.dropFirst().first)) \(words[3])"
    }

    /// Some devices are out of reach for a while: their reports of 8 rounds come together, 20 rounds later.
    private static func delayed(_ stream: [[UInt8]], _ random: inout SeededGenerator) -> [[UInt8]] {
        let devices = 100
        var rounds = stride(from: 0, to: stream.count, by: devices).map {
            Array(stream[$0..<min($0 + devices, stream.count)])
        }
        for _ in 0..<60 {
            let device = Int.random(in: 0..<devices, using: &random)
            let first = Int.random(in: 1...60, using: &random)
            for round in first..<first + 8 where rounds[round].count > device {
                rounds[first + 20].append(rounds[round][device])
                rounds[round][device] = []
            }
        }
        return rounds.flatMap { $0 }.filter { !$0.isEmpty }
    }
}
