public import Positioning

extension Limits {
    /// Boundaries whose changes are counted at once for one device. A further one takes the place of the one that has been
    /// quiet for longest; where an anomaly stands about each, it waits.
    public static let flappingFences = 2
    /// Changes of one boundary that are remembered, 4 bytes each: the most that the rule can be set to. See ``RecentTimes``.
    public static let flappingChanges = 8
    /// Seconds within which changes of one boundary are one passage: on foot, through the error of a receiver in a street.
    public static let passage_s = 15.0
    /// Metres to which a suggested margin is rounded up.
    public static let marginStep_m = 5.0
    /// Metres of margin beyond which none is suggested: who is so far out has left.
    public static let marginMost_m = 50.0
    /// Times both accuracies that are taken off a way before it makes a speed, as screening does: a receiver that has just
    /// found its satellites is that far off.
    public static let speedBlur = 2.0
    /// Seconds for which each fix must leave open whether a device is in a fence, until it counts as having been there: longer
    /// than one waits at a light beside it.
    public static let arrivalDoubt_s = 120.0
    /// Metres of a degree on the earth at most, by which the ways of replayed positions are told apart.
    static let metresPerDegreeMost = 111_700.0
    /// Share of the implied speed that the receiver's own must have at both ends to bear it out: a train, not a spike.
    public static let borneOutSpeed = 0.8
    /// Seconds between two fixes over which a speed is taken to have lasted; after a silence it is measured anew.
    public static let speedGap_s = 120.0
    /// Seconds without a fix after which one that stood, or was outside, is not known to have done so all the while.
    public static let levelGap_s = 7200.0
    /// Carriers of one id that are told apart; a further one takes the place of the one that was not seen for longest.
    public static let identitySides = 3
    /// Odds for a carrier, against strays that happen to return to one place, that each side needs.
    public static let identityOdds: Float = 10_000
    /// Odds beyond which more are not counted.
    public static let identityOddsMost: Float = 1_000_000
    /// Times the distance off a route within which routes are sought: beyond, none is measured before it has moved so far.
    public static let routeReach = 4.0
    /// Fences and hypotheses about their datum that are followed at once for one device; a further one waits.
    public static let datumCases = 4
    /// Seconds (3 days) for each of its stays that such a case keeps its place from others, after the newest of them: a habit
    /// stays, a chance goes.
    public static let datumHold_s = 259_200.0
    /// Seconds (30 days) without a hit after which such a case is forgotten, and an anomaly about it is cleared.
    public static let datumMemory_s = 2_592_000.0
    /// Metres by which the two Chinese datums are off in that country, about.
    public static let datumShift_m = 300.0...1500.0
    /// Shifts of no datum that tell how much of a neighbourhood is fenced: a share of 0.4 % is seen.
    public static let datumDecoys = 255
    /// That stays lie in fences by chance: at most. With one fence, no decoy may lie in another.
    public static let datumChance: Float = 0.004
    /// Bytes that the states of all rules of one device take at most, so that a million devices are a gigabyte: whatever its
    /// track is suspected of, for what is listed has its place in them (see ``Few``), and while it raises three alarms itself.
    /// Each further one of those takes 20 more; an id of a fence of more than 15 bytes that an anomaly is about, its length.
    public static let ruleStateBytes = 1024
    /// Bytes of those that the states of the rules about its track take at most.
    public static let trackStateBytes = 576
    /// Bytes of those that the state of its link takes at most, the alarms that the device itself raises included, each of
    /// which is one entry of a list: all kinds there are have room.
    public static let linkStateBytes = 528

    // MARK: links

    /// Seconds by which the time of an unusable report may be off and still be its device's clock: a receiver that has just been
    /// turned on may name any date.
    public static let believableClock_s = 3600.0
    /// Seconds for which a report may be on its way before the time that passes is held against its device.
    public static let arrivalPatience_s = 30.0
    /// The same in microseconds.
    static var arrivalPatience_us: Int64 { 30_000_000 }
    /// The same in seconds after what was heard before, where that is all there is to hold it against: in a recording. Beyond it
    /// the next usable fix tells.
    public static let believableGap_s = 6 * 3600.0
    /// Newest intervals of a device whose median is its own: two strays among five change nothing. See ``Rhythm``.
    static let rhythmIntervals = 5
    /// Changes of a schedule that are gone through for seconds in hours: weeks of them. What lies beyond is not looked for yet.
    static let scheduleChanges = 64
    /// Per cent of charge that a battery must gain before it is low no more: else one at the edge is told of again and again.
    public static let chargeAgain_percent = 5.0
    /// Satellites with which a receiver has a fix again in three dimensions.
    public static let satellitesAgain = 4.0
    /// Seconds of a week.
    public static let week_s = 604_800.0
    /// Weeks after which GPS counts from 0 again, for its messages have ten bits for them (IS-GPS-200, 20.3.3.3.1.1).
    public static let weeksOfCycle = 1024
    /// The same in seconds.
    public static let weekCycle_s = week_s * Double(weeksOfCycle)
    /// Microseconds that a device's time is behind by, at least, where a cycle may be missing from it: a week less than one, for
    /// what is corrected may be ahead.
    @inlinable static var nearlyWeekCycle_us: Int64 { 1023 * 604_800_000_000 }
    /// Times that the count may have begun anew since a receiver was made, which is no older than GPS; further behind is no
    /// rollover.
    public static let weekCycles = 4.0
}

extension Limits {
    // MARK: several devices

    /// Positions in a row that are never the same to the last digit by chance. What is remembered depends on it, so it is no
    /// setting.
    public static let patternFixes = 10
    /// Positions of those by whose digest the others are found: any 2 × 6 − 2 positions hold a run of 6 that is looked at.
    public static let patternCore = patternFixes / 2 + 1
    /// Positions on each side of such a run that are compared too, by 16 bits: of nine that are the same, one case in 30,000
    /// passes for ten.
    public static let patternFlank = patternFixes - patternCore
    /// Surroundings of one such run that are looked through, the newest first; what was seen in earlier ones is new.
    public static let patternSurroundings = 8
    /// Seconds at one position, beyond which a run begins anew; five such fit into 16 bits.
    public static let patternGap_s = 7200.0
    /// The same in microseconds.
    static var patternGap_us: Int64 { 7_200_000_000 }
    /// Runs that are remembered, some 100 bytes each. About one moving fix in three makes one: those of 5 days of 100
    /// vehicles, at 4 hours a day and a fix each 10 s. The oldest goes first, and if it comes again it is new.
    public static let patterns = 250_000
    /// Devices whose names an anomaly's evidence has at most; it tells how many there are.
    public static let evidenceNames = 20
    /// Satellites, and metres of accuracy (a dilution of 1.5), of a receiver that has a plain view of the sky, as nobody has
    /// behind a window.
    static let plainSatellites = 8
    static let plainAccuracy_m = 7.5
    /// Seconds between the last good report and the loss of satellites within which one that stood did not walk indoors, …
    static let stoodUntil_s = 15.0
    /// … and one that drove did not turn into a garage.
    static let droveUntil_s = 5.0
    /// Suspected jammings, each of one area, that are kept at once; a further one closes the one that was quiet for longest.
    public static let jammingIncidents = 100
    /// Devices of one of them; further ones are counted, but not waited for.
    public static let jammingDevices = 1000
    /// Seconds of a device's clock in which it says once that it is still jammed.
    public static let jammedEvery_s = 600.0
    /// Seconds after which a jammed device that says no more is not waited for: some of those.
    public static let jammingPatience_s = 3600.0
    /// Seconds of a device's clock in which it says once where it is, for those that look who is near.
    public static let presenceEvery_s = 60.0
    /// Seconds without a word after which a device is not taken to be where it was.
    public static let presence_s = 600.0
    /// Devices whose places are kept, some 150 bytes each; of further ones nobody knows where they are together.
    public static let presentDevices = 100_000
    /// Suspected gatherings that are kept at once; no further one is raised meanwhile.
    public static let gatherings = 100
}
