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
    /// The fences in force.
    public let ground: Ground
    /// The fences that it is not plainly outside of, by ascending index.
    public let places: [Place]
    /// The same of those on the other side of whose boundary this fix is than the one before; then those that it is plainly
    /// outside of since.
    public let changes: [Place]
    /// Of the fences that it is not plainly outside of, and of those that it is inside of.
    let kinds: Fence.Kinds
    let kindsInside: Fence.Kinds

    /// Seconds since the fix before; `nil` where there was none.
    let gap_s: Double?
    /// At the same position as the fix before, to the last bit.
    let isPinned: Bool
    /// Metres from there at most, see ``Positioning/Coordinate/roughDistanceAtMost_m(to:)``.
    let way_m: Double

    var time: Timestamp { fix.time }

    /// Whether the way from the fix before is so short that it was no faster, and no fix was withdrawn between: as nearly
    /// always.
    func isSlower(than speed_kmh: Double) -> Bool { withdrawn == nil && way_m * 3.6 <= speed_kmh * (gap_s ?? 0) }

    /// In a `site` or a `customer` fence, as far as is known or by this fix alone.
    var isAtWork: Bool {
        guard kinds.contains(.work), !kindsInside.contains(.work) else { return kinds.contains(.work) }
        return places.indices.contains { ground.isWork(places[$0].fence) && places[$0].signedDistance_m <= 0 }
    }
}

extension Observation {
    /// - Parameters:
    ///   - here: the fix as it moves.
    ///   - places: by ascending index.
    ///   - changes: those that it is not plainly outside of first.
    public init(
        fix: Fix, here: Motion, last: Motion? = nil, withdrawn: Motion? = nil, group: String? = nil,
        ground: Ground, places: [Place] = [], changes: [Place] = []
    ) {
        var (kinds, kindsInside): (Fence.Kinds, Fence.Kinds) = ([], [])
        for index in places.indices {
            let kind = ground.kinds(of: places[index].fence)
            kinds.formUnion(kind)
            if places[index].membership.isInside { kindsInside.formUnion(kind) }
        }
        self.init(
            fix: fix, here: here, last: last, withdrawn: withdrawn, group: group, ground: ground, places: places,
            changes: changes, kinds: kinds, kindsInside: kindsInside,
            gap_s: last.map { fix.time.seconds(since: $0.time) },
            isPinned: last.map { $0.coordinate == fix.coordinate } ?? false,
            way_m: last?.coordinate.roughDistanceAtMost_m(to: fix.coordinate) ?? 0)
    }
}
