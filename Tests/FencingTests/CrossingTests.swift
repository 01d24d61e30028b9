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
