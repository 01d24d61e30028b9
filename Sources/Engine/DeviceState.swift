public import Anomalies
public import Fencing
internal import Geometry
public import Positioning

/// All that is remembered of one device between two fixes: a plain value, so that it can be kept, compared and restored.
public struct DeviceState: Equatable, Sendable {
    // First, side by side, what every fix asks for: that is not in the processor's cache.

    /// The newest fix that was decided upon; `nil` before the first.
    public var newest: Waypoint?
    /// How far its receiver is to be believed.
    public var scatter = Scatter()
    /// Where its fixes and its velocity together have it; `nil` before the first.
    public var reckoning: Reckoning?
    /// Where it may go before other fences are to be looked for; `nil`: not known. Holds ``newest``.
    var clearing: Clearing?
    /// Where a distance was measured last, while it has ``places``.
    var nearestEdge = NearestEdge.none
    /// The fences that it is not plainly outside of, by ascending index.
    public var places: [Place] = []
    /// When the last checkpoint was made.
    public var checkpointed: Timestamp?
    /// Whether its newest fix came so long after its time that its clock does not tell which fences are of that time.
    public var lags = false
    /// Late fixes that wait until the past is decided again with all of them, by ascending time, each time once.
    public var late: [Fix] = []
    /// ``newest``'s time when the first of ``late`` came.
    public var lateSince: Timestamp?
    /// The latest time of a fix that was withdrawn because its clock was ahead: until then, one in order may be that fix again.
    public var ahead: Timestamp?
    /// A fix that is too far from the newest, in place or time, to be believed before the next one has come.
    public var suspect: Fix?
    /// When the last of ``late`` arrived; `nil` for recorded input.
    public var lateReceived: Timestamp?
    /// The sets of fences that it passed to while it lagged.
    public var passages: [FencePassage] = []
    /// What the rules about its stream remember.
    public var rules = TrackStates()

    /// A device that was never seen.
    public init() {}

    /// Puts the places in step with another set of fences.
    /// - Parameters:
    ///   - fenceNumber: the index that the fence with an old index has now; `nil`: it is no more.
    ///   - distance: of ``newest`` to the fence with a new index, metres.
    ///   - removed: called with the old index of each fence that is no more and that the device was inside of.
    mutating func adopt(
        fenceNumber: (Int) -> Int?, distance: (Int) -> Double, removed: (Int) -> Void
    ) {
        places = places.compactMap { place in
            guard let fence = fenceNumber(place.fence) else {
                if place.membership.isInside { removed(place.fence) }
                return nil
            }
            return Place(fence: fence, membership: place.membership, signedDistance_m: distance(fence))
        }
        places.sort { $0.fence < $1.fence }
    }

    /// Where ``places`` lie, without a look at them, and ``nearestEdge``.
    @inline(__always) var whatLiesBehind: (places: UnsafeRawPointer?, edge: NearestEdge) {
        unsafe (places.withUnsafeBytes { $0.baseAddress }, nearestEdge)
    }

    /// Carries the reckoning on to the fix after ``newest``.
    mutating func reckon(to next: Waypoint) {
        if let newest, reckoning != nil {
            reckoning?.follow(next.motion, from: newest.motion)
        } else {
            reckoning = Reckoning(at: next.motion)
        }
    }

    /// Where a device was, and how well that was known.
    public struct Waypoint: Equatable, Sendable {
        /// Its accuracy is at least ``Limits/accuracyFloor_m``: what the receiver claims, or more where its scatter belies it.
        public internal(set) var motion: Motion
        /// Degrees from true north; `nil` where the receiver says none.
        @MaybeDouble public private(set) var course_deg: Double?

        public var time: Timestamp { motion.time }
        public var coordinate: Coordinate { motion.coordinate }
        public var accuracy_m: Double { motion.accuracy_m }
        public var speed_mps: Double? { motion.speed_mps }

        /// - Parameter last: the fix before, which may have had the same course.
        public init(
            time: Timestamp, coordinate: Coordinate, accuracy_m: Double, speed_mps: Double? = nil,
            course_deg: Double? = nil, after last: Waypoint? = nil
        ) {
            let heading = Heading(
                speed_mps: speed_mps, course_deg: course_deg, after: (last?.course_deg, last?.motion.heading))
            motion = Motion(
                time: time, coordinate: coordinate, accuracy_m: accuracy_m, speed_mps: speed_mps, heading: heading)
            _course_deg = MaybeDouble(wrappedValue: course_deg)
        }
    }
}
