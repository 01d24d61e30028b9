internal import Fencing
internal import Positioning

/// A way between two fixes that nothing on the ground covers in the time, after both accuracies are taken off.
///
/// Where the receiver's own speed at both ends bears the way out, it is a train or an aeroplane, and no leap.
struct Leap: Vacant {
    private(set) var left: Timestamp
    private var start: Spot
    private(set) var arrived: Timestamp
    private var end: Spot
    private(set) var speed_kmh: Double

    var from: Coordinate { start.coordinate }
    var to: Coordinate { end.coordinate }

    /// Also what is read into.
    static let vacant = Leap()

    /// A leap is faster than any limit.
    @inline(__always) var isVacant: Bool { speed_kmh == 0 }

    private init() {
        left = Timestamp(microseconds: 0)
        (arrived, start, end, speed_kmh) = (left, .nowhere, .nowhere, 0)
    }

    /// - Parameter limit_kmh: what is covered faster is a leap.
    /// - Returns: `nil` where the way is possible.
    init?(from last: Motion, to here: Motion, over limit_kmh: Double) {
        let gap = here.time.seconds(since: last.time)
        // Most ways are far too short.
        guard last.coordinate.roughDistanceAtMost_m(to: here.coordinate) * 3.6 > limit_kmh * gap else { return nil }
        let blur = Limits.speedBlur * (last.accuracy_m + here.accuracy_m)
        let way = last.coordinate.roughDistance_m(to: here.coordinate) - blur
        guard gap > 0, way * 3.6 > limit_kmh * gap else { return nil }
        let own = min(last.speed_mps ?? 0, here.speed_mps ?? 0)
        guard own * gap < Limits.borneOutSpeed * way else { return nil }
        left = last.time
        start = Spot(last.coordinate)
        arrived = here.time
        end = Spot(here.coordinate)
        speed_kmh = way / gap * 3.6
    }

    var distance_m: Double { from.roughDistance_m(to: to) }

    mutating func code<Coder: StateCoder>(_ coder: inout Coder) throws(Coder.Failure) {
        try coder.time(&left)
        try start.code(&coder)
        try coder.time(&arrived)
        try end.code(&coder)
        try coder.double(&speed_kmh)
    }
}
