public import Positioning

// Accuracy.
extension Limits {
    /// Metres. No receiver in the field is better than this over minutes, whatever it claims; a smaller accuracy would make any
    /// wobble decisive.
    public static let accuracyFloor_m = 2.5
    /// Metres, for a fix that says nothing of its accuracy: what an open-sky receiver without DOP is commonly good for.
    public static let accuracyUnknown_m = 10.0
}

// Evidence: see ``Evidence``.
extension Limits {
    /// Standard deviations. Evidence of one fix counts at most so much: beyond it, the tails are anything but normal.
    public static let strengthPerFix = 8.0
    /// Standard deviations that a fix's evidence counts above its neighbour's, unless the receiver's velocity bears it out.
    public static let strengthOverNeighbour = 2.0
    /// Metres outside beyond which nobody asks how far it is, once evidence counts no more: no margin that `flapping` suggests
    /// is so wide.
    public static let farOutside_m = 60.0
    /// Seconds of correlation per metre of accuracy: 5 m wanders for about a minute, 25 m for about five.
    public static let correlationPerMetre_s = 12.0
    /// Seconds. A longer silence between two fixes counts as so much elapsed evidence: nothing was seen meanwhile.
    public static let evidenceGap_s = 300.0
    /// Seconds between a crossing and the first fix after it that count as waited; after more, waiting begins at that fix.
    public static let evidenceCredit_s = 60.0
}

// Transitions: see ``Membership``.
extension Limits {
    /// Standard deviations that an enter takes at once …
    public static let enterStrength = 3.0
    /// … and, falling evenly, after ``patientCorrelations`` correlation times: who is near the edge all day is decided too.
    public static let patientEnterStrength = 0.5
    public static let patientCorrelations = 40.0
    /// Standard deviations in favour of inside: where nothing else tells, one who is about a fence is there to be in it.
    public static let insideBias = 0.2
    /// Standard deviations that an exit takes: more than an enter, since staying is likelier than leaving at any moment.
    public static let exitStrength = 4.0
    /// Standard deviations on the other side, of a single fix, that end an entry: it passed by. Two fixes where it is older
    /// than ``crossedGap_s``.
    public static let decisiveStrength = 3.0
    /// Standard deviations on the other side, of all evidence or of a fix back inside, at which a wait is given up.
    public static let contraryStrength = 1.0
    /// Seconds between the fixes on the two sides of a fence; over a longer gap, having gone through it is a guess.
    public static let crossedGap_s = 120.0
    /// Metres per second between those fixes (250 km/h): above it, the way between them is not known to be straight.
    public static let crossedSpeed_mps = 70.0
    /// Standard deviations that the way must lead through the inside, on each hand, to be told as crossed.
    public static let crossedStrength = 2.0
}

// When a boundary was crossed: see ``Crossing``.
extension Limits {
    /// Metres per second over the boundary at most, where the way is too short to tell.
    public static let walkingSpeed_mps = 1.0
    /// Metres per second over the boundary at least, so that the uncertainty stays finite.
    public static let creepingSpeed_mps = 0.1
    /// Share of the greater speed by which two speeds may differ and be called alike.
    public static let evenSpeeds = 0.2
    /// Times better than by a uniform guess that the moment is known, where speeds tell how the way was covered.
    public static let evenWay = 4.0
    /// Seconds, one standard deviation: trackers stamp their fixes to the second, and some with a second's delay.
    public static let stampBlur_s = 0.5
    /// Seconds before and after two fixes at which the boundary may have been passed, by a place that is reckoned better.
    public static let crossingReach_s = 30.0
    /// Seconds by which a crossing's uncertainty may exceed the gap between its fixes; it is held there.
    public static let crossingBlur_s = 60.0
}

// A receiver's motion: see ``Motion``.
extension Limits {
    /// Metres per second. Below it a receiver may be taken to stand: a third of a walk, and three times a Doppler speed's noise.
    public static let standingSpeed_mps = 0.5
    /// Seconds over which a velocity foretells a position; it covers an interval of 30 s.
    public static let motionGap_s = 40.0
    /// Share of the way by which it may miss the foretold place.
    public static let motionTolerance = 0.15
    /// Cosine of half the angle by which the course may turn (60 degrees).
    public static let motionStraightness = 0.866
}

// Dead reckoning: see ``Reckoning``.
extension Limits {
    /// Square metres per second by which the place of one who stands grows uncertain: about a desk in an hour it may move 6 m
    /// without its velocity telling.
    public static let standingSpread_m2ps = 0.01
    /// The same for one who moves: a velocity that is 0.15 m/s off for ten seconds at a time …
    public static let movingSpread_m2ps = 0.225
    /// … and a share of the speed (a scale that is 5 % off, or a course by 3 degrees) for so many seconds.
    public static let velocityTolerance = 0.05
    public static let velocityMemory_s = 60.0
    /// Share of a fix's error that is its own, and not its neighbours'.
    public static let freshShare = 0.2
    /// Standard deviations from where it had to be at which a fix is not believed, unless the next one is as far.
    public static let astrayStrength = 5.0
}

// A receiver's scatter: see ``Scatter``.
extension Limits {
    /// Metres about its mean position within which a receiver that says it stands may be; two fixes beyond, and it has gone.
    public static let standingReach_m = 150.0
    /// The same for one that is silent about its speed: less, as nothing else tells a walk from an error.
    public static let standingReachUnseen_m = 100.0
    /// Metres. Who claims no better is no satellite receiver; its scatter says nothing.
    public static let scatterClaim_m = 10_000.0
    /// Seconds of standing before its scatter counts: one that drives past with a speed of 0 is gone by then …
    public static let settled_s = 60.0
    /// … and a walk too, where the receiver is silent about its speed.
    public static let settledUnseen_s = 300.0
    /// Seconds over which the spread is averaged: several correlation times of a good receiver, two of a bad one.
    public static let scatterMemory_s = 600.0
    /// Seconds over which the mean position forgets: a constellation's errors come round in hours.
    public static let centreMemory_s = 7200.0
    /// Seconds. A longer silence counts as so much.
    public static let scatterGap_s = 60.0
    /// Standard deviations that a single fix can add to the spread.
    public static let scatterPerFix = 10.0
    /// Times the claimed variance that is still taken for chance.
    public static let scatterTolerance = 2.0
    /// Standard deviations from the mean position that a fix is worth at most, where it never moved away from it.
    public static let strayStrength = 2.5
}
