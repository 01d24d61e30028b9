internal import Anomalies
internal import Positioning

/// Takes the satellites from all receivers around it.
struct Jammer: Sendable {
    var middle: Spot
    var reach_m: Double
    /// Seconds of the day in which it is on.
    var hours_s: Range<Double>

    func reaches(_ spot: Spot, at second: Double) -> Bool {
        hours_s.contains(second) && spot.distance_m(to: middle) <= reach_m
    }

    /// Takes them from those reports that are made in its reach.
    /// - Parameters:
    ///   - legs: on which the device truly was.
    ///   - midnight: before them.
    /// - Returns: when the first of them was made, and the last.
    func blind(
        _ stream: inout StreamCase.Stream, on legs: [Leg], of midnight: Timestamp
    ) -> ClosedRange<Timestamp>? {
        var reached: ClosedRange<Timestamp>?
        for index in stream.indices {
            let sent = stream[index].sent
            let second = sent.seconds(since: midnight)
            guard hours_s.contains(second), let spot = legs.spot(at: second), reaches(spot, at: second) else {
                continue
            }
            stream[index].report.blind()
            reached = (reached?.lowerBound ?? sent)...sent
        }
        return reached
    }
}

extension Report {
    /// As it is without a satellite.
    mutating func blind() {
        coordinate = nil
        measurements = Measurements()
        measurements.satellites = 0
        rejection = .void
    }
}
