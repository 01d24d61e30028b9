internal import Fencing
internal import Positioning

/// Where a device stands: within a radius of where it was first seen there.
struct Stand: Vacant {
    private(set) var spot: Spot
    /// Four times the microseconds of ``since``, and the two marks, for every device has one for each rule that asks.
    private var packed: Int64

    private static let away: Int64 = 1
    private static let judged: Int64 = 2

    /// Also what is read into.
    static let vacant = Stand(spot: .nowhere, packed: .min)

    @inline(__always) var isVacant: Bool { packed == .min }

    private init(spot: Spot, packed: Int64) {
        self.spot = spot
        self.packed = packed
    }

    private init(spot: Spot, since: Timestamp) {
        self.init(spot: spot, packed: max(.min / 4 + 1, min(.max / 4, since.microseconds)) * 4)
    }

    var since: Timestamp { Timestamp(microseconds: packed >> 2) }

    /// The newest fix is beyond the radius: it may be a stray; two are a move.
    private(set) var isAway: Bool {
        get { packed & Self.away != 0 }
        set { packed = newValue ? packed | Self.away : packed & ~Self.away }
    }

    /// It has been long enough for a rule that looks at it once, and was.
    var isJudged: Bool {
        get { packed & Self.judged != 0 }
        set { packed = newValue ? packed | Self.judged : packed & ~Self.judged }
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
    @inline(__always) mutating func lasts(at seen: borrowing Observation, within radius_m: Double) -> Bool {
        let wasAway = isAway
        isAway = !spot.isWithin(radius_m, of: seen.fix.coordinate)
        let isLong = seen.gap_s.map { $0 > Limits.levelGap_s } ?? true
        return !isLong && !(isAway && wasAway)
    }

    /// Whether a fix changes nothing about it: it still stands there, and is not to be judged yet, or was.
    @inline(__always) func goesOn(
        at seen: borrowing Observation, within radius_m: Double, dueAfter stay_s: Double
    ) -> Bool {
        guard !isAway, isJudged || seen.time.seconds(since: since) < stay_s else { return false }
        return seen.gap_s.map { $0 <= Limits.levelGap_s } ?? false && spot.isWithin(radius_m, of: seen.fix.coordinate)
    }

    mutating func code<Coder: StateCoder>(_ coder: inout Coder) throws(Coder.Failure) {
        var (since, isAway) = (since, isAway)
        try spot.code(&coder)
        try coder.time(&since)
        try coder.bool(&isAway)
        self = Stand(spot: spot, since: since)
        self.isAway = isAway
    }
}
