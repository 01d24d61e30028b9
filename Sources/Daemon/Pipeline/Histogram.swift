/// How often a duration fell into each of fixed ranges, as Prometheus counts them.
public struct Histogram: Sendable, Equatable {
    /// Seconds; the upper ends of the ranges, each inclusive; what is over the last is in one more.
    public static let bounds_s = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60]

    /// One more than there are ``bounds_s``; not cumulative.
    public private(set) var counts = [Int](repeating: 0, count: bounds_s.count + 1)
    /// Seconds.
    public private(set) var sum_s = 0.0

    public init() {}

    public var count: Int { counts.reduce(0, +) }

    public mutating func record(seconds: Double) {
        counts[Self.bounds_s.firstIndex { seconds <= $0 } ?? Self.bounds_s.count] += 1
        sum_s += seconds
    }

    /// The upper end of the range in which that share of the durations ends; `nil` where there is none, infinite in the last.
    /// - Parameter share: 0…1, as 0.99.
    public func quantile(_ share: Double) -> Double? {
        let count = count
        guard count > 0 else { return nil }
        var sum = 0
        for (bound, number) in zip(Self.bounds_s, counts) {
            sum += number
            if Double(sum) >= share * Double(count) { return bound }
        }
        return .infinity
    }
}
