internal import Platform
internal import Positioning

/// How fast counters grow: from samples that are taken now and then, over the last ``Limits/rateWindow_s``.
struct RateMeter: Sendable {
    private var samples: [(time: MonotonicTime, counts: [Int])] = []

    /// - Parameter counts: always the same counters in the same order.
    mutating func sample(_ counts: [Int], at now: MonotonicTime) {
        samples.append((now, counts))
        // One sample at or before the window's begin is kept: rates are measured from there.
        let begin = now + .seconds(-Limits.rateWindow_s)
        while samples.count > 2, samples[1].time <= begin { samples.removeFirst() }
    }

    /// Per second, in the order of the counters; zeros until there are two samples.
    var perSecond: [Double] {
        guard let first = samples.first, let last = samples.last, first.time < last.time else {
            return samples.last.map { [Double](repeating: 0, count: $0.counts.count) } ?? []
        }
        let seconds = (last.time - first.time) / .seconds(1)
        return zip(first.counts, last.counts).map { Double($1 - $0) / seconds }
    }
}
