public import Positioning

extension Limits {
    /// Bytes of one fence file: 300,000 fences fit. Reading takes at most 13 times as much memory. A bigger file is refused, with an error.
    public static let fenceFileBytes = 256 << 20
    /// Arrays and objects within each other in a fence file: GeoJSON needs ten. Deeper ones are an error, and no stack is spent on them.
    public static let jsonDepth = 64
    /// Errors and warnings that are kept of one load; the rest are counted, and one line says how many.
    public static let fenceIssues = 1_000
    /// Bytes of a fence's id: it stands in every event. A longer one is an error.
    public static let fenceIDBytes = 128
    /// Metres of a circle's radius: beyond, hardly anyone means it, and straight edges elsewhere lose their sense. More is an error.
    public static let radius_m = 2_000_000.0
    /// Metres of a corridor's half-width: a wide valley. More is an error.
    public static let halfWidth_m = 100_000.0
    /// Seconds of `enter_confirm_s` and `exit_confirm_s`: a day. More is an error.
    public static let confirm_s = 86_400.0
    /// Metres of `exit_margin_m`. More is an error.
    public static let exitMargin_m = 100_000.0
    /// Seconds of `dwell_s`: a year. More is an error.
    public static let dwell_s = 31_622_400.0
    /// Kilometres per hour of `speed_limit_kmh`: no road vehicle is faster. More is an error.
    public static let speedLimit_kmh = 1_000.0
    /// Degrees of longitude past which an unrolled shape is surely a mistake. More is an error.
    public static let unrolledLongitude = 540.0

    /// Half of the earth's circumference, metres: no signed distance is greater, and a fence without any boundary has this one.
    public static let farthest_m = 20_037_508.0

    /// Metres of a degree of latitude where it is shortest, at the equator; a box grown by it is never too small.
    static let fewestMetresPerDegreeOfLatitude = 110_574.0
    /// Metres of a degree of longitude on the equator.
    static let metresPerDegreeOfLongitudeAtEquator = 111_319.0
    /// A box is grown by so many times what it should, for the difference between a plane and the ellipsoid.
    static let boxSlack = 1.01
    /// Vincenty's series settles in two to four rounds; near the antipodes never, and the sphere answers.
    static let vincentyRounds = 40
    /// Halvings in which a way's meeting with a circle is found: 2^-48 of its length.
    static let circleSearchRounds = 48
}
