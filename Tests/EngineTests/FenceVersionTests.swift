import Geometry
import Positioning
import TestSupport
import Testing

@testable import Engine

/// A fix is decided with the fences of its time, whenever it comes.
@Suite struct FenceVersionTests {
    private struct Edit {
        var second: Double
        var catalogue: FenceCatalogue
    }

    private static func fences(_ places: [String: Double]) throws -> FenceCatalogue {
        try FenceCatalogue.load(World.files(places, properties: #""dwell_s":300"#))
    }

    /// Fences that come, go, move a little and move away.
    private static func edits(_ first: [String: Double], _ random: inout SeededGenerator) throws -> [Edit] {
        var places = first
        return try (0..<Int.random(in: 1...4, using: &random)).map { _ in Double.random(in: 0...7200, using: &random) }
            .sorted().map { second in
                for _ in 0..<Int.random(in: 1...3, using: &random) {
                    let id = ["a", "b", "c", "d"].randomElement(using: &random) ?? "a"
                    places[id] = [nil, -400, 0, 30, 420, 450, -5000].randomElement(using: &random) ?? nil
                }
                return Edit(second: second, catalogue: try fences(places))
            }
    }

    /// Steps through reports, and lets edits come into force as the clock passes them: no report comes before its time.
    private static func run(_ reports: [Report], among first: [String: Double], _ edits: [Edit]) throws -> TestShard {
        let shard = try TestShard(fences(first))
        var rest = edits[...]
        for report in reports {
            while let edit = rest.first, report.time ?? World.start >= World.start.advanced(bySeconds: edit.second) {
                try shard.adopt(edit.catalogue, at: edit.second)
                rest.removeFirst()
            }
            #expect(try shard.step(report) == nil)
        }
        for edit in rest { try shard.adopt(edit.catalogue, at: edit.second) }
        try shard.finish()
        return shard
    }

    /// A device whose clock is eight hours behind, as one in the wrong time zone, passes to an edit's fences at its next fix; what
    /// is late is of the fences before, as with a right clock.
    @Test(arguments: UInt64(1)...10) func aClockThatIsBehindPassesAtItsNextFix(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let reports = LateTests.track(seed: seed)
        let first = ["a": -400.0, "b": 0, "c": 420]
        let edit = Edit(
            second: Double.random(in: 2000...5000, using: &random), catalogue: try Self.fences(["b": 30, "d": 0]))
        let place = reports.firstIndex { ($0.time ?? World.start).seconds(since: World.start) >= edit.second } ?? 0
        // A block from before the edit comes after it.
        let block = max(1, place - 90)..<max(1, place - 20)
        var order = Array(reports.indices)
        order.insert(contentsOf: block, at: min(place + 60, order.count))
        order.removeSubrange(block)

        var standing: [[String]] = []
        for lag_s: Double in [0, 8 * 3600] {
            let shard = try TestShard(Self.fences(first))
            for index in order {
                let time = try #require(reports[index].time)
                if index == place { try shard.adopt(edit.catalogue, at: edit.second + lag_s) }
                #expect(try shard.step(reports[index], received: time.advanced(bySeconds: lag_s)) == nil)
            }
            try shard.finish()
            standing.append(shard.standing)
        }
        #expect(standing[0] == standing[1] && !standing[0].isEmpty, "seed \(seed)")
    }

    /// What is only of the time before an edit, and in order, waits until the stream has passed that; deciding it again and again
    /// would take the exit from a fence that went back each time.
    @Test func whatIsInOrderWaitsForTheStreamToPassAnEdit() throws {
        let shard = try TestShard(Self.fences(["a": 0, "b": 5000]))
        func step(_ second: Double) throws {
            let received = World.start.advanced(bySeconds: second + 100)
            #expect(try shard.step(World.report(second, 0), received: received) == nil)
        }
        for second in stride(from: 0.0, through: 60, by: 10) { try step(second) }
        try shard.adopt(try Self.fences(["b": 5000]), at: 165)
        try step(70)
        #expect(shard.shard.patience_s(for: "van-1") == Limits.gatherLate_s + Limits.lag_s)
        try step(45)
        #expect(shard.shard.patience_s(for: "van-1") == Limits.gatherLate_s)
        for second in stride(from: 80.0, through: 180, by: 10) { try step(second) }
        let exits = shard.decisions.events.filter { $0.kind != .enter }
        #expect(exits.map(\.kind) == [.exit, .retract, .exit] && exits.allSatisfy { $0.received != nil || !$0.isLate })
    }

    @Test func whoIsFirstHeardAfterAnEditBeginsWithItsFences() throws {
        let shard = try TestShard(Self.fences(["a": 5000]))
        try shard.adopt(try Self.fences(["a": 0]), at: 8 * 3600)
        for second in stride(from: 0.0, through: 60, by: 10) {
            let received = World.start.advanced(bySeconds: second + 8 * 3600)
            #expect(try shard.step(World.report(second, 0), received: received) == nil)
        }
        #expect(shard.standing.count == 1 && shard.standing[0].contains("enter a"))
    }

    /// What is on its way at an edit is decided from a checkpoint at that moment, and not from one of minutes before.
    @Test(arguments: [true, false]) func anEditIsACheckpoint(isOnItsWay: Bool) throws {
        let shard = try TestShard(Self.fences(["a": 0]))
        let (last, edit) = (600.0, 605.0)
        for second in stride(from: 0.0, through: last, by: 10) { try shard.step(World.report(second, 0)) }
        if !isOnItsWay { try shard.step(World.report(last + 3, 0)) }
        let newest = World.start.advanced(bySeconds: isOnItsWay ? last : last + 3)
        func checkpoint() -> Timestamp? {
            shard.history.checkpoint(of: "van-1", before: newest.advanced(bySeconds: 1))?.time
        }
        #expect(checkpoint() == World.start)
        try shard.adopt(Self.fences(["b": 0]), at: edit)
        #expect(checkpoint() == newest)
        if isOnItsWay { try shard.step(World.report(last + 3, 0)) }
        for second in [last + 12, last + 30] { try shard.step(World.report(second, 0)) }
        #expect(shard.standing.count == 4, "in a, there for long, out of it as it went, in b: \(shard.standing)")
    }

    /// A jump that stays, in doubt at the edit: the fix that is doubted is decided from the checkpoint once, and not withdrawn.
    @Test func aDoubtOverAnEditIsNoReasonToWithdraw() throws {
        let shard = try TestShard(Self.fences(["a": 0]))
        for second in stride(from: 0.0, through: 600, by: 10) { try shard.step(World.report(second, 0)) }
        try shard.step(World.report(610, 9000))
        try shard.adopt(Self.fences(["b": 9000]), at: 615)
        for second in [613.0, 625, 660, 700] { #expect(try shard.step(World.report(second, 9000)) == nil) }
        try shard.finish()
        #expect(shard.decisions.withdrawals.isEmpty)
        #expect(shard.standing.contains { $0.contains("enter b") }, "\(shard.standing)")
    }

    /// Whatever comes late, and whatever fences were edited meanwhile: what stands in the end is what would have been told
    /// had all come in order, with each edit at its time.
    @Test(arguments: UInt64(1)...15)
    func lateBlocksOverEditsGiveWhatOrderWouldHaveGiven(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let reports = LateTests.track(seed: seed)
        let first = ["a": -400.0, "b": 0, "c": 420]
        let edits = try Self.edits(first, &random)
        var unruly: [Report] = []
        var held: [(due: Int, reports: [Report])] = []
        var index = 0
        while index < reports.count {
            let block = Array(reports[index..<min(index + Int.random(in: 1...120, using: &random), reports.count)])
            index += block.count
            if Bool.random(using: &random) {
                let isMixed = Bool.random(using: &random)
                held.append(
                    (index + Int.random(in: 0...200, using: &random), isMixed ? block.shuffled(using: &random) : block))
            } else {
                unruly += block
            }
            for upload in held where upload.due <= index { unruly += upload.reports }
            held.removeAll { $0.due <= index }
        }
        for upload in held { unruly += upload.reports }
        let expected = try Self.run(reports, among: first, edits).standing
        let told = try Self.run(unruly, among: first, edits)
        #expect(Set(told.standing).symmetricDifference(expected) == [], "seed \(seed)")
        #expect(told.standing.count == expected.count && expected.count > 3, "seed \(seed)")
        let wrong = Self.breaksOfAlternation(told.decisions.events)
        #expect(wrong == [], "seed \(seed)")
    }

    /// The fences of which what stands is not an enter, an exit, an enter, …
    private static func breaksOfAlternation(_ events: [Event]) -> [String] {
        var standing: [Event] = []
        for event in events where ![.dwell, .crossed, .anomaly].contains(event.kind) {
            if event.kind == .retract {
                standing.removeAll { $0.isRetracted(by: event) }
            } else {
                standing.append(event)
            }
        }
        return Dictionary(grouping: standing, by: { $0.fence ?? "" }).filter { _, events in
            let kinds = events.sorted { ($0.time, $0.decided) < ($1.time, $1.decided) }.map(\.kind)
            return zip(kinds.indices, kinds).contains { $1 != ($0 % 2 == 0 ? .enter : .exit) }
        }.map(\.key)
    }

    private static func stay(from: Double, through: Double, at east: Double) -> [Report] {
        stride(from: from, through: through, by: 10).map { World.report($0, east) }
    }

    @Test func whatWasToldBeforeAnEditIsNotTakenBack() throws {
        let shard = try TestShard(Self.fences(["a": 0]))
        _ = try shard.lines(Self.stay(from: 0, through: 100, at: 0))
        try shard.adopt(Self.fences(["a": 5000]), at: 205)
        _ = try shard.lines(Self.stay(from: 300, through: 400, at: 0))
        #expect(shard.standing.count == 2, "entered, and left as the fence moved away")
        let before = shard.standing
        try shard.step(World.report(50.5, 1))
        try shard.finish()
        #expect(shard.standing == before)
    }

    @Test func aSilentDeviceLeavesARemovedFenceAtOnceAndItsBacklogSaysWhenItHadReallyLeft() throws {
        let shard = try TestShard(Self.fences(["a": 0]))
        _ = try shard.lines(Self.stay(from: 0, through: 100, at: 0))
        try shard.adopt(Self.fences([:]), at: 1000)
        #expect(shard.newLines().count == 1)
        #expect(
            shard.standing.last?.hasSuffix("exit a 2026-03-02T01:01:40.0Z fence_removed") == true, "\(shard.standing)")
        let backlog = Self.stay(from: 110, through: 300, at: 0) + Self.stay(from: 310, through: 600, at: 900)
        for report in backlog { #expect(try shard.step(report) == nil) }
        try shard.finish()
        #expect(shard.standing.count == 3 && !shard.standing.contains { $0.contains("removed") }, "\(shard.standing)")
        #expect(shard.decisions.events.count { $0.kind == .retract } == 1)
    }

    @Test func aBacklogInOrderIsNoCauseForRetractions() throws {
        let shard = try TestShard(Self.fences(["a": 0]))
        _ = try shard.lines(Self.stay(from: 0, through: 100, at: 900))
        try shard.adopt(Self.fences(["a": 30]), at: 305)
        let backlog = Self.stay(from: 110, through: 200, at: 900) + Self.stay(from: 210, through: 600, at: 0)
        let lines = try shard.lines(backlog)
        #expect(lines.count == 2, "an enter and a dwell: \(lines)")
    }

    @Test func aTrackerWhoseClockIsYearsBehindIsDecidedAllTheSame() throws {
        let shard = try TestShard(Self.fences(["a": 0]))
        _ = try shard.lines(Self.stay(from: 0, through: 100, at: 900))
        try shard.adopt(Self.fences(["b": 0]), at: 20 * 365.25 * 86_400)
        _ = try shard.lines(Self.stay(from: 110, through: 300, at: 0))
        #expect(
            shard.shard.devicesWithLateFixes == ["van-1"], "decided when the clock says that it has waited long enough")
        try shard.finish()
        let lines = shard.newLines()
        #expect(lines.contains { $0.contains(#""type":"enter""#) && $0.contains(#""fence":"a""#) }, "\(lines)")
    }

    @Test func versionsStayAsLongAsLateFixesMayAskForThem() {
        func staying(_ seconds: [Double], at second: Double) -> Range<Int> {
            let starts = [FenceVersion.always] + seconds.map { World.start.advanced(bySeconds: $0) }
            return FenceVersion.staying(starts, at: World.start.advanced(bySeconds: second), lateHorizon_s: 100)
        }
        #expect(staying([], at: 0) == 0..<1)
        #expect(staying([0], at: 50) == 0..<2)
        #expect(staying([0], at: 99) == 0..<2)
        #expect(staying([0], at: 100) == 1..<2, "what came before it has ended a horizon ago")
        #expect(staying([0, 10], at: 105) == 1..<3)
        #expect(staying([500], at: 50) == 0..<1, "a clock that was ahead is put right")
        #expect(FenceVersion.staying([FenceVersion.always], at: FenceVersion.always, lateHorizon_s: 100) == 0..<0)
        let many = (0..<100).map { Double($0) / 10 }
        #expect(staying(many, at: 50).count == Limits.fenceVersions - 1)
        #expect(staying(many, at: 50).upperBound == many.count + 1)
    }
}
