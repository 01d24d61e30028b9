internal import Fencing
internal import Geometry
internal import Positioning

/// What one step of one device is about.
struct Moment {
    let here: DeviceState.Waypoint
    let last: DeviceState.Waypoint?
    /// Where the reckoning had the device at the fix before, and where it has it now.
    let reckonedLast: Reckoning?
    var reckoned: Reckoning?
    /// See ``DeviceState/nearestEdge``.
    var nearestEdge = NearestEdge.none
    /// See ``Sample/isCorroborated``.
    private(set) lazy var isCorroborated = last?.motion.leads(to: here.motion) ?? false

    init(here: DeviceState.Waypoint, last: DeviceState.Waypoint?, reckonedLast: Reckoning?) {
        self.here = here
        self.last = last
        self.reckonedLast = reckonedLast
    }

    /// What the fix says of a fence that it is so far from.
    /// - Parameter isSettled: the device is inside, and a fix inside needs no witness.
    mutating func sample(_ signedDistance_m: Double, isSettled: Bool) -> Sample {
        Sample(
            time: here.time, signedDistance_m: signedDistance_m, accuracy_m: here.accuracy_m,
            speed_mps: here.speed_mps,
            isCorroborated: isSettled && signedDistance_m <= 0 ? false : isCorroborated)
    }

    /// What the fix before says of a fence that it was so far from; `nil` where there was none.
    func sampleBefore(_ signedDistance_m: Double) -> Sample? {
        last.map { last in
            Sample(
                time: last.time, signedDistance_m: signedDistance_m, accuracy_m: last.accuracy_m,
                speed_mps: last.speed_mps)
        }
    }

    /// Whether two fixes are near enough in time and place that the way between them is no guess.
    static func isPlausibleWay(from last: DeviceState.Waypoint, to here: DeviceState.Waypoint) -> Bool {
        let gap = here.time.seconds(since: last.time)
        return gap > 0 && gap <= Limits.crossedGap_s
            && last.coordinate.isRoughlyWithin(Limits.crossedSpeed_mps * gap, of: here.coordinate)
    }
}
