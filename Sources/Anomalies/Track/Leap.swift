internal import Fencing
internal import Positioning

/// A way between two fixes that nothing on the ground covers in the time, after both accuracies are taken off.
///
/// Where the receiver's own speed at both ends bears the way out, it is a train or an aeroplane, and no leap.
struct Leap: Equatable, Sendable {
    var left: Timestamp
    var from: Coordinate
    var arrived: Timestamp
    var to: Coordinate
    var speed_kmh: Double

    /// To read into.
    init() {
        left = Timestamp(microseconds: 0)
        from = Coordinate(latitude: 0, longitude: 0)
        (arrived, to, speed_kmh) = (left, from, 0)
    }

    /// - Parameter limit_kmh: what is covered faster is a leap.
    /// - Returns: `nil` where the way is possible.
    init?(from last: Motion, to here: Motion, over limit_kmh: Double) {
        let gap = here.time.seconds(since: last.time)
        // Most ways are far too short, which is known without an angle's sine.
        let degrees =
            (here.coordinate.latitude - last.coordinate.latitude).magnitude
            + (here.coordinate.longitude - last.coordinate.longitude).magnitude
        guard degrees * Limits.metresPerDegreeMost * 3.6 > limit_kmh * gap else { return nil }
        let blur = Limits.speedBlur * (last.accuracy_m + here.accuracy_m)
        let way = last.coordinate.roughDistance_m(to: here.coordinate) - blur
        guard gap > 0, way * 3.6 > limit_kmh * gap else { return nil }
        let own = min(last.speed_mps ?? 0, here.speed_mps ?? 0)
        guard own * gap < Limits.borneOutSpeed * way else { return nil }
        left = last.time
        from = last.coordinate
        arrived = here.time
        to = here.coordinate
        speed_kmh = way / gap * 3.6
    }

    var distance_m: Double { from.roughDistance_m(to: to) }

    mutating func code<Coder: StateCoder>(_ coder: inout Coder) throws(Coder.Failure) {
        try coder.time(&left)
        try coder.coordinate(&from)
        try coder.time(&arrived)
        try coder.coordinate(&to)
        try coder.double(&speed_kmh)
    }
}
