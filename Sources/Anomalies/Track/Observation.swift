public import Fencing
public import Positioning

/// What the rules see of one fix, when its fences are decided.
public struct Observation: ~Copyable {
    /// Accepted, and after the one before.
    public let fix: Fix
    /// The same as it moves; with the accuracy that it claims, within what is believable.
    public let here: Motion
    /// The accepted fix before, with the accuracy that its scatter gave it; `nil` where there was none.
    public let last: Motion?
    /// A fix between the two that was believed at first, and turned out to be a spike.
    public let withdrawn: Motion?
    /// The device's.
    public let group: String?
    public let ground: Ground
    /// The fences that it is not plainly outside of, by ascending index, at the fix before …
    public let placesBefore: [Place]
    /// … and now.
    public let places: [Place]
    /// Those that it is plainly outside of since this fix, with its distance.
    public let left: [Place]

    /// Seconds since the fix before; `nil` where there was none.
    let gap_s: Double?
    /// Metres from there at most, see ``Positioning/Coordinate/roughDistanceAtMost_m(to:)``.
    let way_m: Double

    public init(
        fix: Fix, here: Motion, last: Motion? = nil, withdrawn: Motion? = nil, group: String? = nil,
        ground: Ground, placesBefore: [Place] = [], places: [Place] = [], left: [Place] = []
    ) {
        self.fix = fix
        self.here = here
        self.last = last
        self.withdrawn = withdrawn
        self.group = group
        self.ground = ground
        self.placesBefore = placesBefore
        self.places = places
        self.left = left
        gap_s = last.map { fix.time.seconds(since: $0.time) }
        way_m = last?.coordinate.roughDistanceAtMost_m(to: fix.coordinate) ?? 0
    }

    var time: Timestamp { fix.time }

    /// Whether the way from the fix before is so short that it was no faster, and no fix was withdrawn between: as nearly
    /// always.
    func isSlower(than speed_kmh: Double) -> Bool { withdrawn == nil && way_m * 3.6 <= speed_kmh * (gap_s ?? 0) }

    /// In a `site` or a `customer` fence, as far as is known or by this fix alone.
    var isAtWork: Bool {
        places.contains { ground.isWork($0.fence) && ($0.membership.isInside || $0.signedDistance_m <= 0) }
    }
}
