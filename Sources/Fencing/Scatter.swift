import Glibc
public import Positioning

/// How far a receiver's positions scatter while it stands: what its accuracy is, whatever it claims.
///
/// One that stands, by its own Doppler speed or because it doesn't leave its neighbourhood, has one true position: how far
/// its fixes are from their slow mean is error. That says two things. The spread, averaged over
/// ``Limits/scatterMemory_s``, raises the accuracy of all fixes where it is more than chance about the claim. And a fix
/// that is far from the mean while the receiver says that it never moved is wrong by about as much: multipath, which would
/// look like a walk. All is a matter of time, not of the number of fixes.
public struct Scatter: Equatable, Sendable {
    /// Time of the newest fix; `nil` before the first.
    public var newest: Timestamp?
    /// The slow mean of the positions while standing.
    public var centre: Coordinate
    /// Mean square of the deviations on one axis, square metres; begins at what is claimed.
    public var variance_m2: Double
    /// Seconds for which it has stood about the centre.
    public var stood_s: Double
    /// The newest fix moved, or is out of reach. One such fix may be a stray; two begin a new stand.
    public var isAway: Bool

    public init(
        newest: Timestamp? = nil, centre: Coordinate = Coordinate(latitude: 0, longitude: 0),
        variance_m2: Double = 0, stood_s: Double = 0, isAway: Bool = false
    ) {
        self.newest = newest
        self.centre = centre
        self.variance_m2 = variance_m2
        self.stood_s = stood_s
        self.isAway = isAway
    }

    /// Takes one fix.
    /// - Parameters:
    ///   - time: after the fix before; else nothing is learnt.
    ///   - claimed_m: one standard deviation on an axis, metres, as the receiver has it; above ``Limits/scatterClaim_m`` it
    ///     is returned as it is.
    ///   - speed_mps: the receiver's own (from Doppler shifts, not from positions); `nil` where it says none.
    /// - Returns: the accuracy to reckon with, metres: `claimed_m` or more.
    public mutating func accuracy_m(
        time: Timestamp, coordinate: Coordinate, claimed_m: Double, speed_mps: Double?
    ) -> Double {
        let claimed2 = claimed_m * claimed_m
        guard coordinate.isOnEarth, claimed_m > 0, claimed_m <= Limits.scatterClaim_m else { return claimed_m }
        guard let last = newest else {
            self = Scatter(newest: time, centre: coordinate, variance_m2: claimed2)
            return claimed_m
        }
        let gap = min(max(time.seconds(since: last), 0), Limits.scatterGap_s)
        newest = time
        let share = 1 - exp(-gap / Limits.scatterMemory_s)
        let wasAway = isAway
        let isMoving = speed_mps.map { $0 >= Limits.standingSpeed_mps } ?? false
        // One that goes on moving has no place to be far from.
        let distance_m = wasAway && isMoving ? 0 : distance_m(to: coordinate)
        let reach_m = speed_mps == nil ? Limits.standingReachUnseen_m : Limits.standingReach_m
        isAway = isMoving || distance_m > reach_m
        guard !(isAway && wasAway) else {
            centre = coordinate
            stood_s = 0
            variance_m2 += share * (claimed2 - variance_m2)
            return reckoned(claimed2)
        }
        stood_s += gap
        guard !isMoving, stood_s >= (speed_mps == nil ? Limits.settledUnseen_s : Limits.settled_s) else {
            follow(coordinate, gap)
            variance_m2 += share * (claimed2 - variance_m2)
            return reckoned(claimed2)
        }
        if !isAway {
            let seen = min(distance_m, Limits.scatterPerFix * max(claimed_m, variance_m2.squareRoot()))
            variance_m2 += share * (seen * seen / 2 - variance_m2)
            follow(coordinate, gap)
        }
        // It has not gone anywhere: so far from where it stands, this fix is wrong.
        return max(reckoned(claimed2), gap <= Limits.motionGap_s ? distance_m / Limits.strayStrength : 0)
    }

    private func distance_m(to coordinate: Coordinate) -> Double {
        let away = Plane(at: centre).vector_m(to: coordinate)
        return (away.east * away.east + away.north * away.north).squareRoot()
    }

    /// A plain mean at first, which then forgets.
    private mutating func follow(_ coordinate: Coordinate, _ gap: Double) {
        guard !isAway, gap > 0 else { return }
        centre = centre.towards(coordinate, share: max(gap / Limits.centreMemory_s, min(gap / stood_s, 1)))
    }

    private func reckoned(_ claimed2: Double) -> Double {
        (claimed2 + max(variance_m2 - Limits.scatterTolerance * claimed2, 0)).squareRoot()
    }
}
