import Positioning

/// What tells an epoch from others: all that is known of it once it is reported. What its sentences say of the fix is in
/// its ``Draft`` until then.
struct Epoch {
    /// As the first sentence with a time printed it; `nil` while none came.
    private(set) var time: TimeOfDay?
    /// Its report was given, or withheld for good; what comes later is too late.
    var isReported = false
    /// The date is a valid RMC's, not a ZDA's.
    private(set) var isDateFromRMC = false
    /// Some sentence said that there is no fix.
    private(set) var isVoid = false
    @MaybeCount private var day: Int?
    private(set) var trace = CycleEnd.Trace()
    /// The talker of the first sentence of each positioning formatter.
    private var talkers = InlineArray<4, UInt16>(repeating: 0)
    private var sentences = EpochImprint()

    init() {}

    var date: CivilDate? { day.map { CivilDate(daysSinceEpoch: $0) } }

    mutating func add(_ sentence: borrowing Sentence) {
        trace.add(sentence)
        sentences.add(sentence)
        if time == nil { time = sentence.time }
        if sentence.formatter.isPositioning {
            let place = Int(sentence.formatter.rawValue)
            if talkers[place] == 0 { talkers[place] = sentence.talker }
        }
        if sentence.verdict == .void { isVoid = true }
        if let date = sentence.date, day == nil || (sentence.formatter == .rmc && !isDateFromRMC) {
            day = date.daysSinceEpoch
            isDateFromRMC = sentence.formatter == .rmc
        }
    }

    /// Whether a receiver that begins its next cycle would send this sentence: the same one came already.
    @inline(__always)
    func isRepeated(by sentence: borrowing Sentence) -> Bool {
        guard sentence.formatter.isPositioning else { return false }
        return talkers[Int(sentence.formatter.rawValue)] == sentence.talker
    }

    /// Whether the sentence, of this epoch's time, says something else than one of its kind that came already.
    @inline(__always)
    func isContradicted(by sentence: borrowing Sentence) -> Bool { sentences.contradicts(sentence) }

    /// By which it is known again.
    /// - Parameter coordinate: `nil` where it has no fix.
    @inline(__always)
    func imprint(at coordinate: Coordinate?) -> EpochImprint {
        var imprint = sentences
        if let coordinate { imprint.stand(at: coordinate) }
        return imprint
    }
}
