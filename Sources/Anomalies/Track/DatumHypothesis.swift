internal import Positioning

/// What may be wrong where a stay lies beside a fence by the shift of a Chinese map: whose coordinates were taken for WGS-84
/// though they are not.
enum DatumHypothesis: UInt8, CaseIterable, Sendable {
    case trackerGCJ02, trackerBD09, fenceGCJ02, fenceBD09

    /// Whose coordinates they are.
    enum Suspect: String {
        case tracker, fence
    }

    var suspect: Suspect {
        switch self {
        case .trackerGCJ02, .trackerBD09: .tracker
        case .fenceGCJ02, .fenceBD09: .fence
        }
    }

    /// What they are in.
    var datum: Datum {
        switch self {
        case .trackerGCJ02, .fenceGCJ02: .gcj02
        case .trackerBD09, .fenceBD09: .bd09
        }
    }

    /// Where a reported place is among the fences as they are drawn.
    func place(of reported: Coordinate) -> Coordinate {
        switch suspect {
        case .tracker: datum.toWGS84(reported)
        case .fence: datum.fromWGS84(reported)
        }
    }
}
