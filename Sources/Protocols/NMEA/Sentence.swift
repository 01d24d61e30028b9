import Positioning

/// What one sentence says, in the project's units; what it doesn't say is `nil`.
///
/// Not copyable, because a copy of all the fields would cost as much as reading them.
struct Sentence: ~Copyable {
    /// The sentences that are read; the raw value is the place in a set of them.
    enum Formatter: UInt8, CaseIterable {
        case rmc, gga, gll, gns, vtg, zda, gsa, gst

        var bit: UInt8 { 1 << rawValue }

        /// Whether it says by itself where the receiver is.
        var isPositioning: Bool {
            switch self {
            case .rmc, .gga, .gll, .gns: true
            case .vtg, .zda, .gsa, .gst: false
            }
        }
    }

    /// What a positioning sentence says of its own validity.
    enum Verdict { case silent, void, fix }

    var formatter = Formatter.rmc
    /// The two letters before the formatter.
    var talker: UInt16 = 0
    /// Of its text, as computed: a repeated sentence has the same.
    var checksum: UInt8 = 0
    var time: TimeOfDay?
    var verdict = Verdict.silent
    var position: Position?
    /// Of a valid RMC, or a ZDA.
    var date: CivilDate?
    @MaybeDouble var speed_mps: Double?
    @MaybeDouble var course_deg: Double?
    @MaybeDouble var altitude_m: Double?
    @MaybeDouble var hdop: Double?
    @MaybeCount var satellites: Int?
    /// GSA's mode: 1 no fix, 2 or 3.
    @MaybeCount var dimensions: Int?
    @MaybeDouble var accuracy_m: Double?
    var solution: Solution?
    /// Of the text behind it on its line.
    var alarms: Report.Alarms = []

    /// One that says nothing.
    init() {}

    /// Becomes what the text between `$` and `*` says.
    ///
    /// - Parameter fields: the text's.
    /// - Returns: `false` for a proprietary sentence, a type that isn't read, or one without the fields that it needs;
    ///   what the sentence holds then means nothing.
    mutating func read(_ text: Span<UInt8>, _ fields: borrowing Fields) -> Bool {
        // Talker and formatter are five characters; `$P…` is proprietary whatever follows.
        guard text.count > 6, text[5] == UInt8(ascii: ","), text[0] != UInt8(ascii: "P"),
            text[0].isAlphanumeric, text[1].isAlphanumeric
        else { return false }
        self = Sentence()
        talker = UInt16(text[0]) << 8 | UInt16(text[1])
        switch (text[2], text[3], text[4]) {
        case (UInt8(ascii: "R"), UInt8(ascii: "M"), UInt8(ascii: "C")): return readRMC(text, fields)
        case (UInt8(ascii: "G"), UInt8(ascii: "G"), UInt8(ascii: "A")): return readGGA(text, fields)
        case (UInt8(ascii: "G"), UInt8(ascii: "L"), UInt8(ascii: "L")): return readGLL(text, fields)
        case (UInt8(ascii: "G"), UInt8(ascii: "N"), UInt8(ascii: "S")): return readGNS(text, fields)
        case (UInt8(ascii: "V"), UInt8(ascii: "T"), UInt8(ascii: "G")): return readVTG(text, fields)
        case (UInt8(ascii: "Z"), UInt8(ascii: "D"), UInt8(ascii: "A")): return readZDA(text, fields)
        case (UInt8(ascii: "G"), UInt8(ascii: "S"), UInt8(ascii: "A")): return readGSA(text, fields)
        case (UInt8(ascii: "G"), UInt8(ascii: "S"), UInt8(ascii: "T")): return readGST(text, fields)
        default: return false
        }
    }
}

extension Solution {
    /// GGA's quality indicator; 9 is what NovAtel sends for a fix with SBAS.
    init?(quality: Int) {
        switch quality {
        case 1: self = .autonomous
        case 2, 9: self = .differential
        case 3: self = .precise
        case 4: self = .rtkFixed
        case 5: self = .rtkFloat
        case 6: self = .estimated
        case 7: self = .manual
        case 8: self = .simulated
        default: return nil
        }
    }

    /// The mode indicator of RMC, GLL and GNS (NMEA 0183 2.3, 4.10).
    init?(mode: UInt8?) {
        switch mode {
        case UInt8(ascii: "A"): self = .autonomous
        case UInt8(ascii: "D"): self = .differential
        case UInt8(ascii: "P"): self = .precise
        case UInt8(ascii: "R"): self = .rtkFixed
        case UInt8(ascii: "F"): self = .rtkFloat
        case UInt8(ascii: "E"): self = .estimated
        case UInt8(ascii: "M"): self = .manual
        case UInt8(ascii: "S"): self = .simulated
        default: return nil
        }
    }

    /// Which of two that one epoch claims is told: an unobserved one before all (a receiver that reckons may call it a
    /// fix elsewhere), else the better one.
    func combined(with other: Solution) -> Solution {
        if isObserved != other.isObserved { return isObserved ? other : self }
        return rank >= other.rank ? self : other
    }

    private var rank: Int {
        switch self {
        case .autonomous: 1
        case .differential: 2
        case .precise: 3
        case .rtkFloat: 4
        case .rtkFixed: 5
        case .estimated: 6
        case .manual: 7
        case .simulated: 8
        }
    }
}

extension UInt8 {
    /// A capital letter or a digit.
    var isAlphanumeric: Bool {
        decimalDigit != nil || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self)
    }
}
