import Fencing
import Glibc
import Positioning
import Testing

@Suite struct ScatterTests {
    /// Root mean square of the accuracy over the second half of two hours' standing.
    private func settled(
        _ receiver: Receiver, claimed_m: Double, step_s: Int, seed: UInt64,
        along place: (Double) -> (Double, Double) = { _ in (0, 0) }
    ) -> Double {
        var scatter = Scatter()
        var squares: [Double] = []
        for report in receiver.reports(for: 7200, seed: seed, step_s: step_s, along: place) {
            let accuracy = scatter.accuracy_m(
                time: Timestamp(microseconds: Int64(report.time_s * 1e6)),
                coordinate: Receiver.coordinate(east_m: report.east_m, north_m: report.north_m), claimed_m: claimed_m,
                speed_mps: report.speed_mps)
            #expect(accuracy >= claimed_m)
            if report.time_s > 3600 { squares.append(accuracy * accuracy) }
        }
        return (squares.reduce(0, +) / Double(squares.count)).squareRoot()
    }

    @Test func anHonestReceiverIsTakenAtItsWord() {
        for seed in UInt64(1)...5 {
            #expect(settled(Receiver(), claimed_m: 4, step_s: 10, seed: seed) < 4 * 1.3, "seed \(seed)")
        }
    }

    @Test(arguments: [true, false])
    func oneThatClaimsAThirdOfItsErrorIsFoundOut(tellsSpeed: Bool) {
        let receiver = Receiver(sigma_m: 12, correlation_s: 60, tellsSpeed: tellsSpeed)
        for seed in UInt64(1)...5 {
            let accuracy = settled(receiver, claimed_m: 4, step_s: 10, seed: seed)
            #expect(accuracy > 8 && accuracy < 18, "seed \(seed): \(accuracy)")
        }
    }

    @Test func theIntervalMattersLittle() {
        let receiver = Receiver(sigma_m: 12, correlation_s: 60)
        for seed in UInt64(1)...5 {
            let often = settled(receiver, claimed_m: 4, step_s: 1, seed: seed)
            for step_s in [5, 10, 30] {
                let seldom = settled(receiver, claimed_m: 4, step_s: step_s, seed: seed)
                #expect((seldom / often - 1).magnitude < 0.2, "seed \(seed), \(step_s) s: \(often), \(seldom)")
            }
        }
    }

    @Test(arguments: [1.4, 9.0, 30], [true, false])
    func whoMovesIsTakenAtItsWord(speed_mps: Double, tellsSpeed: Bool) {
        let receiver = Receiver(tellsSpeed: tellsSpeed)
        let accuracy = settled(receiver, claimed_m: 4, step_s: 10, seed: 1) { ($0 * speed_mps, 0) }
        #expect(accuracy < 4.1)
    }

    /// A stray is worth nothing itself, and leaves nothing behind.
    @Test(arguments: [40.0, 80, 600, 100_000])
    func aSingleStrayIsForgotten(far_m: Double) {
        var scatter = Scatter()
        let accuracy = { (second: Int, east_m: Double, scatter: inout Scatter) in
            scatter.accuracy_m(
                time: Timestamp(microseconds: Int64(second) * 1_000_000),
                coordinate: Receiver.coordinate(east_m: east_m, north_m: 0), claimed_m: 4, speed_mps: 0)
        }
        for second in stride(from: 0, to: 600, by: 10) { _ = accuracy(second, 0, &scatter) }
        #expect(accuracy(600, far_m, &scatter) >= far_m / Limits.strayStrength * 0.9)
        #expect(accuracy(610, 0, &scatter) < 6)
    }

    @Test func wildInputIsSurvived() {
        let wild = [
            Double.nan, .infinity, -.infinity, 0, -1, 1e-300, 1e300, .greatestFiniteMagnitude, 90, 180, -180, 5,
        ]
        var random = Draw(seed: 7)
        var scatter = Scatter()
        let pick = { (random: inout Draw) in wild[Int(random.uniform() * Double(wild.count))] }
        for _ in 0..<20_000 {
            let claimed = pick(&random)
            let time = random.uniform() < 0.1 ? Int64.min : Int64(random.uniform() * 1e18)
            let accuracy = scatter.accuracy_m(
                time: Timestamp(microseconds: time),
                coordinate: Coordinate(latitude: pick(&random), longitude: pick(&random)), claimed_m: claimed,
                speed_mps: pick(&random))
            #expect(accuracy >= claimed || claimed.isNaN)
            #expect(scatter.variance_m2.isFinite && scatter.centre.isOnEarth)
        }
    }

    @Test func itIsSmall() { #expect(MemoryLayout<Scatter>.size <= 64) }
}
