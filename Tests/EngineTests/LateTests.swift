import Geometry
import Positioning
import TestSupport
import Testing

@testable import Engine

@Suite struct LateTests {
    /// Drives about three fences for two hours, stays here and there, at 10 s.
    static func track(seed: UInt64, hours: Double = 2) -> [Report] {
        var random = SeededGenerator(seed: seed)
        var east = -800.0
        var target = 0.0
        var until = 0.0
        return stride(from: 0.0, to: hours * 3600, by: 10).map { second in
            if second >= until {
                let step = (target - east).magnitude < 90 ? target - east : (target > east ? 90.0 : -90)
                east += step
                if east == target {
                    until = second + Double.random(in: 100...900, using: &random)
                    target = [-900, -400, 0, 420, 900].randomElement(using: &random) ?? 0
                }
            }
            return World.report(
                second, east + Double.random(in: -4...4, using: &random), Double.random(in: -4...4, using: &random))
        }
    }

    private static func fences() throws -> FenceCatalogue {
        try World.squares(at: [-400, 0, 420], properties: #""dwell_s":300"#)
    }

    private static func inOrder(_ reports: [Report]) throws -> [String] {
        let shard = try TestShard(fences())
        for report in reports { try shard.step(report) }
        return shard.standing
    }

    /// Whatever blocks come late, and however they are mixed with what is live: what stands in the end is what would have
    /// been told had all come in order.
    @Test(arguments: UInt64(1)...25)
    func shuffledBlocksGiveWhatOrderWouldHaveGiven(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let reports = Self.track(seed: seed)
        var live: [Report] = []
        var uploads: [(after: Int, reports: [Report])] = []
        var index = 0
        while index < reports.count {
            let length = Int.random(in: 1...120, using: &random)
            let block = Array(reports[index..<min(index + length, reports.count)])
            if Bool.random(using: &random), index > 0, index + length < reports.count {
                uploads.append((live.count + Int.random(in: 0...200, using: &random), block))
            } else {
                live += block
            }
            index += length
        }
        let shard = try TestShard(Self.fences())
        for (place, report) in live.enumerated() {
            for upload in uploads where upload.after == place {
                for report in Bool.random(using: &random) ? upload.reports : upload.reports.shuffled(using: &random) {
                    #expect(try shard.step(report) == nil)
                }
            }
            try shard.step(report)
        }
        for upload in uploads where upload.after >= live.count {
            for report in upload.reports { try shard.step(report) }
        }
        try shard.finish()
        let expected = try Self.inOrder(reports)
        #expect(Set(shard.standing).symmetricDifference(expected) == [], "seed \(seed)")
        #expect(expected.count > 4)
    }

    @Test func aWrongExitIsRetractedAndTheMissedVisitIsToldLate() throws {
        let shard = try TestShard(World.squares(at: [0]))
        func at(_ second: Double, _ east: Double) -> Report { World.report(second, east) }
        // Live: outside, nothing for ten minutes, outside again. Later it uploads that it was inside meanwhile.
        let live =
            stride(from: 0.0, through: 100, by: 10).map { at($0, -600) }
            + stride(from: 700.0, through: 800, by: 10).map { at($0, -600) }
        #expect(try shard.lines(live) == [])
        let buffered = stride(from: 110.0, to: 700, by: 10).map {
            at($0, $0 < 180 ? -600 + ($0 - 100) * 7 : $0 > 620 ? -($0 - 610) * 6 : 0)
        }
        for report in buffered { #expect(try shard.step(report) == nil) }
        #expect(shard.newLines() == [], "gathered first")
        let lines = try shard.lines([at(870, -600)])
        #expect(lines.count == 2 && lines.allSatisfy { $0.contains(#""late":true"#) }, "\(lines)")
        #expect(lines.first?.contains(#""type":"enter""#) == true && lines.last?.contains(#""type":"exit""#) == true)
    }

    @Test func whatWasToldWronglyIsNamedByItsNumber() throws {
        let shard = try TestShard(World.squares(at: [0]))
        let inside = stride(from: 0.0, through: 60, by: 10).map { World.report($0, 0) }
        let outside = stride(from: 2000.0, through: 2100, by: 10).map { World.report($0, -600) }
        let first = try shard.lines(inside + outside)
        #expect(first.count == 2)
        // It had been inside until 1900 s: the exit was dated too early, in the middle of the silence.
        for second in stride(from: 70.0, through: 1900, by: 10) { try shard.step(World.report(second, 0)) }
        let lines = try shard.lines([World.report(2170, -600)])
        try #require(lines.count == 2, "\(lines)")
        #expect(lines[0].contains(#""type":"retract""#))
        #expect(lines[1].contains(#""type":"exit""#) && lines[1].contains(#""late":true"#))
        #expect(shard.standing.count == 2)
    }

    @Test func lateFixesThatChangeNothingTellNothing() throws {
        let still = (0..<400).map { World.report(Double($0 * 10), $0 < 40 ? -600 : 0, 0) }
        let shard = try TestShard(Self.fences())
        for (index, report) in still.enumerated() where index < 50 || index % 5 != 2 { try shard.step(report) }
        _ = shard.newLines()
        for (index, report) in still.enumerated() where index >= 50 && index % 5 == 2 {
            #expect(try shard.step(report) == nil)
        }
        try shard.finish()
        #expect(shard.newLines() == [] && shard.standing.count >= 2)
    }

    @Test func theSameFixesAgainAreDuplicates() throws {
        let reports = Self.track(seed: 4)
        let shard = try TestShard(Self.fences())
        for report in reports { try shard.step(report) }
        _ = shard.newLines()
        for report in reports.shuffled() { #expect(try shard.step(report) == .duplicate) }
        try shard.finish()
        #expect(shard.newLines() == [])
    }

    @Test func overtakingDatagramsAreInOrderAtOnce() throws {
        var reports = Self.track(seed: 5)
        let expected = try Self.inOrder(reports)
        for index in stride(from: 3, to: reports.count - 1, by: 7) { reports.swapAt(index, index + 1) }
        let shard = try TestShard(Self.fences())
        for report in reports { try shard.step(report) }
        #expect(shard.shard.devicesWithLateFixes.isEmpty, "none waits")
        #expect(shard.standing == expected)
    }

    @Test func aLateFixAfterDaysOfSilenceTellsNothingTwice() throws {
        let shard = try TestShard(World.squares(at: [0]))
        for index in 0..<3000 { try shard.step(World.report(Double(index * 10), 0)) }
        let later = 5 * 86_400.0
        for index in 0..<100 { try shard.step(World.report(later + Double(index * 10), 0)) }
        #expect(shard.newLines().count == 1)
        try shard.step(World.report(later - 2 * 86_400, 0))
        try shard.finish()
        #expect(shard.newLines() == [])
    }

    @Test(arguments: [60, 61]) func datagramsThatOvertakeEachOtherAtAJumpAreInOrder(place: Int) throws {
        var reports = stride(from: 0.0, through: 600, by: 10).map { World.report($0, -9000) }
        reports += stride(from: 610.0, through: 1200, by: 10).map { World.report($0, 0) }
        let expected = try Self.inOrder(reports)
        reports.swapAt(place, place + 1)
        let shard = try TestShard(Self.fences())
        for report in reports { try shard.step(report) }
        try shard.finish()
        #expect(shard.standing == expected && !expected.isEmpty)
        #expect(shard.decisions.withdrawals.isEmpty)
    }

    @Test func aCheckpointThatCannotBeReadCostsNoEvent() throws {
        let reports = Self.track(seed: 6)
        let shard = try TestShard(Self.fences())
        for (index, report) in reports.enumerated() where !(400..<500).contains(index) { try shard.step(report) }
        var broken = Decisions()
        broken.checkpoints = [
            Decisions.Checkpoint(device: "van-1", time: World.start.advanced(bySeconds: 3990), state: [9, 9])
        ]
        shard.history.remember(nil, of: "van-1", broken)
        for report in reports[400..<500] { #expect(try shard.step(report) == nil) }
        try shard.finish()
        let expected = try Self.inOrder(reports)
        #expect(shard.standing == expected && expected.count > 4)
    }
}
