internal import Positioning

/// A device's last positions, of which each differs from the one before.
///
/// A run of them is looked at where the position whose hash is the smallest stands first or last in it (a closed syncmer:
/// R. Edgar, PeerJ 9:e10805, 2021). That is decided by the run alone, so it holds whenever the run comes again, wherever that
/// begins; about one run in five is looked at; and of ``Limits/patternFixes`` − 1 runs in a row at least one is, so that of a
/// longer way one is always met.
struct Way: Sendable {
    /// The oldest first; the last ``count`` are meant.
    private var steps = InlineArray<10, UInt64>(repeating: 0)
    /// The newest position, …
    private var place = GridPlace()
    /// … and the low bits of the time at which it was first there, in milliseconds.
    private var clock_ms: UInt32 = 0
    private var count: UInt8 = 0
    /// So many of the newest positions lie on a coarse grid; no more than there are steps.
    private var coarse: UInt8 = 0

    /// A step in one word, for it is copied a lot: the position's hash, the way from the position before in tenths of a metre (at
    /// most 6.5 km, which is far enough), the low bits of the time in seconds.
    private static func step(_ hash: UInt64, length_dm: UInt16, clock_s: UInt16) -> UInt64 {
        (hash >> 32) << 32 | UInt64(length_dm) << 16 | UInt64(clock_s)
    }

    private static func hash(_ step: UInt64) -> UInt64 { step >> 32 }
    private static func length_dm(_ step: UInt64) -> UInt16 { UInt16(truncatingIfNeeded: step >> 16) }
    private static func clock_s(_ step: UInt64) -> UInt16 { UInt16(truncatingIfNeeded: step) }

    /// Goes on.
    /// - Returns: whether a run ends here.
    mutating func go(to coordinate: Coordinate, at time: Timestamp) -> Bool {
        guard coordinate.isOnEarth else { return false }
        let now_ms = UInt32(truncatingIfNeeded: time.microseconds / 1000)
        let passed_s = Double(Int32(bitPattern: now_ms &- clock_ms)) / 1000
        if passed_s <= 0 || passed_s > Limits.patternGap_s { (count, coarse) = (0, 0) }
        let here = GridPlace(coordinate)
        guard count == 0 || here != place else { return false }
        clock_ms = now_ms
        let length_dm = count == 0 ? 0 : min(10 * place.fairDistance_m(to: here), 65_535)
        for index in 1..<steps.count { steps[index - 1] = steps[index] }
        steps[steps.count - 1] = Self.step(
            Self.mixed(here.bits), length_dm: UInt16(length_dm), clock_s: Self.clock_s(time))
        place = here
        count = min(count + 1, UInt8(steps.count))
        coarse = here.isCoarse ? min(coarse + 1, UInt8(steps.count)) : 0
        return count == steps.count
    }

    /// When a run began, to the second.
    /// - Parameter time: when it ended.
    func beginning(of time: Timestamp) -> Timestamp {
        time.advanced(bySeconds: -Double(Self.clock_s(time) &- Self.clock_s(steps[0])))
    }

    private static func clock_s(_ time: Timestamp) -> UInt16 {
        UInt16(truncatingIfNeeded: time.microseconds / 1_000_000)
    }

    /// What names the run; `nil` where it is not looked at, or says nothing: a way too short, a place twice, or positions so
    /// coarse that two honest ways along one street may be alike.
    func digest(atLeast_m distance_m: Double) -> UInt64? {
        guard isLookedAt, coarse < steps.count, isAllDifferent else { return nil }
        // The first one's way led to the run.
        var length_dm = 0
        for index in 1..<steps.count { length_dm += Int(Self.length_dm(steps[index])) }
        guard Double(length_dm) >= 10 * distance_m else { return nil }
        var digest: UInt64 = 0
        for index in steps.indices { digest = Self.mixed(digest ^ Self.hash(steps[index])) }
        return digest
    }

    private var isLookedAt: Bool {
        let ends = min(Self.hash(steps[0]), Self.hash(steps[steps.count - 1]))
        for index in 1..<steps.count - 1 where Self.hash(steps[index]) < ends { return false }
        return true
    }

    /// A pinned receiver may go to and fro between a few places for ever.
    private var isAllDifferent: Bool {
        for index in steps.indices {
            for other in 0..<index where Self.hash(steps[index]) == Self.hash(steps[other]) { return false }
        }
        return true
    }

    /// A bijection whose result looks random (splitmix64's: S. Vigna, public domain).
    private static func mixed(_ value: UInt64) -> UInt64 {
        var mixed = value &+ 0x9E37_79B9_7F4A_7C15
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }

    mutating func code<Coder: StateCoder>(_ coder: inout Coder) throws(Coder.Failure) {
        try place.code(&coder)
        var clock = Int64(clock_ms)
        try coder.integer(&clock)
        clock_ms = UInt32(truncatingIfNeeded: clock)
        var counts = Int64(count) << 8 | Int64(coarse)
        try coder.integer(&counts)
        count = UInt8(clamping: min(counts >> 8 & 255, Int64(steps.count)))
        coarse = UInt8(truncatingIfNeeded: counts)
        for index in steps.indices.suffix(Int(count)) {
            var step = Int64(bitPattern: steps[index])
            try coder.integer(&step)
            steps[index] = UInt64(bitPattern: step)
        }
    }
}

extension Way: Equatable {
    static func == (a: Way, b: Way) -> Bool {
        guard a.count == b.count, a.coarse == b.coarse, a.clock_ms == b.clock_ms, a.place == b.place else {
            return false
        }
        return a.steps.indices.suffix(Int(a.count)).allSatisfy { a.steps[$0] == b.steps[$0] }
    }
}
