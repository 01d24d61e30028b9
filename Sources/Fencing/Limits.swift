public import Positioning

extension Limits {
    /// Metres. No receiver in the field is better than this over minutes, whatever it claims; a smaller accuracy would make any wobble decisive.
    public static let accuracyFloor_m = 2.5
    /// Metres, for a fix that says nothing of its accuracy: what an open-sky receiver without DOP is commonly good for.
    public static let accuracyUnknown_m = 10.0
    /// Standard deviations. Evidence of one fix counts at most so much, so that one outlier can't carry a decision.
    public static let strengthPerFix = 8.0
    /// Standard deviations that an enter takes at once …
    public static let enterStrength = 3.5
    /// … and, falling evenly, after ``patientCorrelations`` correlation times: who is near the edge all day is decided too.
    public static let patientEnterStrength = 2.0
    public static let patientCorrelations = 20.0
    /// Standard deviations in favour of inside: where nothing else tells, one who is about a fence is there to be in it.
    public static let insideBias = 0.2
    /// Standard deviations on the other side, of a single fix, that end an entry at once: it passed by.
    public static let decisiveStrength = 3.0
    /// Standard deviations that an exit takes: more than an enter, since staying is likelier than leaving at any moment.
    public static let exitStrength = 4.5
    /// Standard deviations on the other side at which a waiting transition is given up at once.
    public static let contraryStrength = 1.0
    /// Seconds of correlation per metre of accuracy: 5 m wanders for about a minute, 25 m for about five.
    public static let correlationPerMetre_s = 12.0
    /// Seconds. A longer silence between two fixes counts as so much elapsed evidence: nothing was seen meanwhile.
    public static let evidenceGap_s = 300.0
    /// Seconds between the fixes on the two sides of a fence; over a longer gap, having gone through it is a guess.
    public static let crossedGap_s = 120.0
    /// Metres per second between those fixes (250 km/h): above it, the way between them is not known to be straight.
    public static let crossedSpeed_mps = 70.0
    /// Standard deviations that the way must lead through the inside, on each hand, to be told as crossed.
    public static let crossedStrength = 2.0
}
