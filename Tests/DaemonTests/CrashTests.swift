import Daemon
import Foundation
import class GRDB.DatabaseQueue
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
    /// - Parameter states: that are kept with a batch; then rounds follow each other.
    private static func pipeline(
        in folder: String, _ catalogue: FenceCatalogue, shards: Int = 2, states: Int? = nil
    ) throws -> Pipeline {
        var configuration = Configuration()
        configuration.store = folder + "/geofenced.sqlite3"
        configuration.events = folder + "/events.ndjson"
        configuration.sources = []
        var log = Logger(label: "test")
        log.logLevel = .critical
        var parts = Pipeline.Parts(
            catalogue: catalogue, configuration: configuration, registry: Registry(), shardCount: shards)
        if let states {
            parts.patience.batch = .zero
            parts.patience.round = .zero
            parts.patience.states = states
        }
        return try Pipeline(parts, log: log)
    }

    private static func arrivals(_ reports: [Report], of device: String = "van-1") -> [Arrival] {
        reports.map { Arrival(device: device, report: $0, received: nil, source: 0) }
    }

    private static func wait(until condition: () throws -> Bool) throws {
        let deadline = MonotonicTime.now + .seconds(120)
        while try !condition(), MonotonicTime.now < deadline { pause(for: .milliseconds(2)) }
    }

    /// Returns when they are committed.
    private static func send(_ arrivals: [Arrival], to pipeline: Pipeline) throws {
        pipeline.inlet.send(arrivals)
        try wait {
            pipeline.statistics.reports >= arrivals.count
        }
    }

    private static func copy(_ folder: String, to copy: String) throws {
        try FileManager.default.createDirectory(atPath: copy, withIntermediateDirectories: true)
        for file in ["geofenced.sqlite3", "geofenced.sqlite3-wal", "events.ndjson"]
        where FileManager.default.fileExists(atPath: "\(folder)/\(file)") {
            try FileManager.default.copyItem(atPath: "\(folder)/\(file)", toPath: "\(copy)/\(file)")
        }
    }

    /// Gives the pipeline reports, copies its files when they are committed, and stops it.
    private static func crash(_ pipeline: Pipeline, in folder: String, after arrivals: [Arrival], to copy: String)
        throws
    {
        try send(arrivals, to: pipeline)
        try self.copy(folder, to: copy)
        pipeline.stop()
    }

    private static func told(in folder: String) throws -> [String] {
        try String(contentsOfFile: folder + "/events.ndjson", encoding: .utf8).split(separator: "\n").map { line in
            let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            return ["type", "fence", "reason"].compactMap { object?[$0] }.map { "\($0)" }.joined(separator: " ")
        }
    }

    private static func stay(
        from: Double, to: Double, at east: Double, since start: Timestamp = World.start
    ) -> [Report] {
        stride(from: from, to: to, by: 10).map { World.report($0, east, from: start) }
    }

    /// Fences are edited: one goes, one comes, one moves away. However that meets a crash, the events are those of a
    /// reload in an undisturbed run.
    @Test(arguments: [true, false]) func anEditOverACrashIsAReload(isAdoptedBefore: Bool) throws {
        let old = try FenceCatalogue.load(World.files(["gone": 0, "moved": 20, "far": 5000]))
        let new = try FenceCatalogue.load(World.files(["moved": 5000, "came": 0, "far": -5000]))
        let now = WallClock.now
        // Until the edit, and after it; in the middle comes late what is of the time before it.
        let before = Self.arrivals(Self.stay(from: -300, to: -5, at: 0, since: now))
        let after = Self.arrivals(
            Self.stay(from: 600, to: 900, at: 0, since: now)
                + Self.stay(from: -295, to: -10, at: 3, since: now).shuffled()
                + Self.stay(from: 900, to: 1200, at: 600, since: now))

        func reloaded(to copy: String?, in folder: String) throws {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            let pipeline = try Self.pipeline(in: folder, old)
            try Self.send(before, to: pipeline)
            pipeline.adopt(new)
            try Self.wait { try Self.told(in: folder).contains("exit gone fence_removed") }
            if let copy { try Self.copy(folder, to: copy) } else { pipeline.inlet.send(after) }
            #expect(pipeline.stop())
        }
        let scratch = try Scratch()
        try reloaded(to: nil, in: scratch.path + "/undisturbed")
        let crashed = scratch.path + "/crashed"
        if isAdoptedBefore {
            try reloaded(to: crashed, in: scratch.path + "/first")
        } else {
            try FileManager.default.createDirectory(
                atPath: scratch.path + "/first", withIntermediateDirectories: true)
            try Self.crash(
                Self.pipeline(in: scratch.path + "/first", old), in: scratch.path + "/first", after: before, to: crashed
            )
        }
        for part in [[], after, []] {
            let pipeline = try Self.pipeline(in: crashed, new, shards: 1)
            pipeline.inlet.send(part)
            #expect(pipeline.stop())
        }
        let expected = try scratch.text(scratch.path + "/undisturbed/events.ndjson")
        #expect(try scratch.text(crashed + "/events.ndjson") == expected)
        #expect(
            try Self.told(in: crashed).filter { $0 != "anomaly" } == [
                "enter gone", "enter moved", "exit gone fence_removed", "enter came", "exit moved", "exit came",
            ], "\(expected)")
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

    /// More of them in `make faults`.
    private static let seeds = ProcessInfo.processInfo.environment["GEOFENCED_CRASHES"].flatMap(UInt64.init) ?? 2

    /// Twelve devices with spikes and blocks that come late and out of order, a crash after every few hundred reports.
    @Test(arguments: 1...seeds)
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

    /// As above, but batches are small, and with each only some of the devices' states are kept: of most, the store has one that is
    /// newer than what recovery begins with.
    @Test(arguments: 1...seeds)
    func statesThatAreKeptByAndByLoseNothing(seed: UInt64) throws {
        let scratch = try Scratch()
        var random = SeededGenerator(seed: seed)
        let catalogue = try World.squares(at: [-400, 0, 420], properties: "\"dwell_s\":60")
        let all = Self.unruly(&random)
        var folder = scratch.path + "/0"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        var rest = all[...]
        var (round, newer) = (0, 0)
        while !rest.isEmpty {
            round += 1
            let pipeline = try Self.pipeline(in: folder, catalogue, shards: 1 + round % 2, states: 1 + round % 4)
            var sent = 0
            for _ in 0..<Int.random(in: 1...40, using: &random) where !rest.isEmpty {
                let part = Array(rest.prefix(Int.random(in: 1...30, using: &random)))
                rest = rest.dropFirst(part.count)
                sent += part.count
                pipeline.inlet.send(part)
                try Self.wait { pipeline.statistics.reports >= sent }
            }
            let next = "\(scratch.path)/\(round)"
            try Self.copy(folder, to: next)
            pipeline.stop()
            newer += try DatabaseQueue(path: next + "/geofenced.sqlite3").read {
                try Int.fetchOne(
                    $0, sql: "SELECT count(*) FROM snapshot WHERE after_fix > (SELECT snapshot_fix FROM recovery)") ?? 0
            }
            folder = next
        }
        let replay = try Replay(catalogue)
        var expected: [UInt8] = []
        for arrival in all { try replay.take([arrival.report], device: arrival.device) { expected += $0 } }
        let told = try String(contentsOfFile: folder + "/events.ndjson", encoding: .utf8)
        #expect(told == String(decoding: expected, as: UTF8.self), "seed \(seed)")
        #expect(newer > 20, "seed \(seed): rounds were under way")
    }

    static func unruly(_ random: inout SeededGenerator) -> [Arrival] {
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

extension PipelineStatistics {
    /// That were decided.
    fileprivate var reports: Int { accepted + rejected.values.reduce(0, +) }
}
