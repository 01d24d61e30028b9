import Daemon
import TestSupport
import Testing

@Suite struct HistogramTests {
    @Test func everyDurationIsInTheFirstRangeThatHoldsIt() {
        for (index, bound) in Histogram.bounds_s.enumerated() {
            var histogram = Histogram()
            histogram.record(seconds: bound)
            histogram.record(seconds: bound.nextUp)
            #expect(histogram.counts[index] == 1 && histogram.counts[index + 1] == 1)
            #expect(histogram.count == 2 && histogram.sum_s == bound + bound.nextUp)
        }
        #expect(Histogram.bounds_s == Histogram.bounds_s.sorted() && Histogram.bounds_s.allSatisfy { $0 > 0 })
    }

    /// Against the durations themselves: the range that it names holds the one at that place.
    @Test func aQuantileIsTheEndOfItsRange() throws {
        #expect(Histogram().quantile(0.5) == nil)
        var random = SeededGenerator(seed: 5)
        for round in 0..<200 {
            var histogram = Histogram()
            let durations = (0...round).map { _ in Double.random(in: 0...0.02, using: &random) }.sorted()
            for duration in durations { histogram.record(seconds: duration) }
            for share in [0.01, 0.5, 0.9, 0.99, 1] {
                let place = max(Int((share * Double(durations.count)).rounded(.up)), 1) - 1
                let bound = Histogram.bounds_s.first { durations[place] <= $0 }
                #expect(histogram.quantile(share) == bound, "round \(round), share \(share)")
            }
        }
    }
}
