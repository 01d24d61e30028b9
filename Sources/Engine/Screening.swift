internal import Fencing
internal import Positioning

/// Decides whether a report may decide about fences.
enum Screening {
    static func fix(of report: Report, after newest: DeviceState.Waypoint?) -> Result<Fix, Rejection> {
        if let rejection = report.rejection { return .failure(rejection) }
        guard let coordinate = report.coordinate, coordinate.isOnEarth else { return .failure(.void) }
        if coordinate.latitude == 0, coordinate.longitude == 0 { return .failure(.zero) }
        guard let time = report.time else { return .failure(.undated) }
        if let solution = report.measurements.solution, !solution.isObserved { return .failure(.unobserved) }
        if let newest, time <= newest.time { return .failure(time == newest.time ? .duplicate : .past) }
        return .success(Fix(time: time, coordinate: coordinate, measurements: report.measurements))
    }
}

extension Measurements {
    /// What a decision reckons with, metres: what the receiver claims, within what is believable.
    var decisiveAccuracy_m: Double {
        guard let claimed = accuracy_m, claimed > 0 else { return Limits.accuracyUnknown_m }
        return max(claimed, Limits.accuracyFloor_m)
    }
}
