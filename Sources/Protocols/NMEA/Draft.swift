import Positioning

/// What the sentences of one epoch say together, until it is reported.
///
/// Sentences come in any order, and so every field has a rule that doesn't ask for it: the finer position, the timed
/// sentence's speed before VTG's, the dilution of GGA before GNS's before GSA's, the larger count of satellites.
struct Draft {
    /// Formatters of which a sentence said "fix", and of which one said "void".
    private var fixes: UInt8 = 0
    private var voids: UInt8 = 0
    private(set) var alarms: Report.Alarms = []
    private var position: Position?
    private var speed = Ranked()
    private var course = Ranked()
    private var hdop = Ranked()
    private var altitude = Ranked()
    @MaybeCount private var satellites: Int?
    @MaybeCount private var dimensions: Int?
    /// Of a GSA after the last sentence with a time: of this epoch, or the first of the next.
    @MaybeCount private var trailingDimensions: Int?
    @MaybeDouble private var accuracy_m: Double?
    private var solution: Solution?

    /// A value and the rank of the sentence that gave it: a lower one wins, the first of equal ones stays.
    private struct Ranked {
        @MaybeDouble var value: Double?
        var rank = UInt8.max

        mutating func offer(_ candidate: Double?, rank candidateRank: UInt8) {
            guard let candidate, candidateRank < rank else { return }
            value = candidate
            rank = candidateRank
        }
    }

    init() {}

    mutating func add(_ sentence: borrowing Sentence) {
        alarms.formUnion(sentence.alarms)
        if sentence.time != nil {
            dimensions = Self.larger(dimensions, trailingDimensions)
            trailingDimensions = nil
        }
        switch sentence.verdict {
        case .silent: break
        case .void: voids |= sentence.formatter.bit
        case .fix: fixes |= sentence.formatter.bit
        }
        // A position stands for this epoch only where its own sentence has this epoch's time.
        if sentence.time != nil, let offered = sentence.position,
            position.map({ offered.decimals > $0.decimals }) ?? true
        {
            position = offered
        }
        let rank = sentence.formatter.rawValue
        speed.offer(sentence.speed_mps, rank: rank)
        course.offer(sentence.course_deg, rank: rank)
        hdop.offer(sentence.hdop, rank: rank)
        altitude.offer(sentence.altitude_m, rank: rank)
        satellites = Self.larger(satellites, sentence.satellites)
        trailingDimensions = Self.larger(trailingDimensions, sentence.dimensions)
        if accuracy_m == nil { accuracy_m = sentence.accuracy_m }
        if let offered = sentence.solution { solution = solution?.combined(with: offered) ?? offered }
    }

    private static func larger(_ a: Int?, _ b: Int?) -> Int? {
        guard let a else { return b }
        return max(a, b ?? a)
    }

    /// Some sentence said whether there is a fix.
    @inline(__always)
    var hasVerdict: Bool { fixes | voids != 0 || allDimensions != nil }

    @inline(__always)
    private var allDimensions: Int? { Self.larger(dimensions, trailingDimensions) }

    /// What it comes to is said, and not by a sentence that may be the next epoch's.
    @inline(__always)
    var isDecided: Bool { hasVerdict && !isVoidByTrailing }

    /// Only a GSA that may be the next epoch's says that this one has no fix.
    @inline(__always)
    var isVoidByTrailing: Bool { voids & ~fixes == 0 && fixes != 0 && trailingDimensions == 1 && dimensions == nil }

    /// The GSA at the end is the next epoch's.
    mutating func disownTrailing() { trailingDimensions = nil }

    /// What the epoch comes to.
    ///
    /// Talkers of one formatter vote "any" (a GLGGA without GLONASS beside a GPGGA with a fix), formatters vote "all":
    /// a void RMC, GLL, GGA or GNS, or a GSA of which no talker has a fix, makes a void epoch of it.
    @inline(__always)
    var verdict: Sentence.Verdict {
        if voids & ~fixes != 0 || allDimensions == 1 { return .void }
        guard fixes != 0 else { return .silent }
        return position == nil ? .void : .fix
    }

    /// `nil` where it comes to no fix.
    @inline(__always)
    var coordinate: Coordinate? { verdict == .fix ? position?.coordinate : nil }

    @inline(__always)
    var measurements: Measurements {
        var all = Measurements()
        all.reportedAccuracy_m = accuracy_m
        all.hdop = hdop.value
        all.satellites = satellites
        all.speed_mps = speed.value
        all.course_deg = course.value
        all.altitude_m = altitude.value
        all.solution = solution
        if verdict == .fix { all.dimensions = allDimensions ?? (altitude.value == nil ? 2 : 3) }
        return all
    }
}

/// An epoch that waits aside of the open one.
struct DraftAside {
    var epoch = Epoch()
    var draft = Draft()
}
