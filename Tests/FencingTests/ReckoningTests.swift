import Fencing
import Glibc
import Positioning
import Testing

@Suite struct ReckoningTests {
    private func motion(
        _ second: Double, east_m: Double, speed_mps: Double?, accuracy_m: Double = 4, course_deg: Double? = 90
    ) -> Motion {
        Motion(
            time: Timestamp(microseconds: Int64(second * 1e6)),
            coordinate: Receiver.coordinate(east_m: east_m, north_m: 0), accuracy_m: accuracy_m, speed_mps: speed_mps,
            course_deg: course_deg)
    }

    /// An hour at a desk, then a walk of 180 m and, five minutes later, back: the boundary is passed at 3657 and at 4100.4 s.
    private static func errand(_ second: Double) -> (Double, Double) {
        switch second {
        case ..<3600: (0, 0)
        case ..<3728: (1.4 * (second - 3600), 0)
        case ..<4029: (179.2, 0)
        case ..<4157: (179.2 - 1.4 * (second - 4029), 0)
        default: (0, 0)
        }
    }

    private static func errors(_ receiver: Receiver, step_s: Int, seeds: ClosedRange<UInt64>) -> [Double] {
        seeds.flatMap { seed in
            let reports = receiver.reports(for: 6000, seed: seed, step_s: step_s, along: Self.errand)
            let decisions = receiver.decide(reports, radius_m: 80)
            #expect(decisions.map(\.kind) == ["enter", "exit", "enter"], "seed \(seed), every \(step_s) s")
            return zip(decisions.dropFirst(), [3657.1, 4099.9]).map { $0.time_s - $1 }
        }
    }

    /// Metres cost a walker seconds: an error of 12 m is worth 9 s, unless what was learnt of it at the desk is kept.
    @Test func aWalkIsDatedByWhatWasLearntBeforeIt() {
        let rms = { (errors: [Double]) in (errors.reduce(0) { $0 + $1 * $1 } / Double(errors.count)).squareRoot() }
        for (sigma_m, limit_s, gain) in [(4.0, 8.0, 0.9), (12, 20, 0.75)] {
            var receiver = Receiver(sigma_m: sigma_m, correlation_s: 30 + 7.5 * sigma_m)
            let told = Self.errors(receiver, step_s: 10, seeds: 1...20)
            receiver.tellsSpeed = false
            let silent = Self.errors(receiver, step_s: 10, seeds: 1...20)
            #expect(told.allSatisfy { $0.magnitude <= limit_s }, "\(told)")
            #expect(rms(told) < gain * rms(silent), "\(rms(told)) s, without velocity \(rms(silent)) s")
        }
    }

    @Test func aWalkIsKnownInTimeWhateverTheInterval() {
        let receiver = Receiver(sigma_m: 12, correlation_s: 120)
        for step_s in [1, 5, 10] {
            for seed in UInt64(1)...6 {
                let reports = receiver.reports(for: 6000, seed: seed, step_s: step_s, along: Self.errand)
                let decisions = receiver.decide(reports, radius_m: 80)
                #expect(decisions.map(\.kind) == ["enter", "exit", "enter"], "seed \(seed), every \(step_s) s")
                for (decision, truth) in zip(decisions.dropFirst(), [3657.1, 4099.9]) {
                    #expect(decision.known_s - truth <= 60, "seed \(seed), every \(step_s) s: \(decision)")
                }
            }
        }
    }

    /// Over whole errands, where the place is lies within twice the accuracy as often as it should.
    @Test func theAccuracyOfThePlaceIsHonest() {
        var within = 0
        var all = 0
        var nearer = 0
        for seed in UInt64(1)...20 {
            let receiver = Receiver(sigma_m: 12, correlation_s: 144)
            var last: Motion?
            var reckoning: Reckoning?
            for report in receiver.reports(for: 4500, seed: seed, step_s: 10, along: Self.errand) {
                let here = Motion(
                    time: Timestamp(microseconds: Int64(report.time_s * 1e6)),
                    coordinate: Receiver.coordinate(east_m: report.east_m, north_m: report.north_m), accuracy_m: 12,
                    speed_mps: report.speed_mps, course_deg: report.course_deg)
                if let last { reckoning?.follow(here, from: last) } else { reckoning = Reckoning(at: here) }
                last = here
                guard let reckoning, report.time_s >= 3500 else { continue }
                let off_m = reckoning.place.longitude * 111_195 * cos(40 * .pi / 180) - Self.errand(report.time_s).0
                all += 1
                if off_m.magnitude <= 2 * reckoning.accuracy_m { within += 1 }
                if off_m.magnitude <= (report.east_m - Self.errand(report.time_s).0).magnitude { nearer += 1 }
            }
        }
        #expect(Double(within) >= 0.9 * Double(all), "\(within) of \(all)")
        #expect(Double(nearer) >= 0.65 * Double(all), "nearer than the fix: \(nearer) of \(all)")
    }

    @Test func oneStrayMovesNothingAndTwoAreAJump() {
        var last = motion(0, east_m: 0, speed_mps: 0)
        var reckoning = Reckoning(at: last)
        func take(_ next: Motion) {
            reckoning.follow(next, from: last)
            last = next
        }
        for second in stride(from: 10.0, through: 300, by: 10) { take(motion(second, east_m: 1, speed_mps: 0.1)) }
        let before = reckoning.place
        take(motion(310, east_m: 600, speed_mps: 0))
        #expect(reckoning.isAstray && reckoning.place == before)
        take(motion(320, east_m: 1, speed_mps: 0))
        #expect(!reckoning.isAstray && Receiver.distance_m(reckoning.place) < 2)
        take(motion(330, east_m: 600, speed_mps: 0))
        take(motion(340, east_m: 600, speed_mps: 0))
        #expect(reckoning == Reckoning(at: last))
    }

    /// Without a velocity at both ends, or after a silence, nothing is known but the fix.
    @Test func whereThereIsNoVelocityThePlaceIsTheFix() {
        let start = motion(0, east_m: 0, speed_mps: 1.4)
        for next in [
            motion(10, east_m: 14, speed_mps: nil), motion(10, east_m: 14, speed_mps: 1.4, course_deg: nil),
            motion(3600, east_m: 14, speed_mps: 1.4),
        ] {
            var reckoning = Reckoning(at: start)
            reckoning.follow(next, from: start)
            #expect(reckoning == Reckoning(at: next))
        }
    }

    /// Whatever the fixes and speeds, anywhere on earth: a place on it, and an accuracy that is a number.
    @Test(arguments: [UInt64(1), 2, 3])
    func drawnWaysStayOnEarth(seed: UInt64) {
        var random = Draw(seed: seed)
        for _ in 0..<40 {
            let origin = Coordinate(
                latitude: [0, 40, -89.9999, 90, 89.99][Int(random.uniform() * 5)],
                longitude: [0, 179.9999, -180, 116][Int(random.uniform() * 4)])
            var time = Timestamp(microseconds: 0)
            var last = Motion(time: time, coordinate: origin, accuracy_m: 4, speed_mps: 0, course_deg: 0)
            var reckoning = Reckoning(at: last)
            for _ in 0..<100 {
                time = time.advanced(bySeconds: random.uniform() * 45)
                let next = Motion(
                    time: time,
                    coordinate: Coordinate(
                        latitude: max(-90, min(origin.latitude + random.normal() * 1e-4, 90)),
                        longitude: max(-180, min(origin.longitude + random.normal() * 1e-4, 180))),
                    accuracy_m: [2.5, 4, 25, 1e6][Int(random.uniform() * 4)],
                    speed_mps: random.uniform() < 0.1
                        ? nil : random.uniform() * [0.4, 2, 30, 1e6][Int(random.uniform() * 4)],
                    course_deg: random.uniform() < 0.1 ? nil : random.uniform() * 360)
                reckoning.follow(next, from: last)
                last = next
                #expect(reckoning.place.isOnEarth && reckoning.accuracy_m.isFinite, "seed \(seed): \(reckoning)")
                #expect(reckoning.placeVariance_m2 >= 0 && reckoning.errorVariance_m2 >= 0, "seed \(seed)")
            }
        }
    }
}
