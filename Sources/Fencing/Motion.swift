public import Positioning

/// Where a device was, and how it moved by its receiver's own measure.
///
/// A receiver takes its velocity from Doppler shifts and its position from travel times: two measurements, which a
/// reflected signal doesn't spoil alike. Where the way between two fixes is the one that the velocity makes expect, the
/// second fix is no stray, and need not wait for a third to say so.
public struct Motion: Equatable, Sendable {
    public var time: Timestamp
    public var coordinate: Coordinate
    /// One standard deviation on an axis, metres.
    public var accuracy_m: Double
    /// Metres per second over ground; `nil` where the receiver says none.
    @MaybeDouble public var speed_mps: Double?
    /// `nil` where the receiver says none, or stands.
    public var heading: Heading?

    public init(
        time: Timestamp, coordinate: Coordinate, accuracy_m: Double, speed_mps: Double?, heading: Heading?
    ) {
        self.time = time
        self.coordinate = coordinate
        self.accuracy_m = accuracy_m
        _speed_mps = MaybeDouble(wrappedValue: speed_mps)
        self.heading = heading
    }

    /// - Parameter course_deg: degrees from true north; `nil` where the receiver says none.
    public init(
        time: Timestamp, coordinate: Coordinate, accuracy_m: Double, speed_mps: Double?, course_deg: Double?
    ) {
        self.init(
            time: time, coordinate: coordinate, accuracy_m: accuracy_m, speed_mps: speed_mps,
            heading: Heading(speed_mps: speed_mps, course_deg: course_deg))
    }

    /// Whether the way from here to a later fix is what the velocities at both ends make expect.
    ///
    /// Along the course, it must lie between what the lesser and the greater speed cover in the time; across it, by the
    /// two accuracies and a share of the way. One that turned sharply, or is silent about its speed, is not judged.
    public func leads(to next: Motion) -> Bool {
        let gap = next.time.seconds(since: time)
        guard gap > 0, gap <= Limits.motionGap_s, let speed_mps, let nextSpeed = next.speed_mps else { return false }
        let slow = min(speed_mps, nextSpeed)
        let fast = max(speed_mps, nextSpeed)
        guard fast >= Limits.standingSpeed_mps, let heading = meanHeading(with: next) else { return false }
        let way = Plane(at: coordinate).vector_m(to: next.coordinate)
        let along = way.east * heading.east + way.north * heading.north
        let across = way.east * heading.north - way.north * heading.east
        let blur = accuracy_m + next.accuracy_m + Limits.motionTolerance * along.magnitude
        return along >= slow * gap - blur && along <= fast * gap + blur && across.magnitude <= blur
    }

    /// What the velocities at both ends make of the way between two fixes.
    struct Way {
        var gap_s: Double
        var east_m: Double
        var north_m: Double
        /// Of either, square metres.
        var variance_m2: Double
    }

    /// - Returns: `nil` where a velocity is missing, or after a silence.
    func way(to next: Motion) -> Way? {
        let gap = next.time.seconds(since: time)
        guard gap > 0, gap <= Limits.motionGap_s, let from = velocity_mps, let to = next.velocity_mps else {
            return nil
        }
        let change = (east: to.east - from.east, north: to.north - from.north)
        let change2 = change.east * change.east + change.north * change.north
        let fast = max(speed_mps ?? 0, next.speed_mps ?? 0)
        let slip = Limits.velocityTolerance * fast
        let spread =
            fast < Limits.standingSpeed_mps
            ? Limits.standingSpread_m2ps : Limits.movingSpread_m2ps + slip * slip * Limits.velocityMemory_s
        // It may have changed its velocity at any moment between the two.
        return Way(
            gap_s: gap, east_m: (from.east + to.east) / 2 * gap, north_m: (from.north + to.north) / 2 * gap,
            variance_m2: spread * gap + change2 * gap * gap / 12)
    }

    /// `nil` where it is not told. A speed that may be noise is none.
    private var velocity_mps: (east: Double, north: Double)? {
        guard let speed_mps else { return nil }
        guard speed_mps >= Limits.standingSpeed_mps else { return (0, 0) }
        return heading.map { (speed_mps * $0.east, speed_mps * $0.north) }
    }

    /// The direction between the two courses, as a unit vector; `nil` where they disagree. One who stands has no course.
    private func meanHeading(with next: Motion) -> (east: Double, north: Double)? {
        var sum = (east: 0.0, north: 0.0)
        var ends = 0.0
        for end in [self, next] {
            guard let heading = end.heading else { continue }
            sum.east += heading.east
            sum.north += heading.north
            ends += 1
        }
        let length = (sum.east * sum.east + sum.north * sum.north).squareRoot()
        // Two unit vectors at an angle of a add up to 2 cos(a / 2).
        guard ends > 0, length >= ends * Limits.motionStraightness else { return nil }
        return (sum.east / length, sum.north / length)
    }
}
