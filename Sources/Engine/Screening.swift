internal import Fencing
internal import Positioning

/// What can be said of a report by itself, and of two fixes that follow each other.
enum Screening {
    /// - Parameter received: `nil` for recorded input, of whose clock nothing can be said.
    /// - Throws: why it decides nothing.
    static func fix(of report: Report, received: Timestamp?) throws(Rejection) -> Fix {
        if let rejection = report.rejection { throw rejection }
        guard let coordinate = report.coordinate, coordinate.isOnEarth else { throw .void }
        if coordinate.latitude == 0, coordinate.longitude == 0 { throw .zero }
        guard let time = report.time else { throw .undated }
        if let solution = report.measurements.solution, !solution.isObserved { throw .unobserved }
        if report.measurements.decisiveAccuracy_m > Limits.coarse_m { throw .coarse }
        if let received, time.seconds(since: received) > Limits.clockAhead_s { throw .future }
        return Fix(
            time: time, coordinate: coordinate, measurements: report.measurements, weeksAdded: report.weeksAdded ?? 0)
    }

    /// Why a fix is not to be believed by itself; `nil` where it is.
    /// - Parameters:
    ///   - isOfItsTime: its clock is not to be doubted. A recording has nothing else to hold it against than the next fix.
    ///   - last: the fix before; `nil` where it is the first.
    static func doubt(_ fix: Fix, isOfItsTime: Bool = false, after last: DeviceState.Waypoint?) -> Rejection? {
        guard let last else { return isOfItsTime ? nil : .future }
        let gap = fix.time.seconds(since: last.time)
        if gap > Limits.believableStep_s, !isOfItsTime { return .future }
        let blur = 2 * (last.accuracy_m + fix.measurements.decisiveAccuracy_m)
        let reach = Limits.believableSpeed_mps * gap
        if last.coordinate.roughDistanceAtMost_m(to: fix.coordinate) - blur <= reach { return nil }
        return last.coordinate.roughDistance_m(to: fix.coordinate) - blur > reach ? .impossible_speed : nil
    }
}

extension Fix {
    /// - Parameter last: the fix before.
    func waypoint(after last: DeviceState.Waypoint? = nil) -> DeviceState.Waypoint {
        DeviceState.Waypoint(
            time: time, coordinate: coordinate, accuracy_m: measurements.decisiveAccuracy_m,
            speed_mps: measurements.speed_mps, course_deg: measurements.course_deg, after: last)
    }
}

extension Measurements {
    /// What a decision reckons with, metres: what the receiver claims, within what is believable.
    var decisiveAccuracy_m: Double {
        guard let claimed = accuracy_m, claimed > 0 else { return Limits.accuracyUnknown_m }
        return max(claimed, Limits.accuracyFloor_m)
    }
}
