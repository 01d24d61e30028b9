import Fencing
import Positioning

/// A track drawn as a string, one character a step: how far from one fence the device's fixes are.
///
/// `O` 200 m outside, `o` 40 m outside, `,` 13 m outside (just beyond the default margin), `.` 8 m outside (within it), `i` 8 m inside, `I` 60 m inside,
/// space: no fix. Accuracy is 4 m.
struct DrawnTrack {
    var decisions: [String] = []
    private(set) var membership = Membership()
    private var previous: Sample?
    private var now = Timestamp(microseconds: 0)
    private let policy: FencePolicy
    private let step_s: Double

    init(_ drawing: String, step_s: Double = 10, policy: FencePolicy = FencePolicy()) {
        self.policy = policy
        self.step_s = step_s
        for character in drawing { take(character) }
    }

    private mutating func take(_ character: Character) {
        defer { now = now.advanced(bySeconds: step_s) }
        let distances: [Character: Double] = ["O": 200, "o": 40, ",": 13, ".": 8, "i": -8, "I": -60]
        guard let distance = distances[character] else { return }
        let sample = Sample(time: now, signedDistance_m: distance, accuracy_m: 4)
        var decided: [String] = []
        let second = { (time: Timestamp) in Int(time.microseconds / 1_000_000) }
        membership.observe(
            sample, after: previous, at: previous.map { _ in Coordinate(latitude: 0, longitude: 0) }, under: policy
        ) { transition in
            switch transition {
            case .entered(let crossing, _, let isInitial):
                decided.append(
                    "enter@\(second(crossing.time))\(isInitial ? " initial" : "") known@\(second(sample.time))")
            case .exited(let crossing, _): decided.append("exit@\(second(crossing.time)) known@\(second(sample.time))")
            case .dwelt(let time, _): decided.append("dwell@\(second(time)) known@\(second(sample.time))")
            case .passed(let origin): decided.append("passed from \(second(origin.time)) known@\(second(sample.time))")
            }
        }
        decisions += decided
        previous = sample
    }
}
