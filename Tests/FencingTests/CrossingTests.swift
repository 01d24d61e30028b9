import Fencing
import Positioning
import Testing

@Suite struct CrossingTests {
    private func crossing(
        _ first_m: Double, _ firstSpeed: Double?, _ second_m: Double, _ secondSpeed: Double?, gap_s: Double = 30
    ) -> (time_s: Double, uncertainty_s: Double) {
        let crossing = Crossing(
            between: Sample(
                time: Timestamp(microseconds: 0), signedDistance_m: first_m, accuracy_m: 4, speed_mps: firstSpeed),
            and: Sample(
                time: Timestamp(microseconds: Int64(gap_s * 1e6)), signedDistance_m: second_m, accuracy_m: 4,
                speed_mps: secondSpeed))
        return (Double(crossing.time.microseconds) / 1e6, crossing.uncertainty_s)
    }

    @Test func anEvenWayIsDividedEvenly() {
        #expect(crossing(90, 9, -180, 9).time_s == 10)
        #expect(crossing(90, nil, -180, nil).time_s == 10)
        #expect(crossing(-180, 9, 90, 9).time_s == 20)
    }

    /// 90 m at 9 m/s are 10 s, whether it stops right inside or goes on.
    @Test(arguments: [-20.0, -60, -120, -170])
    func whereAVehicleStopsInside(second_m: Double) {
        #expect((crossing(90, 9, second_m, 0).time_s - 10).magnitude < 0.01)
        // The same backwards: it stood, and left so that it was 10 s past the boundary.
        #expect((crossing(second_m, 0, 90, 9).time_s - 20).magnitude < 0.01)
    }

    @Test func whatIsNotToldIsUncertain() {
        #expect(crossing(90, nil, -180, nil).uncertainty_s > 2 * crossing(90, 9, -180, 9).uncertainty_s)
        // Two fixes about the edge may be minutes of wandering apart from the true crossing.
        #expect(crossing(1, nil, -1, nil, gap_s: 1).uncertainty_s >= 4)
    }

    /// The reckoned places are 14 m ahead of the fixes, or behind: a walk of ten seconds, before or after.
    @Test(arguments: [1.0, -1])
    func reckonedPlacesDateTheCrossing(side: Double) {
        func crossing(_ first_m: Double, _ second_m: Double, off_m: Double, speed_mps: Double?) -> Double {
            let samples = [(0.0, first_m), (10, second_m)].map { second, distance in
                Sample(
                    time: Timestamp(microseconds: Int64(second * 1e6)), signedDistance_m: side * distance,
                    accuracy_m: 12,
                    speed_mps: speed_mps,
                    reckoned: Sample.Reckoned(signedDistance_m: side * (distance + off_m), accuracy_m: 3))
            }
            return Double(Crossing(between: samples[0], and: samples[1]).time.microseconds) / 1e6
        }
        #expect((crossing(7, -7, off_m: 0, speed_mps: 1.4) - 5).magnitude < 0.01)
        #expect((crossing(7, -7, off_m: 14, speed_mps: 1.4) - 15).magnitude < 0.01)
        #expect((crossing(7, -7, off_m: -14, speed_mps: 1.4) + 5).magnitude < 0.01)
        // Never further than Limits.crossingReach_s, and who is silent about the speed stays between the fixes.
        #expect(crossing(7, -7, off_m: -500, speed_mps: 1.4) == -Limits.crossingReach_s)
        #expect(crossing(7, -7, off_m: 500, speed_mps: 1.4) == 10 + Limits.crossingReach_s)
        #expect(crossing(7, -7, off_m: 14, speed_mps: nil) == 10)
        #expect(crossing(7, -7, off_m: -14, speed_mps: nil) == 0)
    }

    /// Whatever the two fixes say, the time lies between them and the uncertainty is a number.
    @Test func drawnPairsStayInBounds() {
        var random = Draw(seed: 3)
        for _ in 0..<20_000 {
            let gap_s = random.uniform() < 0.1 ? 0 : random.uniform() * 1000
            let speed = { (random: inout Draw) in random.uniform() < 0.2 ? nil : random.uniform() * 40 }
            let sign = random.uniform() < 0.5 ? 1.0 : -1
            let far = random.uniform() < 0.1 ? 0 : random.uniform() * 2000
            let (time_s, uncertainty_s) = crossing(
                sign * far, speed(&random), -sign * random.uniform() * 2000, speed(&random), gap_s: gap_s)
            #expect((-0.001...gap_s + 0.001).contains(time_s), "\(gap_s), \(far)")
            #expect(uncertainty_s >= Limits.stampBlur_s && uncertainty_s <= gap_s + Limits.crossingBlur_s)
        }
    }
}
