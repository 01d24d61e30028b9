import Daemon
import Foundation
import Ingest
import Logging
import Platform
import Positioning
import Synchronization
import TestSupport
import Testing

@Suite struct LogThrottleTests {
    private func at(_ seconds: Double) -> MonotonicTime { MonotonicTime(nanoseconds: 1) + .seconds(seconds) }

    @Test func aBurstIsAFewLinesAndACount() {
        var throttle = LogThrottle()
        let told = (0..<1000).filter {
            throttle.admit("warning shard \($0) is 2\($0) s late", at: at(Double($0) / 100))
        }
        #expect(told == Array(0..<Limits.logBurst), "numbers tell no kinds apart")
        let isAnotherTold = throttle.admit("warning another", at: at(10))
        #expect(isAnotherTold)
        let early = throttle.summaries(at: at(Limits.logInterval_s - 1))
        #expect(early.isEmpty)
        let summaries = throttle.summaries(at: at(Limits.logInterval_s))
        #expect(summaries.map(\.message) == ["warning shard 999 is 2999 s late"])
        #expect(summaries.map(\.count) == [1000 - Limits.logBurst])
        let isToldAgain = throttle.admit("warning shard 5 is 1 s late", at: at(Limits.logInterval_s))
        #expect(isToldAgain)
    }

    /// Whatever comes when: each message is told or counted, once.
    @Test(arguments: [UInt64(1), 2, 3]) func nothingIsLost(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var throttle = LogThrottle()
        var (told, time) = (0, 0.0)
        for _ in 0..<5000 {
            time += Double.random(in: 0...0.1, using: &random)
            if throttle.admit("kind \(["a", "b", "c"].randomElement(using: &random) ?? "")", at: at(time)) { told += 1 }
            if Int.random(in: 0..<50, using: &random) == 0 {
                told += throttle.summaries(at: at(time)).reduce(0) { $0 + $1.count }
            }
        }
        let held = throttle.summaries(at: nil).reduce(0) { $0 + $1.count }
        #expect(told + held == 5000, "seed \(seed)")
    }

    @Test func endlesslyManyKindsStayBounded() {
        var throttle = LogThrottle()
        func word(_ number: Int) -> String { String(decoding: "\(number)".utf8.map { $0 + 49 }, as: UTF8.self) }
        let told = (0..<100_000).count { throttle.admit(word($0), at: at(0)) }
        #expect((Limits.logKinds...Limits.logKinds + Limits.logBurst).contains(told))
        let held = throttle.summaries(at: nil).reduce(0) { $0 + $1.count }
        #expect(held == 100_000 - told)
    }
}

@Suite struct WatchdogTests {
    /// The keeper hangs, as on a disk that answers no more: the pipeline's rounds stand still, and it is not live. When it goes
    /// on, they do.
    @Test func aHangingPipelineStandsStill() throws {
        let scratch = try Scratch()
        var log = Logger(label: "test")
        log.logLevel = .critical
        var configuration = Configuration()
        configuration.store = scratch.store
        configuration.events = scratch.events
        let gate = Mutex(true)
        let hasHung = Atomic<Bool>(false)
        let pipeline = try Pipeline(
            Pipeline.Parts(
                catalogue: try World.squares(at: [0]), configuration: configuration, registry: Registry(),
                shardCount: 2,
                follower: { _, _ in
                    hasHung.store(true, ordering: .sequentiallyConsistent)
                    while gate.withLock({ $0 }) { pause(for: .milliseconds(5)) }
                }), log: log)
        let rounds = pipeline.rounds
        #expect(waits { pipeline.rounds > rounds }, "it goes round without a fix")
        pipeline.inlet.send(
            (0..<20).map {
                Arrival(device: "van-1", report: World.report(Double($0 * 10), 0), received: nil, source: 0)
            })
        #expect(waits { hasHung.load(ordering: .sequentiallyConsistent) })
        let stuck = pipeline.rounds
        #expect(!waits(for: .seconds(2.5 * Limits.tick_s)) { pipeline.rounds != stuck }, "ticks, and no round")
        gate.withLock { $0 = false }
        #expect(waits { pipeline.rounds > stuck })
        #expect(pipeline.stop())
    }

    private func waits(for patience: Duration = .seconds(60), _ condition: () -> Bool) -> Bool {
        let deadline = MonotonicTime.now + patience
        while !condition() {
            guard MonotonicTime.now < deadline else { return false }
            pause(for: .milliseconds(5))
        }
        return true
    }
}

/// The example that is installed is the manual: it has every key, and what it says of defaults is so.
@Suite struct ExampleConfigurationTests {
    private static func example() throws -> String {
        try String(
            contentsOf: URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
                .deletingLastPathComponent().appendingPathComponent("systemd/geofenced.yaml"), encoding: .utf8)
    }

    @Test func asItStandsItIsAllDefaults() throws {
        let read = try Configuration(yaml: Self.example(), file: "/etc/geofenced/geofenced.yaml")
        #expect(read == Configuration())
    }

    @Test func eachKeyShowsItsDefault() throws {
        let keys = try Self.example().split(separator: "\n").compactMap { line in
            line.wholeMatch(of: #/#([a-z_]+): .+/#).map { (key: String($0.1), line: line.dropFirst()) }
        }
        for (key, line) in keys where key != "devices" {
            let read = try Configuration(yaml: "\(line)\n", file: "/etc/geofenced/geofenced.yaml")
            #expect(read == Configuration(), "\(line)")
        }
        #expect(Set(keys.map(\.key)).union(["sources"]) == Set(Configuration.keys))
    }

    @Test func theSourcesThatItShowsAreRight() throws {
        let sources = try Self.example().components(separatedBy: "\n#sources:\n")[1]
            .split(separator: "\n").map { $0.dropFirst() }.joined(separator: "\n")
        let read = try Configuration(yaml: "sources:\n\(sources)\n", file: "c.yaml")
        #expect(read.sources.count == 3 && read.sources[0] == Configuration().sources[0])
    }
}
