import Anomalies
import Engine
import Positioning
import TestSupport
import Testing

@Suite struct ReplayedTests {
    private static let day = 86_400.0

    private static func drive(_ count: Int, from second: Double = 0, seed: UInt64 = 1) -> [Report] {
        var way = NoisyWay(seed: seed)
        return way.drive(count, from: second)
    }

    @Test func aDayThatIsPlayedAgainIsRaisedOnceAndClearedByOtherWays() {
        var fleet = DrawnFleet()
        let drive = Self.drive(100)
        fleet.take(drive, of: "van-1")
        fleet.take(drive.map { $0.later(by: Self.day) }, of: "van-1")
        #expect(fleet.told.count == 1)
        #expect(fleet.told.first?.hasPrefix("replayed van-1 raised@") == true, "\(fleet.told)")
        let raised = fleet.events[0]
        #expect((90...130).contains(raised.detected.seconds(since: raised.time)), "ten fixes, and at most four more")
        // A night, and new ways: it clears when the first run of them is looked at.
        fleet.take(Self.drive(100, from: 2 * Self.day, seed: 2), of: "van-1")
        #expect(fleet.told.count == 2)
        #expect(fleet.told.last?.hasPrefix("replayed van-1 cleared@172") == true, "\(fleet.told)")
        #expect(fleet.events[1].anomaly?.raised == fleet.events[0].anomaly?.raised)
    }

    @Test func theEvidenceNamesWhoWasThereBefore() {
        var fleet = DrawnFleet()
        let drive = Self.drive(30)
        fleet.take(drive, of: #"v"an}\{1"#)
        fleet.take(drive.map { $0.later(by: 3600) }, of: "van-2")
        let evidence = fleet.evidence(0)
        let fixes = (10...14).first { evidence.contains(#"{"fixes":\#($0),"from":"2026-03-02T02:"#) }
        #expect(evidence.contains(#""duration_s":\#(((fixes ?? 0) - 1) * 10),"#), "\(evidence)")
        #expect(
            evidence.contains(#""seen_device":"v\u0022an\u007d\u005c\u007b1","seen_at":"2026-03-02T01:"#), "\(evidence)"
        )
        // It can be read back from the line, whatever the id.
        var line: [UInt8] = []
        fleet.events[0].appendJSON(seq: 1, to: &line)
        #expect(Anomaly(line: String(decoding: line, as: UTF8.self)) == fleet.events[0].anomaly)
    }

    @Test func anyTenAreFoundAndNoNine() {
        var found = [9: 0, 10: 0, 11: 0, 14: 0]
        for (count, seed) in found.keys.flatMap({ count in (0..<200).map { (count, UInt64($0)) } }) {
            var fleet = DrawnFleet()
            fleet.take(Self.drive(60, seed: seed), of: "van-1")
            let stolen = Self.drive(60, seed: seed).dropFirst(20).prefix(count).map { $0.later(by: 7200) }
            let own = Self.drive(20, from: 6000, seed: seed + 1000)
            fleet.take(own + stolen + Self.drive(20, from: 9000, seed: seed + 2000), of: "van-2")
            guard !fleet.told.isEmpty else { continue }
            found[count, default: 0] += 1
            let same = (10...count).contains { fleet.evidence(0).contains(#"{"fixes":\#($0),"#) }
            #expect(same, "seed \(seed), \(count): \(fleet.evidence(0))")
        }
        #expect(found == [9: 0, 10: 200, 11: 200, 14: 200])
    }

    @Test func aRealWayIsLongerThanItsDistance() {
        func told(_ step_m: Double) -> Int {
            var fleet = DrawnFleet()
            let reports = (0..<40).map { World.report(Double($0) * 10, Double($0) * step_m) }
            fleet.take(reports, of: "van-1")
            fleet.take(reports, of: "van-2")
            return fleet.told.count
        }
        // Nine steps: 50 m take 5.56 m each.
        #expect(told(5.65) == 1)
        #expect(told(5.45) == 0)
    }

    @Test func whatMustNotRaiseIt() {
        var pinned = DrawnFleet()
        // At rest the position is held; between two places it goes to and fro for ever.
        for index in 0..<2000 { pinned.take(World.report(Double(index) * 10, Double(index / 20 % 2) * 400), of: "a") }
        // As one that goes round between nine places, each day anew.
        for index in 0..<2000 { pinned.take(World.report(Double(index) * 10, Double(index % 9) * 60), of: "b") }
        #expect(pinned.told == [])
        var round = DrawnFleet()
        for index in 0..<200 { round.take(World.report(Double(index) * 10, Double(index % 10) * 60), of: "c") }
        #expect(round.told.count == 1, "ten different places in a circle are played again")
        var silent = DrawnFleet()
        let drive = Self.drive(40)
        silent.take(drive, of: "van-1")
        // Two days between any two positions: no run.
        for (index, report) in drive.enumerated() {
            silent.take(report.later(by: Double(index + 1) * 2 * Self.day), of: "van-2")
        }
        #expect(silent.told == [])
        // Nor where time runs backwards.
        silent.take(drive.reversed().map { $0.later(by: 300 * Self.day) }, of: "van-3")
        #expect(silent.told == [])
    }

    /// A tram: the same rails and the same speeds each day, the receiver errs by 3 m; positions as fine as 4 decimals of a minute,
    /// 5 decimals of a degree, and on coarser grids, where nothing is said.
    @Test(arguments: [600_000.0, 100_000, 60_000, 10_000, 6000])
    func theSameRailsEachDayDontRaiseIt(partsOfADegree: Double) {
        var fleet = DrawnFleet()
        for day in 0..<40 {
            var way = NoisyWay(seed: UInt64(day))
            var along = 0.0
            let reports = (0..<500).map { index -> Report in
                // Between two stops always the same speed, give or take 2 %.
                along += (index / 60 % 2 == 0 ? 14 : 22) * (0.98 + 0.04 * way.share())
                let place = way.seen(along, 0, after: 1)
                return World.report(Double(day) * Self.day + Double(index), place.east, place.north)
            }
            fleet.take(reports.map { $0.rounded(toParts: partsOfADegree) }, of: "tram-\(day % 3)")
        }
        #expect(fleet.told == [])
    }

    @Test func theSameOnACoarseGridIsNotJudged() {
        for (parts, isJudged) in [(600_000.0, true), (100_000, true), (60_000, false), (10_000, false), (6000, false)] {
            var fleet = DrawnFleet()
            let drive = Self.drive(100).map { $0.rounded(toParts: parts) }
            fleet.take(drive, of: "van-1")
            fleet.take(drive, of: "van-2")
            #expect(fleet.told.isEmpty != isJudged, "\(parts)")
        }
    }

    @Test func aCooldownFollows() {
        var rules = Rules()
        rules.replayed?.cooldown_s = 7200
        var fleet = DrawnFleet(rules: rules)
        let known = Self.drive(50)
        fleet.take(known, of: "van-1")
        var second = 10_000.0
        func go(_ reports: [Report], _ fleet: inout DrawnFleet) {
            fleet.take(reports.map { $0.later(by: second) }, of: "van-2")
            second += 1000
        }
        go(known, &fleet)
        #expect(fleet.told.count == 1)
        for seed in 2...3 { go(Self.drive(60, seed: UInt64(seed)), &fleet) }
        #expect(fleet.told.count == 2)
        go(known, &fleet)
        #expect(fleet.told.count == 2, "it cools")
        second += 7200
        go(known, &fleet)
        #expect(fleet.told.count == 3)
    }

    /// Ten minutes of other ways clear it, and no silence does.
    @Test func otherWaysClearItNotSilence() throws {
        func told(_ other: Int, after silence_s: Double = 0) -> [Event] {
            var fleet = DrawnFleet()
            // Its way is over by the last.
            fleet.take(Self.drive(30) + [World.report(9000, 0)], of: "van-1")
            fleet.take(Self.drive(30, from: 10_000), of: "van-2")
            fleet.take(Self.drive(other, from: 10_300 + silence_s, seed: 9), of: "van-2")
            return fleet.events
        }
        #expect(told(0).count == 1 && told(5, after: 7300).count == 1, "too short a way is none")
        #expect(told(58).count == 1)
        let events = told(90)
        try #require(events.count == 2)
        // The last known run ended at 290 of its way.
        let after_s = events[1].detected.seconds(since: World.start) - 10_290
        #expect((600...700).contains(after_s), "\(after_s)")
    }

    /// After any signal, what is kept is the fleet as it is, and it goes on alike.
    @Test func aRestartAnywhereChangesNothing() throws {
        func run(cuts: Set<Int>) throws -> [String] {
            var fleet = DrawnFleet()
            let reports =
                Self.drive(60) + Self.drive(60, from: 1000, seed: 2) + Self.drive(60).map { $0.later(by: 3000) }
                + Self.drive(100, from: 4000, seed: 3)
            for (index, report) in reports.enumerated() {
                fleet.take(report, of: index % 120 < 60 ? "van-1" : "van-2")
                guard cuts.contains(index) else { continue }
                fleet.keep()
                let before = fleet.fleet
                try fleet.restart()
                #expect(fleet.fleet == before, "cut at \(index)")
            }
            return fleet.told
        }
        let whole = try run(cuts: [])
        #expect(whole.count == 2, "\(whole)")
        #expect(try run(cuts: Set(0..<280)) == whole)
    }

    @Test func theOldestGoesFirst() {
        var fleet = DrawnFleet()
        let drive = Self.drive(100)
        fleet.take(drive, of: "van-1")
        fleet.take(drive.map { $0.later(by: Self.day) }, of: "van-2")
        #expect(fleet.told.count == 1)
        var forgetful = DrawnFleet()
        forgetful.take(drive, of: "van-1")
        forgetful.forgetPatterns(before: World.start.advanced(bySeconds: 1000))
        forgetful.take(drive.map { $0.later(by: Self.day) }, of: "van-2")
        #expect(forgetful.told == [])
    }
}
