import Engine
import Positioning
import TestSupport
import Testing

@testable import Anomalies

/// Which runs of positions are known again: any ten that were one after another before.
@Suite struct PatternTests {
    /// Ways that are put together from pieces of one another, so that runs come again in all lengths, and in other surroundings;
    /// against a search through all tens.
    @Test func itFindsWhatASearchThroughAllTensFinds() {
        var suspects = [0: 0, 1: 0, 2: 0, 3: 0]
        for seed in 0..<400 as Range<UInt64> {
            var ways = DrawnWays(seed: seed)
            for _ in 0..<12 { ways.goSession() }
            ways.stop()
            let told = Set(ways.fleet.events.map(\.device))
            #expect(told == ways.expected, "seed \(seed)")
            suspects[told.count, default: 0] += 1
        }
        #expect(suspects.values.allSatisfy { $0 > 10 }, "\(suspects)")
    }

    private static func way(_ places: [Int], from second: Double, step_s: Double = 10) -> [Report] {
        places.enumerated().map { World.report(second + Double($0) * step_s, Double($1) * 100) }
    }

    /// No more is known of either way: each began and ended with the ten.
    @Test func tenAreFoundAtBothEndsOfAWay() {
        for first in 0..<60 {
            func told(_ count: Int) -> [String] {
                var fleet = DrawnFleet()
                let places = Array(first * 10..<first * 10 + count)
                fleet.take(Self.way(places, from: 0), of: "a")
                fleet.take(Self.way([-1], from: 10_000), of: "a")
                fleet.take(Self.way(places, from: 20_000), of: "b")
                fleet.take(Self.way([-2], from: 30_000), of: "b")
                return fleet.told
            }
            #expect(told(9) == [])
            #expect(told(10).count == 1 && told(10).first?.hasSuffix(" of 20000") == true, "\(first): \(told(10))")
        }
    }

    /// Two hours at each position, not more; and all is as long as it says.
    @Test func aWayGoesOnOverTwoHours() {
        func fleet(_ step_s: Double) -> DrawnFleet {
            var fleet = DrawnFleet()
            fleet.take(Self.way(Array(0..<40), from: 0), of: "a")
            fleet.take(Self.way(Array(10..<24), from: 10_000, step_s: step_s) + Self.way([-1], from: 400_000), of: "b")
            return fleet
        }
        let slow = fleet(7200)
        let evidence = slow.evidence(0)
        let fixes = (10...14).first { evidence.contains(#"{"fixes":\#($0),"#) } ?? 0
        #expect(slow.told.count == 1 && evidence.contains(#""duration_s":\#((fixes - 1) * 7200),"#), "\(evidence)")
        #expect(fleet(7201).told == [])
    }

    /// A ten is looked at when up to four more positions are known. Who was faster meanwhile with its own ten was not there before.
    @Test func whoStandsIsNotAccusedOfWhatIsDoneMeanwhile() {
        for first in 0..<30 {
            var fleet = DrawnFleet()
            let places = Array(first * 20..<first * 20 + 14)
            fleet.take(Self.way([-5, -4, -3] + places, from: 0), of: "first")
            // It stands; the other one does as it did, and goes on.
            fleet.take(Self.way(Array(places.suffix(10)) + Array(10_000..<10_020), from: 300), of: "second")
            #expect(!fleet.told.contains { $0.contains("first") })
            fleet.take(Self.way(Array(20_000..<20_020), from: 3000), of: "first")
            fleet.take(Self.way([-1], from: 20_000), of: "first")
            #expect(Set(fleet.events.map(\.device)) == ["second"], "\(first): \(fleet.told)")
            #expect(fleet.evidence(0).contains(#""seen_device":"first","seen_at":"2026-03-02T01:0"#))
        }
    }

    // MARK: surroundings

    private static func run(_ surroundings: UInt64, at second: Double, digest: UInt64 = 1) -> [FleetSignal] {
        var run = PatternRun(digest: digest, ended: World.start.advanced(bySeconds: second))
        run.before = PatternRun.Flank(bits: surroundings * 0x0001_0001_0001_0001)
        run.after = PatternRun.Flank(bits: surroundings * 0x0001_0001_0001_0001)
        run.tens = 0b11111
        return [FleetSignal(.pattern(run), time: run.ended, place: nil)]
    }

    @Test func theNewestSurroundingsAreKnown() {
        func told(after others: Int) -> Int {
            var fleet = DrawnFleet()
            for index in 0...others { fleet.take(Self.run(UInt64(index + 1), at: Double(index)), of: "a") }
            fleet.take(Self.run(1, at: 1000), of: "b")
            return fleet.told.count
        }
        #expect(told(after: Limits.patternSurroundings - 1) == 1)
        #expect(told(after: Limits.patternSurroundings) == 0)
    }

    @Test func theLongestIsNamedAndOfThoseTheFirst() {
        var fleet = DrawnFleet()
        let ends: [(name: String, before: UInt64, after: UInt64)] = [
            ("short", 0x0000_0000_0000_0009, 0x0000_0009_0009_0009), ("first", 0x0009_0009_0009_0009, 0x8009_0009),
            ("later", 0x0009_0009_0009_0009, 0x7009_0009), ("who", 0x0009_0009_0009_0009, 0x0009_0009_0009_0009),
        ]
        for (index, end) in ends.enumerated() {
            var run = PatternRun(digest: 1, ended: World.start.advanced(bySeconds: Double(index)))
            (run.before, run.after) = (PatternRun.Flank(bits: end.before), PatternRun.Flank(bits: end.after))
            // Those before don't say anything by themselves.
            run.tens = index == ends.count - 1 ? 0b11111 : 0b10_0000
            fleet.take([FleetSignal(.pattern(run), time: run.ended, place: nil)], of: end.name)
        }
        #expect(fleet.told.count == 1 && fleet.evidence(0).contains(#"{"fixes":11,"#), "\(fleet.evidence(0))")
        #expect(fleet.evidence(0).contains(#""seen_device":"first""#), "\(fleet.evidence(0))")
    }

    @Test func whatIsNotThereIsLikeNothing() {
        let none = PatternRun.Flank()
        let two = PatternRun.Flank(bits: 0x0002_0001)
        #expect(none.shared(with: none) == 0 && none.count == 0)
        #expect(two.count == 2 && two.shared(with: two) == 2 && two.shared(with: none) == 0)
        #expect(two.shared(with: PatternRun.Flank(bits: 0x0004_0003_0002_0001)) == 2)
        #expect(two.shared(with: PatternRun.Flank(bits: 0x0004_0003_0005_0001)) == 1)
        #expect(two.shared(with: PatternRun.Flank(bits: 0x0004_0003_0002_0005)) == 0)
        let full = PatternRun.Flank(bits: .max)
        #expect(full.count == 4 && full.shared(with: full) == 4)
        var zero = PatternRun.Flank()
        zero.put(0, at: 0)
        #expect(zero.count == 1, "a position whose hash is zero is one")
    }

    /// Each ten that the run is in needs so many positions before it and the rest after it.
    @Test func aTenSaysSomethingWhereAllOfItIsTheSame() {
        var run = PatternRun(digest: 1, ended: World.start)
        for ten in 0...4 {
            run.tens = 1 << UInt8(ten)
            for (before, after) in (0...4).flatMap({ before in (0...4).map { (before, $0) } }) {
                #expect(run.isTelling(before: before, after: after) == (before >= ten && after >= 4 - ten))
            }
        }
    }
}

/// Devices that go along pieces of one way, and through places of their own, and what a search through all tens finds.
private struct DrawnWays {
    private(set) var fleet = DrawnFleet()
    /// Who went through ten places in a row that one had gone through before.
    private(set) var expected: Set<String> = []
    private var random: SeededGenerator
    private let route: [Int]
    private var second = 0.0
    private var unused = 1000
    private var ways: [String: (places: [Int], second: Double)] = [:]
    private var seen: Set<[Int]> = []

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
        route = (0..<40).shuffled(using: &random)
    }

    /// One device goes a while; it begins at a place of its own. At the end the first of them stands, the others go on: where
    /// several stand that went the same way, one is told of.
    mutating func goSession() {
        let device = "van-\(Int.random(in: 1...3, using: &random))"
        go(device, to: own())
        for _ in 0..<Int.random(in: 1...3, using: &random) {
            let start = Int.random(in: 0..<30, using: &random)
            for place in route[start..<min(40, start + Int.random(in: 3...12, using: &random))] {
                go(device, to: place)
            }
            if Int.random(in: 0..<3, using: &random) == 0 { go(device, to: own()) }
        }
        if device != "van-1" { for _ in 0..<4 { go(device, to: own()) } }
    }

    /// All that is not over yet is.
    mutating func stop() {
        second += 10_000
        for device in ways.keys.sorted() { go(device, to: own()) }
    }

    private mutating func own() -> Int {
        unused += 1
        return unused
    }

    private mutating func go(_ device: String, to place: Int) {
        second += Int.random(in: 0..<150, using: &random) == 0 ? 7300 : 10
        fleet.take(World.report(second, Double(place) * 100), of: device)
        var way = ways[device] ?? ([], second)
        if second - way.second > Limits.patternGap_s { way.places = [] }
        guard way.places.last != place else { return }
        way = (way.places.suffix(9) + [place], second)
        ways[device] = way
        guard way.places.count == 10, Set(way.places).count == 10 else { return }
        if !seen.insert(way.places).inserted { expected.insert(device) }
    }
}
