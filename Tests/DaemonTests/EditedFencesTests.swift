import Daemon
import Geometry
import Ingest
import Logging
import Platform
import Positioning
import Store
import TestSupport
import Testing

/// Fences are edited while devices move, fixes come late and the daemon is started anew: the replay of what is kept, through the
/// fences as they came into force, gives what was told.
@Suite struct EditedFencesTests {
    static func pipeline(_ scratch: Scratch, _ catalogue: FenceCatalogue) throws -> Pipeline {
        var configuration = Configuration()
        configuration.store = scratch.store
        configuration.events = scratch.events
        configuration.sources = []
        var log = Logger(label: "test")
        log.logLevel = .critical
        return try Pipeline(
            Pipeline.Parts(catalogue: catalogue, configuration: configuration, registry: Registry(), shardCount: 2),
            log: log)
    }

    /// As they would arrive: not before their time, most at once.
    private static func arrivals(_ random: inout SeededGenerator) -> [Arrival] {
        var newest = World.start
        return CrashTests.unruly(&random).map { arrival in
            var arrival = arrival
            newest = max(newest, arrival.report.time ?? newest)
            arrival.received = newest.advanced(bySeconds: 0.4)
            return arrival
        }
    }

    private static func findings(_ scratch: Scratch) throws -> [Findings] {
        var verification = Verification(store: scratch.store)
        verification.eventFiles = [scratch.events]
        var all: [Findings] = []
        try verification.run { all.append($0) }
        return all
    }

    @Test(arguments: UInt64(1)...6) func theReplayGivesWhatWasTold(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let scratch = try Scratch()
        var places = ["a": -400.0, "b": 0, "c": 420]
        var catalogue = try FenceCatalogue.load(World.files(places, properties: "\"dwell_s\":60"))
        var rest = Self.arrivals(&random)[...]
        var pipeline = try Self.pipeline(scratch, catalogue)
        var (given, edits) = (0, 0)
        while !rest.isEmpty {
            let part = rest.prefix(Int.random(in: 1...400, using: &random))
            rest = rest.dropFirst(part.count)
            pipeline.inlet.send(Array(part))
            given += part.count
            while pipeline.statistics.accepted + pipeline.statistics.rejected.values.reduce(0, +) < given {
                pause(for: .milliseconds(1))
            }
            guard let now = part.last?.received else { continue }
            if Bool.random(using: &random) {
                let id = ["a", "b", "c", "d"].randomElement(using: &random) ?? "a"
                places[id] = [nil, -400, 0, 30, 420, 450, -5000].randomElement(using: &random) ?? nil
                catalogue = try FenceCatalogue.load(World.files(places, properties: "\"dwell_s\":60"))
                let reloads = pipeline.statistics.reloads
                // Trackers' clocks are behind the machine's, or ahead of it.
                pipeline.adopt(catalogue, since: now.advanced(bySeconds: Double.random(in: -40...40, using: &random)))
                while pipeline.statistics.reloads == reloads { pause(for: .milliseconds(1)) }
                edits += 1
            }
            if Int.random(in: 0..<3, using: &random) == 0 {
                #expect(pipeline.stop())
                pipeline = try Self.pipeline(scratch, catalogue)
                given = 0
            }
        }
        #expect(pipeline.stop())
        for check in try Self.findings(scratch) { #expect(check.count == 0, "seed \(seed), \(edits) edits: \(check)") }
        let summary = try StoreReader(path: scratch.store).summary()
        #expect(edits > 1 && summary.events > 50 && summary.fixes > 3000, "seed \(seed): \(edits) edits, \(summary)")
    }

    /// The arrivals' clock says from when on fences are in force, not the machine's, which may have been set back since.
    @Test func versionsBeginByTheClockThatStampsArrivals() throws {
        let scratch = try Scratch()
        let later = WallClock.now.advanced(bySeconds: 3600)
        var parts = Pipeline.Parts(
            catalogue: try World.squares(at: [0]), configuration: Configuration(), registry: Registry(), shardCount: 1)
        parts.configuration.store = scratch.store
        parts.configuration.events = scratch.events
        parts.clock = ArrivalClock(wall: { later }, monotonic: { MonotonicTime(nanoseconds: 0) })
        var log = Logger(label: "test")
        log.logLevel = .critical
        let pipeline = try Pipeline(parts, log: log)
        pipeline.adopt(try World.squares(at: [500]))
        while pipeline.statistics.reloads == 0 { pause(for: .milliseconds(1)) }
        #expect(pipeline.stop())
        #expect(try Journal(path: scratch.store).fenceVersions().last?.since == later)
    }
}
