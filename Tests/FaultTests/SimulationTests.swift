import Daemon
import Foundation
import Geometry
import Glibc
import Ingest
import Logging
import Platform
import Positioning
import Store
import Synchronization
import TestSupport
import Testing

/// The whole pipeline over real SQLite and real files, on a disk that fails at seeded moments: writes, syncs, truncations and
/// reads that fail or do a part only, alone or many in a row; kills in the middle of any write; rotations in between.
///
/// Batches are closed by the test and there is one shard, so a seed gives the same run each time.
@Suite(.serialized) struct SimulationTests {
    private static let streams = Result { try (UInt64(1)...4).map(Stream.init) }

    /// More, or one alone, by the variables GEOFENCED_FAULT_SEEDS and GEOFENCED_SEED, where to begin.
    private static let seeds: Range<UInt64> = {
        func number(_ name: String) -> UInt64? { ProcessInfo.processInfo.environment[name].flatMap(UInt64.init) }
        let first = number("GEOFENCED_SEED") ?? 1
        return first..<first + (number("GEOFENCED_FAULT_SEEDS") ?? 25)
    }()

    /// Under `power` every commit waits for the disk, under `process` none.
    @Test(arguments: [Durability.power, .process]) func commitsWaitAsConfigured(durability: Durability) throws {
        let scratch = try Scratch()
        let disk = try Disk(below: scratch.path)
        let journal = try Journal(path: scratch.store, durability: durability)
        disk.fail(seed: 1)
        defer { disk.mend() }
        for number in 1...20 {
            var batch = JournalBatch()
            batch.fixes = [
                JournalBatch.Entry(
                    device: "van-1",
                    fix: Fix(
                        time: World.start.advanced(bySeconds: Double(number)), coordinate: World.origin,
                        measurements: Measurements()), received: nil)
            ]
            _ = try journal.commit(batch)
            #expect(disk.syncs >= number || durability == .process)
        }
        #expect(disk.syncs == 0 || durability == .power)
    }

    /// What ops see of it, while it lasts and after.
    @Test func troubleIsInTheStatistics() throws {
        let scratch = try Scratch()
        let disk = try Disk(below: scratch.path)
        var configuration = Configuration()
        configuration.store = scratch.store
        configuration.events = scratch.events
        configuration.sources = []
        var log = Logger(label: "test")
        log.logLevel = .critical
        var parts = Pipeline.Parts(
            catalogue: try World.squares(at: [0]), configuration: configuration, registry: Registry(), shardCount: 2)
        parts.patience.retry = .milliseconds(1)
        let pipeline = try Pipeline(parts, log: log)
        #expect(pipeline.statistics.lastProblem == nil)
        disk.fail(seed: 1, writes: 1000)
        pipeline.inlet.send([Arrival(device: "van-1", report: World.report(0, 0), received: nil, source: 0)])
        while pipeline.statistics.problems["store"] == nil { pause(for: .milliseconds(1)) }
        #expect(pipeline.statistics.lastProblem?.until == nil)
        #expect(pipeline.statistics.lastProblem?.text.contains("the store cannot be written") == true)
        disk.mend()
        while pipeline.statistics.accepted == 0 { pause(for: .milliseconds(1)) }
        #expect(pipeline.stop())
        let statistics = pipeline.statistics
        let problem = try #require(statistics.lastProblem)
        #expect(statistics.problems.isEmpty && problem.until.map { $0 >= problem.since } == true)
        #expect(statistics.commitSeconds.count == 1 && statistics.commitSeconds.sum_s > 0)
        #expect(statistics.inletDepth == 0 && statistics.inletCapacity > 0)
    }

    @Test func theRunIsTheUndisturbedOne() throws {
        let streams = try Self.streams.get()
        for stream in streams {
            #expect(stream.events.contains("\"retracts\"") && stream.events.contains("\"late\":true"))
            #expect(stream.events.contains(#""rule":"silence""#))
        }
        var (failed, kills, deleted) = (0, 0, 0)
        for seed in Self.seeds {
            let run = try Run(stream: streams[Int(seed % 4)], seed: seed)
            do { try run.run() } catch {
                Issue.record("seed \(seed): \(error)")
                return
            }
            failed += run.failed
            kills += run.kills
            let kept = try run.stored().split(separator: "\n")
            let told = run.stream.events.split(separator: "\n")
            deleted += told.count - kept.count
            let findings = try run.findings()
            guard run.told == run.stream.events, told.filter(Set(kept).contains) == kept, !run.isLost, findings == []
            else {
                Issue.record(
                    "seed \(seed): \(run.kills) kills, \(run.failed) failures; acknowledged and lost: \(run.isLost)\n\(run.difference)\n\(findings)"
                )
                return
            }
        }
        print("\(Self.seeds.count) seeds: \(failed) calls failed, \(kills) kills, retention took \(deleted) events")
        #expect(deleted > 0)
        #expect(failed >= Self.seeds.count && kills >= Self.seeds.count / 4, "the disk did fail")
    }
}

/// One run of a stream over a failing disk.
private final class Run {
    let stream: Stream
    private let seed: UInt64
    private var random: SeededGenerator
    private let scratch: Scratch
    private let disk: Disk
    private var configuration = Configuration()
    /// Five minutes pass from one look at it to the next, so that retention comes round.
    private let clock: ArrivalClock
    private var pieces: [String] = []
    private(set) var kills = 0
    private(set) var failed = 0
    /// Whether something that was acknowledged was not in the store later.
    private(set) var isLost = false

    init(stream: Stream, seed: UInt64) throws {
        self.stream = stream
        self.seed = seed
        random = SeededGenerator(seed: seed)
        scratch = try Scratch()
        disk = try Disk(below: scratch.path)
        configuration.store = scratch.store
        configuration.events = scratch.events
        configuration.sources = []
        configuration.anomalies = Stream.rules
        configuration.keep.fixes_days = 4
        configuration.keep.events_days = 4
        let looks = Atomic<Int64>(0)
        clock = ArrivalClock(
            wall: {
                let number = looks.wrappingAdd(1, ordering: .relaxed).newValue
                return World.start.advanced(bySeconds: 3600 + 300 * Double(number))
            }, monotonic: { MonotonicTime(nanoseconds: 0) })
        configuration.durability = Bool.random(using: &random) ? .power : .process
    }

    /// Gives the pipeline the stream; what was not acknowledged when it was killed is sent again, and some of what was.
    func run() throws {
        var acknowledged = 0
        var isCalm = false
        while acknowledged < stream.arrivals.count || !isCalm {
            let isEdited = try isEdited()
            isCalm = kills > 6 || Int.random(in: 0..<4, using: &random) == 0
            if !isCalm {
                disk.fail(
                    seed: random.next(), writes: [2, 20, 100].randomElement(using: &random) ?? 2,
                    reads: [0, 2, 10].randomElement(using: &random) ?? 0,
                    writesUntilKill: [0, UInt32.random(in: 1...400, using: &random)].randomElement(using: &random) ?? 0)
            }
            let pipeline = try start(isEdited: isEdited)
            let again = max(0, acknowledged - Int.random(in: 0...30, using: &random))
            acknowledged = max(acknowledged, again + send(stream.arrivals[again...], to: pipeline, isEdited: isEdited))
            if disk.isKilled { kills += 1 } else { failed += disk.mend() }
            let isWhole = pipeline.stop()
            if disk.isKilled { failed += disk.mend() }
            if isCalm, !isWhole { isLost = true }
            if try fixes() < accepted(of: acknowledged) { isLost = true }
        }
    }

    /// Starts it as a supervisor does: again, as long as it ends at once.
    private func start(isEdited: Bool) throws -> Pipeline {
        var log = Logger(label: "test")
        log.logLevel = .critical
        var parts = Pipeline.Parts(
            catalogue: isEdited ? stream.edit?.catalogue ?? stream.catalogue : stream.catalogue,
            configuration: configuration, registry: Registry(), shardCount: 1)
        parts.clock = clock
        parts.fileCalls = Disk.calls
        parts.patience.batch = .zero
        parts.patience.retry = .microseconds(10)
        parts.patience.stop = .zero
        while true {
            do { return try Pipeline(parts, log: log) } catch {
                if disk.isKilled { kills += 1 }
                if disk.isKilled || Int.random(in: 0..<10, using: &random) == 0 { failed += disk.mend() }
            }
        }
    }

    /// Whether the store has the edited fences.
    private func isEdited() throws -> Bool {
        guard let edit = stream.edit, unsafe access(scratch.store, F_OK) == 0 else { return false }
        do {
            return try StoreReader(path: scratch.store).atOneMoment { moment in
                try moment.fences().last?.files == edit.catalogue.files
            }
        } catch StoreError.notAStore, StoreError.asleep, StoreError.older { return false }
    }

    /// - Returns: how many of them were acknowledged.
    private func send(_ arrivals: ArraySlice<Arrival>, to pipeline: Pipeline, isEdited: Bool) -> Int {
        var (sent, isEdited) = (0, isEdited)
        func wait(until condition: () -> Bool) { while !condition(), !disk.isKilled { pause(for: .microseconds(50)) } }
        while sent < arrivals.count {
            var chunk = arrivals.dropFirst(sent).prefix(Int.random(in: 1...60, using: &random))
            if let edit = stream.edit, !isEdited {
                if chunk.startIndex == edit.place {
                    pipeline.adopt(edit.catalogue, since: edit.since)
                    wait { pipeline.statistics.reloads > 0 }
                    if disk.isKilled { break }
                    isEdited = true
                } else if chunk.indices.contains(edit.place) {
                    chunk = chunk[..<edit.place]
                }
            }
            pipeline.inlet.send(Array(chunk))
            sent += chunk.count
            wait { pipeline.statistics.decided >= sent }
            if disk.isKilled { break }
            rotate()
        }
        return min(pipeline.statistics.decided, sent)
    }

    /// At times: renamed away, as logrotate does.
    private func rotate() {
        guard Int.random(in: 0..<6, using: &random) == 0 else { return }
        let piece = "\(scratch.events)-\(1000 + pieces.count)"
        if unsafe rename(scratch.events, piece) == 0 { pieces.append(piece) }
    }

    /// Those that retention does not take.
    private func accepted(of count: Int) -> Int {
        stream.arrivals.prefix(count).count {
            $0.report.rejection == nil && $0.report.time ?? World.start >= World.start
        } / 2
    }

    private func fixes() throws -> Int { try StoreReader(path: scratch.store).summary().fixes }

    /// What the event file and its pieces say together, whole lines only.
    var told: String {
        (pieces + [scratch.events]).map { path in
            let text = (try? scratch.text(path)) ?? ""
            return text.lastIndex(of: "\n").map { String(text[...$0]) } ?? ""
        }.joined()
    }

    /// What `geofenced verify` finds.
    func findings() throws -> [String] {
        var verification = Verification(store: scratch.store)
        verification.rules = Stream.rules
        verification.eventFiles = pieces + [scratch.events]
        var lines: [String] = []
        try verification.run { check in lines += check.lines.map { "\(check.check): \($0)" } + check.notes }
        return lines
    }

    func stored() throws -> String {
        var text = ""
        _ = try StoreReader(path: scratch.store).events(matching: .init(), limit: 1_000_000) { text += $0.json + "\n" }
        return text
    }

    /// The first lines that differ.
    var difference: String {
        let expected = stream.events.split(separator: "\n")
        let stored = ((try? stored()) ?? "").split(separator: "\n")
        let told = told.split(separator: "\n")
        let same = zip(expected, zip(told, stored)).prefix { $0 == $1.0 && $0 == $1.1 }
        let place = same.count
        func line(_ lines: [Substring]) -> Substring { place < lines.count ? lines[place] : "nothing" }
        return """
            line \(place + 1) of \(expected.count), stored \(stored.count), told \(told.count)
            expected \(line(expected))
            stored   \(line(stored))
            told     \(line(told))
            """
    }
}
