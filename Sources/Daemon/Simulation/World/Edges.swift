internal import Anomalies
internal import Positioning

/// When a device stood, or went on foot, so near to a boundary that nobody could tell from its fixes on which side.
struct Edges {
    private(set) var labels: [Label] = []
    /// Of each fence, the newest of its labels.
    private var newest: [String: Int] = [:]

    /// Fences near a place where it was, and how far.
    private var near: (spot: Spot, fences: [(id: String, distance_m: Double)])?

    /// Metres per second.
    private static let onFoot_mps = 2.0
    /// No receiver errs so much, metres.
    private static let reach_m = 200.0

    /// Takes one report.
    /// - Parameters:
    ///   - reach_m: three standard deviations of the error.
    ///   - end: of the next report.
    mutating func note(_ motion: ReceiverModel.Motion, within reach_m: Double, from: Timestamp, to end: Timestamp) {
        guard motion.speed_mps < Self.onFoot_mps else { return }
        for fence in fences(near: motion.spot) where fence.distance_m <= reach_m {
            if let known = newest[fence.id], labels[known].to >= from {
                labels[known].to = end
            } else {
                newest[fence.id] = labels.count
                labels.append(Label(rule: .flapping, from: from, to: end, fence: fence.id))
            }
        }
    }

    /// Who stands asks again and again.
    private mutating func fences(near spot: Spot) -> [(id: String, distance_m: Double)] {
        if let near, near.spot == spot { return near.fences }
        let fences = City.bounded.map { (id: $0.id, distance_m: $0.distance_m(from: spot).magnitude) }
            .filter { $0.distance_m <= Self.reach_m }
        near = (spot, fences)
        return fences
    }
}
