internal import Positioning

/// A device's last positions, of which each differs from the one before.
///
/// A run of ``Limits/patternCore`` of them is looked at where the position whose hash is the smallest stands first or last in it
/// (a closed syncmer: R. Edgar, PeerJ 9:e10805, 2021). That is decided by the run alone, so it holds whenever the run comes again,
/// wherever that begins; about one run in three is looked at; and in any ten positions at least one is, the one that begins or
/// ends with the smallest of the ten. It is looked at when all is known that may be in a ten with it: as many positions after it
/// as a ten has more than the run, or the way is over.
struct Way: Sendable {
    private static let most = 14
    /// The newest position, …
    private var place = GridPlace()
    /// … and when it was first there.
    @PackedTime private(set) var time = Timestamp(microseconds: 0)
    // Where an index is not known before it runs, they are read as spans: an array that is read itself is copied first.
    /// Of each position a hash, the newest last.
    private var hashes = InlineArray<14, UInt32>(repeating: 0)
    /// The way to each from the one before, in tenths of a metre: at most 6.5 km, which is far enough.
    private var lengths_dm = InlineArray<14, UInt16>(repeating: 0)
    /// Seconds since it was there.
    private var delays_s = InlineArray<14, UInt16>(repeating: 0)
    /// The way from the oldest to the newest, in tenths of a metre.
    private var length_dm: UInt32 = 0
    /// Which of the positions lie on a coarse grid, the newest in the lowest bit.
    private var coarse: UInt16 = 0
    private var count: UInt8 = 0
    /// So many of the newest are all different.
    private var different: UInt8 = 0

    /// Whether what is seen at a time goes on with it; else it is over, and another begins.
    @inline(__always) func goesOn(at time: Timestamp) -> Bool {
        guard count > 0 else { return true }
        let gap_us = time.microseconds(since: self.time)
        return gap_us > 0 && gap_us <= Limits.patternGap_us
    }

    /// Goes on.
    /// - Parameter coordinate: on the earth.
    /// - Returns: whether it is another position than before.
    mutating func go(to coordinate: Coordinate, at time: Timestamp) -> Bool {
        let here = GridPlace(coordinate)
        guard count == 0 || here != place else { return false }
        let length_dm = count == 0 ? 0 : UInt16(min(10 * place.fairDistance_m(to: here), 65_535))
        let delay_s = count == 0 ? 0 : Self.second(of: time) - Self.second(of: self.time)
        let hash = UInt32(truncatingIfNeeded: Self.mixed(here.bits) >> 32)
        self.length_dm &+= UInt32(length_dm) &- UInt32(lengths_dm[1])
        let isKnown = add(hash, length_dm, UInt16(clamping: delay_s))
        different = min(different + 1, isKnown ? stepsBack() : UInt8(Self.most))
        place = here
        self.time = time
        count = min(count + 1, UInt8(Self.most))
        coarse = coarse << 1 | (here.isCoarse ? 1 : 0)
        return true
    }

    /// - Returns: whether one of those that stay is the same.
    @inline(__always)
    private mutating func add(_ hash: UInt32, _ length_dm: UInt16, _ delay_s: UInt16) -> Bool {
        // Without a way out at the first that is the same, they are compared side by side.
        var same: UInt32 = 0
        for index in 1..<Self.most { same |= hashes[index] == hash ? 1 : 0 }
        for index in 1..<Self.most { hashes[index - 1] = hashes[index] }
        for index in 1..<Self.most { lengths_dm[index - 1] = lengths_dm[index] }
        for index in 1..<Self.most { delays_s[index - 1] = delays_s[index] }
        hashes[Self.most - 1] = hash
        lengths_dm[Self.most - 1] = length_dm
        delays_s[Self.most - 1] = delay_s
        return same != 0
    }

    /// How far back the newest was before, of those that stay.
    @inline(never) private func stepsBack() -> UInt8 {
        let hashes = hashes.span
        let newest = Self.most - 1
        var last = newest - 1
        while last >= 0, hashes[last] != hashes[newest] { last -= 1 }
        return UInt8(newest - last)
    }

    private static func second(of time: Timestamp) -> Int64 { time.microseconds / 1_000_000 }

    /// Whether any run in it may say something: who stands goes nowhere.
    @inline(__always) func mayTell(atLeast_m distance_m: Double) -> Bool { Double(length_dm) >= 10 * distance_m }

    /// The run with so many positions after it, which is looked at; `nil` where there is none, or where no ten that it is in says
    /// anything.
    /// - Parameters:
    ///   - after: at most ``Limits/patternFlank``.
    ///   - distance_m: the least way of a ten that does.
    func run(after: Int, atLeast_m distance_m: Double) -> PatternRun? {
        let start = Self.most - after - Limits.patternCore
        let before = min(Limits.patternFlank, Int(count) - after - Limits.patternCore)
        guard before >= 0 else { return nil }
        let tens = tens(around: start, from: start - before, atLeast_m: distance_m)
        guard tens != 0 else { return nil }
        let last = start + Limits.patternCore - 1
        let hashes = hashes.span
        let delays_s = delays_s.span
        var run = PatternRun(digest: 0, ended: Timestamp(microseconds: 0), tens: tens)
        for index in start...last { run.digest = Self.mixed(run.digest ^ UInt64(hashes[index])) }
        for index in start + 1...last { run.duration_s &+= delays_s[index] }
        var link = run.digest
        for distance in 0..<before {
            link = Self.mixed(link ^ UInt64(hashes[start - 1 - distance]))
            run.before.put(link, at: distance)
            run.before_s[distance] = delays_s[start - distance]
        }
        link = run.digest
        var second = Self.second(of: time)
        for distance in 0..<after {
            let index = last + 1 + distance
            link = Self.mixed(link ^ UInt64(hashes[index]))
            run.after.put(link, at: distance)
            run.after_s[distance] = delays_s[index]
            second -= Int64(delays_s[index])
        }
        run.ended = Timestamp(microseconds: second * 1_000_000)
        return run
    }

    /// Whether the run with so many positions after it is looked at; of about one in three it is.
    @inline(__always) func isLookedAt(after: Int) -> Bool {
        let start = Self.most - after - Limits.patternCore
        let last = start + Limits.patternCore - 1
        let hashes = hashes.span
        var least = UInt32.max
        for index in start + 1..<last { least = min(least, hashes[index]) }
        return min(hashes[start], hashes[last]) <= least
    }

    /// See ``PatternRun/tens``. Not one with too short a way; nor one that was at a place twice, for a pinned receiver may go to and
    /// fro between a few places for ever; nor of positions so coarse that two honest ways along one street may be alike.
    private func tens(around start: Int, from first: Int, atLeast_m distance_m: Double) -> UInt8 {
        let end = min(Self.most, start + Limits.patternFixes)
        guard first + Limits.patternFixes <= end else { return 0 }
        let lengths_dm = lengths_dm.span
        var tens: UInt8 = 0
        // The first one's way led to the ten.
        var length_dm = 0
        for index in first + 1..<first + Limits.patternFixes { length_dm += Int(lengths_dm[index]) }
        for begin in first...end - Limits.patternFixes {
            let next = begin + Limits.patternFixes
            if Double(length_dm) >= 10 * distance_m, isAllDifferent(from: begin),
                !isCoarse(upTo: next - 1)
            {
                tens |= 1 << UInt8(start - begin)
            }
            if next < end { length_dm += Int(lengths_dm[next]) - Int(lengths_dm[begin + 1]) }
        }
        return tens
    }

    private func isCoarse(upTo last: Int) -> Bool {
        let ten: UInt16 = 1 << UInt16(Limits.patternFixes) - 1
        return coarse >> UInt16(Self.most - 1 - last) & ten == ten
    }

    private func isAllDifferent(from begin: Int) -> Bool {
        begin >= Self.most - Int(different) || isTenDifferent(from: begin)
    }

    /// Rarely asked for: it is long.
    @inline(never) private func isTenDifferent(from begin: Int) -> Bool {
        let hashes = hashes.span
        for index in begin..<begin + Limits.patternFixes {
            for other in begin..<index where hashes[index] == hashes[other] { return false }
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
        try coder.time(&time)
        var counts = Int64(different) << 24 | Int64(count) << 16 | Int64(coarse)
        try coder.integer(&counts)
        count = UInt8(min(counts >> 16 & 255, Int64(Self.most)))
        different = UInt8(min(counts >> 24 & 255, Int64(count)))
        coarse = UInt16(truncatingIfNeeded: counts)
        for index in Self.most - Int(count)..<Self.most {
            var step = Int64(hashes[index]) << 32 | Int64(lengths_dm[index]) << 16 | Int64(delays_s[index])
            try coder.integer(&step)
            hashes[index] = UInt32(truncatingIfNeeded: step >> 32)
            lengths_dm[index] = UInt16(truncatingIfNeeded: step >> 16)
            delays_s[index] = UInt16(truncatingIfNeeded: step)
        }
        length_dm = (1..<Self.most).reduce(0) { $0 + UInt32(lengths_dm[$1]) }
    }
}

extension Way: Equatable {
    static func == (a: Way, b: Way) -> Bool {
        guard a.count == b.count, a.coarse == b.coarse, a.time == b.time, a.place == b.place else { return false }
        return (most - Int(a.count)..<most).allSatisfy {
            a.hashes[$0] == b.hashes[$0] && a.lengths_dm[$0] == b.lengths_dm[$0]
                && a.delays_s[$0] == b.delays_s[$0]
        }
    }
}
