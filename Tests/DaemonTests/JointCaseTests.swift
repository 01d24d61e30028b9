import Anomalies
import Positioning
import TestSupport
import Testing

@testable import Daemon

/// Cases that several devices have together: what they say of themselves is true of where the devices were.
@Suite struct JointCaseTests {
    private static let midnight = Timestamp(microseconds: 1_772_380_800_000_000)

    private func joint(_ rule: RuleName, _ seed: UInt64, others: Int = 0) -> JointCase {
        JointCase(rule, name: "j", others: others, midnight: Self.midnight, seed: seed)
    }

    /// Looked up by each device's own way, leg by leg.
    private func spots(of joint: JointCase, at time: Timestamp) -> [Spot] {
        joint.days.filter { joint.members.contains($0.device) }.compactMap { day in
            let second = time.seconds(since: Self.midnight)
            return day.legs.first { $0.start_s <= second && second < $0.end_s }?.motion(at: second).spot
        }
    }

    private func areTogether(_ spots: [Spot]) -> Bool {
        spots.contains { here in spots.count { $0.distance_m(to: here) <= 50 } >= 5 }
    }

    @Test(arguments: UInt64(1)...2) func whoGathersIsInOnePlaceAllTheWhile(_ seed: UInt64) throws {
        let joint = joint(.gathering, seed)
        let label = try #require(joint.label, "seed \(seed)")
        #expect(label.rule == .gathering && label.isInjected && joint.members.count >= 5, "seed \(seed)")
        #expect(Set(joint.days.map(\.group)) == [City.staffGroup], "seed \(seed)")
        var time = label.from.advanced(bySeconds: 1)
        while time < label.to {
            #expect(areTogether(spots(of: joint, at: time)), "seed \(seed) at \(time)")
            time = time.advanced(bySeconds: 60)
        }
        // It begins with the fifth who comes, and is over with the fifth last who goes: they have driven on by then.
        for moment in [label.from.advanced(bySeconds: -60), label.to.advanced(bySeconds: 60)] {
            #expect(!areTogether(spots(of: joint, at: moment)), "seed \(seed) at \(moment)")
        }
    }

    /// The same days with the jammer and without it differ where it reaches, and nowhere else.
    @Test(arguments: UInt64(1)...6) func aJammerTakesWhatIsInItsReach(_ seed: UInt64) throws {
        let middle = City.plainBlocks[Int(seed) * 40]
        // They come while it is on.
        let hours_s = 9.1 * 3600..<11 * 3600
        let meeting = Meeting(middle: middle, reach_m: 300, hours_s: 9 * 3600..<11.2 * 3600, skies: [.open])
        let jammer = Jammer(middle: middle, reach_m: 400, hours_s: hours_s)
        func day(_ jammer: Jammer?) -> DeviceDay {
            DeviceDay(device: "d", meeting: meeting, jammer: jammer, midnight: Self.midnight, seed: seed)
        }
        let (plain, jammed) = (day(nil), day(jammer))
        try #require(plain.reports.count == jammed.reports.count && plain.jammed == nil)
        var reached: [Timestamp] = []
        for (before, after) in zip(plain.reports, jammed.reports) {
            let time = try #require(before.report.time)
            let second = time.seconds(since: Self.midnight)
            let leg = plain.legs.first { $0.start_s <= second && second < $0.end_s }
            let isReached =
                hours_s.contains(second) && (leg?.motion(at: second).spot.distance_m(to: middle) ?? 1e9) <= 400
            #expect(before.received == after.received && after.report.time == time, "seed \(seed)")
            if isReached {
                reached.append(time)
                let isBlind = after.report.coordinate == nil && after.report.measurements.satellites == 0
                #expect(isBlind && after.report.rejection == .void, "seed \(seed) at \(time)")
            } else {
                #expect(before.report == after.report, "seed \(seed) at \(time)")
            }
        }
        #expect(!reached.isEmpty && jammed.jammed == reached.min()!...reached.max()!, "seed \(seed)")
    }

    @Test(arguments: UInt64(1)...2) func theJammedAreThoseWhoWereReached(_ seed: UInt64) throws {
        let joint = joint(.jamming, seed, others: 1)
        let label = try #require(joint.label, "seed \(seed)")
        #expect(joint.members.count >= 2 && label.to.seconds(since: label.from) >= 300, "seed \(seed)")
        for day in joint.days {
            let isMember = day.jammed.map { $0.upperBound.seconds(since: $0.lowerBound) >= 60 } ?? false
            #expect(joint.members.contains(day.device) == isMember, "seed \(seed)")
            guard isMember, let jammed = day.jammed else { continue }
            #expect(label.from <= jammed.lowerBound && jammed.upperBound <= label.to, "seed \(seed)")
        }
    }

    @Test func whoIsAskedNowhereHasTheDayThatHeHadBefore() {
        for seed in UInt64(1)...3 {
            let plain = DeviceDay(device: "d", midnight: Self.midnight, seed: seed)
            let far = Jammer(middle: Spot(1e6, 0), reach_m: 100, hours_s: 0..<86_400)
            let beside = DeviceDay(device: "d", jammer: far, midnight: Self.midnight, seed: seed)
            #expect(plain.reports.map(\.report) == beside.reports.map(\.report) && plain.attended == nil)
        }
    }

    // MARK: judging

    /// - Parameter raised: seconds after the case began, and who is named.
    private func judge(_ joint: JointCase, _ raised: [(after_s: Double, names: Set<String>)]) throws -> Evaluation.Score
    {
        let label = try #require(joint.label)
        var result = Evaluation.Result()
        result.judge(
            raised.map { told in
                let time = label.from.advanced(bySeconds: told.after_s)
                let anomaly = Anomaly(
                    rule: joint.rule, state: .raised, raised: time, evidence: Anomaly.Evidence(json: []))
                return CrewDay.Raised(
                    device: told.names.min() ?? "", anomaly: anomaly, since: time, detected: time, names: told.names)
            }, of: joint)
        return try #require(result.jointScores[joint.rule])
    }

    @Test func foundIsOneEventOfItsDevices() throws {
        let joint = joint(.jamming, 2, others: 1)
        let members = joint.members
        let two = Set(members.sorted().prefix(2))
        func figures(_ raised: [(after_s: Double, names: Set<String>)]) throws -> [Int] {
            let score = try judge(joint, raised)
            return [score.injected, score.found, score.rightly, score.wrongly]
        }
        #expect(try figures([]) == [1, 0, 0, 0], "missed")
        #expect(try figures([(60, members)]) == [1, 1, 0, 0] && judge(joint, [(60, members)]).delays_s == [60])
        #expect(try figures([(60, two)]) == [1, 1, 0, 0], "some of them")
        #expect(try figures([(60, members), (90, two)]) == [1, 1, 0, 1], "a second event of the same case is false")
        #expect(try figures([(60, [members.sorted()[0]])]) == [1, 0, 1, 0], "of one alone: true, and not found")
        #expect(try figures([(60, members.union(["stranger"]))]) == [1, 0, 0, 1])
        #expect(try figures([(-60, members)]) == [1, 0, 0, 1], "before it began")
    }

    @Test func anOrdinaryMorningTogetherIsNoFalseOne() throws {
        let joint = joint(.gathering, 3)
        let label = try #require(joint.label)
        let length_s = label.to.seconds(since: label.from)
        #expect(joint.wereTogether(joint.members, from: label.from, to: label.to))
        #expect(!joint.wereTogether(joint.members, from: label.from, to: label.to.advanced(bySeconds: 1.5 * length_s)))
        #expect(!joint.wereTogether(Set(joint.members.sorted().prefix(4)), from: label.from, to: label.to), "four")
    }
}
