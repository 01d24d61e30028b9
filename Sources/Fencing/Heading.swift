import Glibc
internal import Positioning

/// The course of one who moves, as a vector of length 1: worked out once, and asked for at this fix and the next.
public struct Heading: Equatable, Sendable {
    public let east: Double
    public let north: Double

    /// - Parameters:
    ///   - speed_mps: over ground.
    ///   - course_deg: from true north.
    ///   - last: of the fix before. Many trackers tell whole degrees: where the course is the same, so is the heading.
    /// - Returns: `nil` where one of them is not told, or the speed may be noise: its course is meaningless.
    public init?(
        speed_mps: Double?, course_deg: Double?, after last: (course_deg: Double?, heading: Heading?) = (nil, nil)
    ) {
        guard let speed_mps, let course_deg, speed_mps >= Limits.standingSpeed_mps else { return nil }
        if let heading = last.heading, last.course_deg == course_deg {
            self = heading
            return
        }
        east = sin(course_deg * .pi / 180)
        north = cos(course_deg * .pi / 180)
    }
}
