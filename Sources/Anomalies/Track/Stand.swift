internal import Fencing
internal import Positioning

/// Where a device stands: within a radius of where it was first seen there.
struct Stand: Equatable, Sendable {
    private(set) var spot: Spot
    private(set) var since: Timestamp
    /// The newest fix is beyond the radius: it may be a stray; two are a move.
    private(set) var isAway = false

    /// To read into.
    static let blank = Stand(spot: .nowhere, since: Timestamp(microseconds: 0))

    private init(spot: Spot, since: Timestamp) {
        self.spot = spot
        self.since = since
    }

    /// - Parameter old: that is over; of a move, the fix before may have been the first here.
    @inline(__always) init(at seen: borrowing Observation, after old: Stand?, within radius_m: Double) {
        self.init(spot: Spot(seen.fix.coordinate), since: seen.time)
        if let old, old.isAway { begin(before: seen, within: radius_m) }
    }

    @inline(never) private mutating func begin(before seen: borrowing Observation, within radius_m: Double) {
        guard let last = seen.last, seen.time.seconds(since: last.time) <= Limits.levelGap_s,
            spot.isWithin(radius_m, of: last.coordinate)
        else { return }
        self = Stand(spot: Spot(last.coordinate), since: last.time)
    }

    /// Takes a fix further.
    /// - Returns: whether it still stands there; `false` after a move, or a silence in which it may have been anywhere.
    mutating func lasts(at seen: borrowing Observation, within radius_m: Double) -> Bool {
        let wasAway = isAway
        isAway = !spot.isWithin(radius_m, of: seen.fix.coordinate)
        let isLong = seen.gap_s.map { $0 > Limits.levelGap_s } ?? true
        return !isLong && !(isAway && wasAway)
    }

    mutating func code<Coder: StateCoder>(_ coder: inout Coder) throws(Coder.Failure) {
        try spot.code(&coder)
        try coder.time(&since)
        try coder.bool(&isAway)
    }
}
