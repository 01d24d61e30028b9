internal import Positioning

/// A device's last positions, of which each differs from the one before.
///
/// A run of ``Limits/patternCore`` of them is looked at where the position whose hash is the smallest stands first or last in it
/// (a closed syncmer: R. Edgar, PeerJ 9:e10805, 2021). That is decided by the run alone, so it holds whenever the run comes again,
/// wherever that begins; about one run in three is looked at; and in any ten positions at least one is, the one that begins or
/// ends with the smallest of the ten. It is looked at when all is known that may be in a ten with it: as many positions after it
/// as a ten has more than the run, or the way is over.
struct Way: Sendable {
    /// The oldest first; the last ``count`` are meant.
    private var steps = InlineArray<14, UInt64>(repeating: 0)
    /// The newest position, …
    private var place = GridPlace()
    /// … and when it was first there.
    private(set) var time = Timestamp(microseconds: 0)
    /// Which of the positions lie on a coarse grid, the newest in the lowest bit.
    private var coarse: UInt16 = 0
    private var count: UInt8 = 0
    /// So many of the newest are all different.
    private var different: UInt8 = 0

    /// A step in one word, for it is copied a lot: the position's hash, the way from the position before in tenths of a metre (at
    /// most 6.5 km, which is far enough), the seconds since it was there.
    private static func step(_ hash: UInt64, length_dm: UInt16, delay_s: UInt16) -> UInt64 {
        (hash >> 32) << 32 | UInt64(length_dm) << 16 | UInt64(delay_s)
    }

    private static func hash(_ step: UInt64) -> UInt64 { step >> 32 }
    private static func length_dm(_ step: UInt64) -> Int { Int(step >> 16 & 0xFFFF) }
    private static func delay_s(_ step: UInt64) -> UInt16 { UInt16(truncatingIfNeeded: step) }

    /// Whether what is seen at a time goes on with it; else it is over, and another begins.
    func goesOn(at time: Timestamp) -> Bool {
        guard count > 0 else { return true }
        let passed_s = time.seconds(since: self.time)
        return passed_s > 0 && passed_s <= Limits.patternGap_s
    }

    /// Goes on.
    /// - Parameter coordinate: on the earth.
    /// - Returns: whether it is another position than before.
    mutating func go(to coordinate: Coordinate, at time: Timestamp) -> Bool {
        let here = GridPlace(coordinate)
        guard count == 0 || here != place else { return false }
        let length_dm = count == 0 ? 0 : min(10 * place.fairDistance_m(to: here), 65_535)
        let delay_s = count == 0 ? 0 : Self.second(of: time) - Self.second(of: self.time)
        let step = Self.step(
            Self.mixed(here.bits), length_dm: UInt16(length_dm), delay_s: UInt16(clamping: delay_s))
        let since = stepsSince(step)
        for index in 1..<steps.count { steps[index - 1] = steps[index] }
        steps[steps.count - 1] = step
        different = UInt8(min(Int(different) + 1, since))
        place = here
        self.time = time
        count = min(count + 1, UInt8(steps.count))
        coarse = coarse << 1 | (here.isCoarse ? 1 : 0)
        return true
    }

    /// How far back it last was at a position; the number of steps where it was not.
    private func stepsSince(_ step: UInt64) -> Int {
        let steps = steps.span
        var since = steps.count
        for index in steps.indices where Self.hash(steps[index] ^ step) == 0 { since = steps.count - index }
        return since
    }

    private static func second(of time: Timestamp) -> Int64 { time.microseconds / 1_000_000 }

    /// The run with so many positions after it; `nil` where there is none, where it is not looked at, or where no ten that it is
    /// in says anything.
    /// - Parameters:
    ///   - after: at most ``Limits/patternFlank``.
    ///   - distance_m: the least way of a ten that does.
    func run(after: Int, atLeast_m distance_m: Double) -> PatternRun? {
        let start = steps.count - after - Limits.patternCore
        let before = min(Limits.patternFlank, Int(count) - after - Limits.patternCore)
        guard before >= 0, isLookedAt(start) else { return nil }
        let tens = tens(around: start, from: start - before, atLeast_m: distance_m)
        guard tens != 0 else { return nil }
        let last = start + Limits.patternCore - 1
        let steps = steps.span
        var run = PatternRun(digest: 0, ended: Timestamp(microseconds: 0), tens: tens)
        for index in start...last { run.digest = Self.mixed(run.digest ^ Self.hash(steps[index])) }
        for index in start + 1...last { run.duration_s &+= Self.delay_s(steps[index]) }
        var link = run.digest
        for distance in 0..<before {
            link = Self.mixed(link ^ Self.hash(steps[start - 1 - distance]))
            run.before.put(link, at: distance)
            run.before_s[distance] = Self.delay_s(steps[start - distance])
        }
        link = run.digest
        var second = Self.second(of: time)
        for distance in 0..<after {
            let step = steps[last + 1 + distance]
            link = Self.mixed(link ^ Self.hash(step))
            run.after.put(link, at: distance)
            run.after_s[distance] = Self.delay_s(step)
            second -= Int64(Self.delay_s(step))
        }
        run.ended = Timestamp(microseconds: second * 1_000_000)
        return run
    }

    private func isLookedAt(_ start: Int) -> Bool {
        let last = start + Limits.patternCore - 1
        let steps = steps.span
        var least = UInt64.max
        for index in start + 1..<last { least = min(least, steps[index]) }
        return min(Self.hash(steps[start]), Self.hash(steps[last])) <= Self.hash(least)
    }

    /// See ``PatternRun/tens``. Not one with too short a way; nor one that was at a place twice, for a pinned receiver may go to and
    /// fro between a few places for ever; nor of positions so coarse that two honest ways along one street may be alike.
    private func tens(around start: Int, from first: Int, atLeast_m distance_m: Double) -> UInt8 {
        let steps = steps.span
        var tens: UInt8 = 0
        var length_dm = 0
        for index in first..<min(steps.count, start + Limits.patternFixes) {
            // The first one's way led to the ten.
            if index > first { length_dm += Self.length_dm(steps[index]) }
            let begin = index + 1 - Limits.patternFixes
            guard begin >= first else { continue }
            if begin > first { length_dm -= Self.length_dm(steps[begin]) }
            guard Double(length_dm) >= 10 * distance_m, isAllDifferent(from: begin), !isCoarse(upTo: index) else {
                continue
            }
            tens |= 1 << UInt8(start - begin)
        }
        return tens
    }

    private func isCoarse(upTo last: Int) -> Bool {
        let ten: UInt16 = 1 << UInt16(Limits.patternFixes) - 1
        return coarse >> UInt16(steps.count - 1 - last) & ten == ten
    }

    private func isAllDifferent(from begin: Int) -> Bool {
        if begin >= steps.count - Int(different) { return true }
        let steps = steps.span
        for index in begin..<begin + Limits.patternFixes {
            for other in begin..<index where Self.hash(steps[index]) == Self.hash(steps[other]) { return false }
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
        count = UInt8(min(counts >> 16 & 255, Int64(steps.count)))
        different = UInt8(min(counts >> 24 & 255, Int64(count)))
        coarse = UInt16(truncatingIfNeeded: counts)
        for index in steps.indices.suffix(Int(count)) {
            var step = Int64(bitPattern: steps[index])
            try coder.integer(&step)
            steps[index] = UInt64(bitPattern: step)
        }
    }
}

extension Way: Equatable {
    static func == (a: Way, b: Way) -> Bool {
        guard a.count == b.count, a.coarse == b.coarse, a.time == b.time, a.place == b.place else { return false }
        return a.steps.indices.suffix(Int(a.count)).allSatisfy { a.steps[$0] == b.steps[$0] }
    }
}
