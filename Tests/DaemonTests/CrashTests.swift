import Daemon
import Foundation
import Geometry
import Ingest
import Logging
import Platform
import Positioning
import Store
import TestSupport
import Testing

/// What a crash leaves, the files as they stand at that moment, is started from again.
@Suite struct CrashTests {
    private static func pipeline(in folder: String, _ catalogue: FenceCatalogue, shards: Int = 2) throws -> Pipeline {
        var configuration = Configuration()
        configuration.store = folder + "/geofenced.sqlite3"
        configuration.events = folder + "/events.ndjson"
        configuration.sources = []
        var log = Logger(label: "test")
        log.logLevel = .critical
        return try Pipeline(
            Pipeline.Parts(
                catalogue: catalogue, configuration: configuration, registry: Registry(), shardCount: shards), log: log)
    }

    private static func arrivals(_ reports: [Report], of device: String = "van-1") -> [Arrival] {
        reports.map { Arrival(device: device, report: $0, received: nil, source: 0) }
    }

    /// Gives the pipeline reports, copies its files when they are committed, and stops it.
    private static func crash(_ pipeline: Pipeline, in folder: String, after arrivals: [Arrival], to copy: String)
        throws
    {
        let deadline = MonotonicTime.now + .seconds(30)
        pipeline.inlet.send(arrivals)
        func counted() -> Int {
            let statistics = pipeline.statistics
            return statistics.accepted + statistics.rejected.values.reduce(0, +)
        }
        while counted() < arrivals.count, MonotonicTime.now < deadline { pause(for: .milliseconds(2)) }
        try FileManager.default.createDirectory(atPath: copy, withIntermediateDirectories: true)
        for file in ["geofenced.sqlite3", "geofenced.sqlite3-wal", "events.ndjson"]
        where FileManager.default.fileExists(atPath: "\(folder)/\(file)") {
            try FileManager.default.copyItem(atPath: "\(folder)/\(file)", toPath: "\(copy)/\(file)")
        }
        pipeline.stop()
    }

    private static func told(in folder: String) throws -> [String] {
        try String(contentsOfFile: folder + "/events.ndjson", encoding: .utf8).split(separator: "\n").map { line in
            let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            return ["type", "fence", "reason"].compactMap { object?[$0] }.map { "\($0)" }.joined(separator: " ")
        }
    }

    private static func stay(from: Double, to: Double, at east: Double) -> [Report] {
        stride(from: from, to: to, by: 10).map { World.report($0, east) }
    }

    @Test func aFenceThatCameAfterTheCrashIsEnteredAndLeft() throws {
        let scratch = try Scratch()
        let copy = scratch.path + "/after"
        try Self.crash(
            Self.pipeline(in: scratch.path, World.squares(at: [5000])), in: scratch.path,
            after: Self.arrivals(Self.stay(from: 0, to: 300, at: 0)), to: copy)
        let again = try Self.pipeline(in: copy, World.squares(at: [5000, 0]))
        again.inlet.send(
            Self.arrivals(Self.stay(from: 300, to: 600, at: 0) + Self.stay(from: 600, to: 900, at: 600)))
        #expect(again.stop())
        #expect(try Self.told(in: copy) == ["enter f1", "exit f1"])
    }

    @Test func aFenceThatWentAfterTheCrashIsLeft() throws {
        let scratch = try Scratch()
        let copy = scratch.path + "/after"
        try Self.crash(
            Self.pipeline(in: scratch.path, World.squares(at: [0])), in: scratch.path,
            after: Self.arrivals(Self.stay(from: 0, to: 300, at: 0)), to: copy)
        for _ in 0..<2 {
            #expect(try Self.pipeline(in: copy, World.squares(at: [])).stop())
            #expect(try Self.told(in: copy) == ["enter f0", "exit f0 fence_removed"])
        }
    }

    @Test func aFixAheadOfItsTimeIsTakenOnceHoweverOftenItIsGiven() throws {
        let scratch = try Scratch()
        var reports = Self.stay(from: 0, to: 600, at: -600)
        reports.insert(World.report(72_000, 0), at: 30)
        for _ in 0..<3 {
            let replay = try Replay(World.squares(at: [0]), journal: try Journal(path: scratch.store))
            try replay.take(reports, device: "van-1") { _ in }
            try replay.finish { _ in }
            #expect(try StoreReader(path: scratch.store).summary().fixes == reports.count)
        }
    }

    /// Twelve devices with spikes and blocks that come late and out of order, a crash after every few hundred reports.
    @Test(arguments: UInt64(1)...4)
    func whateverCrashesTheEventsAreThoseOfReplay(seed: UInt64) throws {
        let scratch = try Scratch()
        var random = SeededGenerator(seed: seed)
        let catalogue = try World.squares(at: [-400, 0, 420], properties: "\"dwell_s\":60")
        let all = Self.unruly(&random)
        var folder = scratch.path + "/0"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        var rest = all[...]
        var round = 0
        while !rest.isEmpty {
            round += 1
            let part = Array(rest.prefix(Int.random(in: 1...500, using: &random)))
            rest = rest.dropFirst(part.count)
            let next = "\(scratch.path)/\(round)"
            try Self.crash(
                Self.pipeline(in: folder, catalogue, shards: 1 + round % 3), in: folder, after: part, to: next)
            folder = next
        }
        let replay = try Replay(catalogue)
        var expected: [UInt8] = []
        for arrival in all { try replay.take([arrival.report], device: arrival.device) { expected += $0 } }
        let told = try String(contentsOfFile: folder + "/events.ndjson", encoding: .utf8)
        #expect(told == String(decoding: expected, as: UTF8.self), "seed \(seed)")
        #expect(told.contains("\"late\":true"), "seed \(seed)")
    }

    private static func unruly(_ random: inout SeededGenerator) -> [Arrival] {
        var places: [String: Double] = [:]
        var held: [String: [Arrival]] = [:]
        var all: [Arrival] = []
        for step in 0..<300 {
            for device in (0..<12).map({ "dev-\($0)" }) {
                let east = places[device, default: Double.random(in: -900...900, using: &random)]
                places[device] = east > 900 ? -900 : east + Double.random(in: 0...60, using: &random)
                let spike = Int.random(in: 0..<80, using: &random) == 0 ? 9000.0 : 0
                let report = World.report(
                    Double(step * 10), east + spike, Double.random(in: -90...90, using: &random))
                let arrival = Arrival(device: device, report: report, received: nil, source: 0)
                let isHeld = held[device] != nil || Int.random(in: 0..<60, using: &random) == 0
                if step > 20, step < 260, isHeld {
                    held[device, default: []].append(arrival)
                    if Int.random(in: 0..<25, using: &random) == 0 {
                        all += (held.removeValue(forKey: device) ?? []).shuffled(using: &random)
                    }
                } else {
                    all.append(arrival)
                    all += held.removeValue(forKey: device) ?? []
                }
            }
        }
        return all
    }
}
