import Positioning
import Testing

@testable import Fencing

/// Where a membership is content with bounds, the exact distances change nothing.
@Suite struct BoundsTests {
    /// One drawn track beside one fence: distances as they truly are, and what a bound would say instead.
    private struct Track {
        var random: UInt64
        var samples: [Sample] = []

        mutating func uniform() -> Double {
            random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Double(random >> 11) / Double(1 << 53)
        }

        init(seed: UInt64) {
            random = seed &* 7919 + 1
            var (time, distance) = (0.0, uniform() * 100)
            var (speed, accuracy) = (0.0, 5.0)
            for number in 0..<400 {
                if number % 12 == 0 {
                    speed = (uniform() - 0.5) * [4, 30, 60][number / 12 % 3]
                    accuracy = 2.5 + uniform() * 8
                }
                let gap = 0.5 + uniform() * (number % 50 == 0 ? 90 : 6)
                time += gap
                if distance.magnitude > 250 { speed = -speed.magnitude * (distance > 0 ? 1 : -1) }
                distance += speed * gap
                let seen = distance + (uniform() - 0.5) * accuracy
                samples.append(
                    Sample(
                        time: Timestamp(microseconds: Int64(time * 1e6)), signedDistance_m: seen, accuracy_m: accuracy,
                        speed_mps: speed.magnitude, isCorroborated: uniform() < 0.7,
                        reckoned: Sample.Reckoned(
                            signedDistance_m: distance + (uniform() - 0.5) * 2, accuracy_m: 2.5 + uniform() * 3)))
            }
        }

        mutating func bounded(_ sample: Sample, isMeasured: Bool) -> Sample {
            var bound = sample
            if !isMeasured {
                bound.signedDistance_m *= 1 - uniform() * 0.4
                bound.isBound = true
            }
            bound.reckoned = sample.reckoned.map {
                Sample.Reckoned(
                    signedDistance_m: $0.signedDistance_m * (1 - uniform() * 0.4), accuracy_m: $0.accuracy_m,
                    isBound: true)
            }
            if !sample.isCorroborated { bound.reckoned = nil }
            return bound
        }
    }

    @Test(arguments: UInt64(0)..<40)
    func exactDistancesChangeNothing(_ seed: UInt64) {
        var track = Track(seed: seed)
        let policy = FencePolicy(
            enterConfirm_s: Double(seed % 3) * 10, exitConfirm_s: Double(seed % 4) * 15,
            exitMargin_m: Double(seed % 2) * 10, dwell_s: seed % 3 == 0 ? 60 : nil)
        var membership = Membership()
        var decided = (bounds: 0, phases: Set<String>())
        for (number, sample) in track.samples.enumerated() {
            let previous = number > 0 ? track.samples[number - 1] : nil
            let bound = track.bounded(sample, isMeasured: number % 3 == 0)
            let before = previous.map { track.bounded($0, isMeasured: false) }
            var (exact, quick) = (membership, membership)
            var (told, quicklyTold): ([Transition], [Transition]) = ([], [])
            let place = Coordinate(latitude: 1, longitude: 2)
            exact.observe(sample, after: previous, at: place, under: policy) { told.append($0) }
            if membership.isDecided(by: bound, after: before, under: policy) {
                quick.observe(bound, after: before, at: place, under: policy) { quicklyTold.append($0) }
                #expect(quick == exact && quicklyTold == told, "seed \(seed): fix \(number), \(membership)")
                decided.bounds += 1
                decided.phases.insert(String("\(membership.phase)".prefix(while: { $0 != "(" })))
            }
            membership = exact
        }
        #expect(decided.bounds > 20 && decided.phases.count > 1, "seed \(seed): \(decided)")
    }
}
