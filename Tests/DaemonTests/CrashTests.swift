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
            parts.patience.lastStates = states
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

    /// What was withdrawn after the fix that is replayed was still believed possible then: it waited for the next one.
    @Test(arguments: [9000.0, 0.0]) func aDoubtedFixThatIsDecidedAgainIsDoubtedAfterACrashToo(east: Double) throws {
        // Ahead of its time, or too far away; after it comes late what makes the next one decide the past again.
        let doubted = World.report(east == 0 ? 90_000 : 310, east)
        let before = Self.arrivals(
            Self.stay(from: 0, to: 100, at: -600) + Self.stay(from: 160, to: 310, at: -600) + [doubted]
                + Self.stay(from: 100, to: 160, at: -600) + [World.report(380, -600)])
        let after = Self.arrivals(Self.stay(from: 390, to: 1500, at: -600) + [doubted, World.report(90_010, -600)])
        let scratch = try Scratch()
        let (first, crashed) = (scratch.path + "/first", scratch.path + "/crashed")
        try FileManager.default.createDirectory(atPath: first, withIntermediateDirectories: true)
        let catalogue = try World.squares(at: [0])
        try Self.crash(Self.pipeline(in: first, catalogue), in: first, after: before, to: crashed)
        let pipeline = try Self.pipeline(in: crashed, catalogue)
        pipeline.inlet.send(after)
        #expect(pipeline.stop())
        let undisturbed = scratch.path + "/undisturbed"
        try FileManager.default.createDirectory(atPath: undisturbed, withIntermediateDirectories: true)
        let whole = try Self.pipeline(in: undisturbed, catalogue)
        whole.inlet.send(before + after)
        #expect(whole.stop())
        #expect(
            try scratch.text(crashed + "/events.ndjson") == scratch.text(undisturbed + "/events.ndjson"))
        #expect(
            try StoreReader(path: crashed + "/geofenced.sqlite3").summary().fixes
                == StoreReader(path: undisturbed + "/geofenced.sqlite3").summary().fixes)
    }

    /// More of them in `make faults`.
    private static let seeds = ProcessInfo.processInfo.environment["GEOFENCED_CRASHES"].flatMap(UInt64.init) ?? 2

    /// Twelve devices with spikes and blocks that come late and out of order, a crash after every few hundred reports.
    @Test(arguments: 1...seeds)
    func whateverCrashesTheEventsAreThoseOfReplay(seed: UInt64) throws {
        let crashes = try Crashes(seed: seed)
        try crashes.go { folder, next, round, rest in
            let part = rest.take(atMost: 500)
            try Self.crash(
                Self.pipeline(in: folder, crashes.catalogue, shards: 1 + round % 3), in: folder, after: part, to: next)
        }
    }

    /// As above, but batches are small, and with each only some of the devices' states are kept: of most, the store has one that is
    /// newer than what recovery begins with.
    @Test(arguments: 1...seeds)
    func statesThatAreKeptByAndByLoseNothing(seed: UInt64) throws {
        let crashes = try Crashes(seed: seed)
        var newer = 0
        try crashes.go { folder, next, round, rest in
            let pipeline = try Self.pipeline(
                in: folder, crashes.catalogue, shards: 1 + round % 2, states: 1 + round % 4)
            try Self.sendInPieces(rest.take(pieces: 40, atMost: 30), to: pipeline)
            try Self.copy(folder, to: next)
            pipeline.stop()
            newer += try Self.statesNewerThanTheRound(in: next)
            #expect(try Self.statesNewerThanTheRound(in: folder) == 0, "seed \(seed): a stop keeps all")
        }
        #expect(newer > 20, "seed \(seed): rounds were under way")
    }

    /// Fences are edited while a round is under way, and a crash comes soon after: the edit keeps all states, and ends the round.
    @Test(arguments: 1...seeds)
    func anEditWhileARoundIsUnderWayLosesNothing(seed: UInt64) throws {
        let scratch = try Scratch()
        var random = SeededGenerator(seed: seed)
        let old = try FenceCatalogue.load(World.files(["gone": 0, "moved": 20, "far": 5000]))
        let new = try FenceCatalogue.load(World.files(["moved": 600, "came": 0, "far": -5000]))
        let now = WallClock.now
        func wander(from: Double, to: Double) -> [Arrival] {
            stride(from: from, to: to, by: 10).flatMap { time in
                (0..<12).map { device in
                    let east =
                        Double.random(in: 0...30, using: &random) + (sin(time / 80 + Double(device)) > 0 ? 0 : 600)
                    return Arrival(
                        device: "dev-\(device)", report: World.report(time, east, from: now), received: nil, source: 0)
                }
            }
        }
        let (before, after) = (wander(from: -600, to: -5), wander(from: 600, to: 1200))
        let crash = Int.random(in: 0...3, using: &random)

        func reloaded(states: Int?, in folder: String, crashedTo copy: String?) throws -> Int {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            let pipeline = try Self.pipeline(in: folder, old, states: states)
            try Self.sendInPieces(before.pieces(of: 25), to: pipeline)
            let newer = try Self.statesNewerThanTheRound(in: folder)
            pipeline.adopt(new)
            try Self.wait { try Self.told(in: folder).contains("exit gone fence_removed") }
            let first = after.pieces(of: 5).prefix(copy == nil ? .max : crash)
            try Self.sendInPieces(Array(first), to: pipeline, after: before.count)
            if let copy { try Self.copy(folder, to: copy) }
            #expect(pipeline.stop())
            return newer
        }
        _ = try reloaded(states: nil, in: scratch.path + "/undisturbed", crashedTo: nil)
        let crashed = scratch.path + "/crashed"
        let newer = try reloaded(states: 1, in: scratch.path + "/first", crashedTo: crashed)
        #expect(newer > 0, "seed \(seed): a round was under way")
        let pipeline = try Self.pipeline(in: crashed, new, states: 1)
        try Self.sendInPieces(after.pieces(of: 5).dropFirst(crash).map { $0 }, to: pipeline)
        #expect(pipeline.stop())
        #expect(
            try Self.eventsByDevice(in: crashed) == Self.eventsByDevice(in: scratch.path + "/undisturbed"),
            "seed \(seed), crash after piece \(crash)")
    }

    /// Of each device the events' lines without their numbers: what several tell at one edit has no order among them.
    private static func eventsByDevice(in folder: String) throws -> [String: [String]] {
        let lines = try String(contentsOfFile: folder + "/events.ndjson", encoding: .utf8).split(separator: "\n")
        return try Dictionary(grouping: lines.map { String($0.drop { $0 != "," }) }) { line in
            try #require(line.firstMatch(of: /"device":"([^"]*)"/)).1.description
        }
    }

    /// Of how many devices the store has a state that is newer than what recovery begins with: a round is under way.
    private static func statesNewerThanTheRound(in folder: String) throws -> Int {
        try DatabaseQueue(path: folder + "/geofenced.sqlite3").read {
            try Int.fetchOne(
                $0, sql: "SELECT count(*) FROM snapshot WHERE after_fix > (SELECT snapshot_fix FROM recovery)") ?? 0
        }
    }

    /// Each piece is committed before the next comes.
    private static func sendInPieces(_ pieces: [[Arrival]], to pipeline: Pipeline, after sent: Int = 0) throws {
        var sent = sent
        for piece in pieces {
            sent += piece.count
            pipeline.inlet.send(piece)
            try wait { pipeline.statistics.reports >= sent }
        }
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

/// An unruly stream that goes on over crashes, to be the one that nothing happened to.
private struct Crashes {
    let seed: UInt64
    let catalogue: FenceCatalogue
    private let scratch: Scratch
    private var all: [Arrival]
    private var random: SeededGenerator

    init(seed: UInt64) throws {
        self.seed = seed
        random = SeededGenerator(seed: seed)
        scratch = try Scratch()
        catalogue = try World.squares(at: [-400, 0, 420], properties: "\"dwell_s\":60")
        all = CrashTests.unruly(&random)
    }

    /// - Parameter step: sends some of the stream to a pipeline in a folder, and makes the next folder: what a crash left of it.
    func go(_ step: (_ folder: String, _ next: String, _ round: Int, inout Rest) throws -> Void) throws {
        var rest = Rest(arrivals: all[...], random: random)
        var folder = scratch.path + "/0"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        var round = 0
        while !rest.arrivals.isEmpty {
            round += 1
            let next = "\(scratch.path)/\(round)"
            try step(folder, next, round, &rest)
            folder = next
        }
        let replay = try Replay(catalogue)
        var expected: [UInt8] = []
        for arrival in all { try replay.take([arrival.report], device: arrival.device) { expected += $0 } }
        let told = try String(contentsOfFile: folder + "/events.ndjson", encoding: .utf8)
        #expect(told == String(decoding: expected, as: UTF8.self), "seed \(seed)")
        #expect(told.contains("\"late\":true"), "seed \(seed)")
    }

    /// What is still to be sent.
    struct Rest {
        fileprivate var arrivals: ArraySlice<Arrival>
        fileprivate var random: SeededGenerator

        /// Some, one at least where there is one.
        mutating func take(atMost most: Int) -> [Arrival] {
            let part = Array(arrivals.prefix(Int.random(in: 1...most, using: &random)))
            arrivals = arrivals.dropFirst(part.count)
            return part
        }

        mutating func take(pieces: Int, atMost most: Int) -> [[Arrival]] {
            (0..<Int.random(in: 1...pieces, using: &random)).map { _ in take(atMost: most) }.filter { !$0.isEmpty }
        }
    }
}

extension [Arrival] {
    fileprivate func pieces(of count: Int) -> [[Arrival]] {
        stride(from: 0, to: self.count, by: count).map { Array(self[$0..<Swift.min($0 + count, self.count)]) }
    }
}

extension PipelineStatistics {
    /// That were decided.
    fileprivate var reports: Int { accepted + rejected.values.reduce(0, +) }
}
