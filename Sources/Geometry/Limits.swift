public import Positioning

extension Limits {
    /// Bytes of one fence file: 150,000 fences fit. What is read takes up to some twenty times as much memory while it is
    /// checked. A bigger file is refused, with an error.
    public static let fenceFileBytes = 128 << 20
    /// Arrays and objects within each other in a fence file: GeoJSON needs ten. Deeper ones are an error, and no stack
    /// is spent on them.
    public static let jsonDepth = 64
    /// Names and values of an object for which room is made at first; more make their own.
    static let usualMembers = 8
    /// Bytes of a fence file for each position for which room is made at first: seven decimals take about as many.
    static let usualPositionBytes = 24
    /// Errors and warnings that are kept of one load; the rest are counted, and one line says how many.
    public static let fenceIssues = 1_000
    /// Bytes of a fence's id: it stands in every event. A longer one is an error.
    public static let fenceIDBytes = 128
    /// Metres of a circle's radius. No receiver tells less, and beyond, hardly anyone means it. Others are an error.
    public static let fenceRadius_m = 0.1...2_000_000
    /// Metres of a corridor's half-width, up to a wide valley. Others are an error.
    public static let fenceHalfWidth_m = 0.1...100_000
    /// Seconds of `enter_confirm_s` and `exit_confirm_s`, up to a day. Others are an error.
    public static let fenceConfirm_s = 0.0...86_400
    /// Metres of `exit_margin_m`. Others are an error.
    public static let fenceExitMargin_m = 0.0...100_000
    /// Seconds of `dwell_s`, up to a year. Others are an error.
    public static let fenceDwell_s = 1.0...31_622_400
    /// Kilometres per hour of `speed_limit_kmh`: no road vehicle is faster. Others are an error.
    public static let fenceSpeedLimit_kmh = 1.0...1_000
    /// Characters of a file's own words that an error repeats; the rest is left out.
    static let quotedCharacters = 60
    /// Degrees of longitude past which an unrolled shape is surely a mistake. More is an error.
    public static let unrolledLongitude = 540.0

    /// Half of the earth's circumference, metres: no signed distance is greater, and a fence without any boundary has
    /// this one.
    public static let farthest_m = 20_037_508.0

    /// Shapes that are placed as one piece of work: with a hundred corners each, what they take of the table is still in the
    /// processor's cache when it is brought there.
    static let shapesPlacedAtOnce = 256

    /// Steps of the grid in which an ``EdgeTree``'s boxes are told, along an edge of the shape: they fit into 16 bits, with
    /// some to round outwards.
    static let edgeGridSteps = 65_000.0
    /// Steps by which a box is wider than it must, before it is rounded to whole ones: a step is left at least.
    static let edgeGridSlack = 1.5
    /// Degrees of a step at least (a tenth of a millimetre): a line has no width.
    static let edgeGridStep = 1e-9
    /// What is told of a box by single precision is so much less than it is, for what that rounds: some 2^-22 of it. A position
    /// is off by less than the step that a box is wider, or far beyond all boxes.
    static let edgeRulerSlack = 1 - 1e-6
    /// Square metres that are added to each in an ``EdgeTree/Order``: who is at no distance has a number above 0.
    static let edgeOrderFloor_m2: Float = 1e-29
    /// A box is left out where its square is so many times that of the nearest segment. What single precision rounds, and an
    /// ``EdgeTree/Order``'s last bits, are 2^-20 of it.
    static let nearestReach: Float = 1 + 1e-5
    /// Two segments are about as near where one's square is not so many times the other's: well within ``nearestReach``, and
    /// well above what is rounded at ``nearestRounding``.
    static let nearestGap = 1 + 1e-6
    /// Share of a square of its grid within which a square of a distance is in doubt (a thousandth of a step, some micrometres;
    /// coordinates, which are some ten thousand steps long, are rounded by less than a thousand millionth of one); and of the
    /// square of the distance itself, within which the corners of its segment are.
    static let nearestRounding = 1e-6
    /// Share of the sum of its pieces' sizes that a ring's area must have for its hand to be told: many times what is rounded
    /// of a hundred thousand.
    static let handSlack = 1e-9
    /// Share of its two products by which a determinant of differences may be off: thirty times Shewchuk's bound ("Adaptive
    /// Precision Floating-Point Arithmetic", 1997, ccwerrboundA), so that it covers who has no distance from an edge by a
    /// rounding. What is less is doubtful.
    static let orientationSlack = 1e-14
    /// Pairs of pieces of a ring that are held against each other, for each of its corners, before GEOS is asked: drawn rings
    /// need a few.
    static let ringPatience = 64
    /// Degrees (a tenth of a micrometre, some tens of roundings of a longitude). A position that is so near to an edge that is
    /// level with it is in doubt: it may have no distance from it.
    static let levelSlack = 1e-12
    /// Degrees of a step in which a ``BoxTree``'s boxes are told (a tenth of a metre), rounded outwards.
    static let boxTreeStep = 0x1p-20
    /// Steps from 0 at most, some more than of ``unrolledLongitude``: beyond, a box ends there. The double fits into 32 bits.
    static let boxTreeSteps = 1e9
    /// Metres from a place to the edges of a ``Clearing`` at most: who drives looks again after a minute or two.
    static let clearing_m = 2_000.0
    /// The same where a fence reaches so near.
    static let nearClearing_m = 250.0
    /// A clearing's square within a circle is smaller by so much: √2, and a twentieth for the difference between a plane and
    /// the ellipsoid.
    static let clearingSlack = 1.5
    /// Degrees beyond which there is no clearing, but every fix is looked up: boxes end at the poles and the antimeridian.
    static let clearingLatitude = 85.0
    static let clearingLongitude = 179.0

    /// Metres of a degree of latitude where it is shortest, at the equator; a box grown by it is never too small.
    static let fewestMetresPerDegreeOfLatitude = 110_574.0
    /// Metres of a degree in any direction (111,694 along a meridian at a pole), and a twentieth more.
    static let mostMetresPerDegree = 117_300.0
    /// Metres from a boundary within which a distance is right enough to tell its side to places near by: 0.1 %.
    static let sideReach_m = 100_000.0
    /// Degrees of latitude up to which a plane's distances are right within 0.1 % so far; beyond, a degree of longitude is
    /// taken for as long as one on the equator.
    static let planeLatitude = 70.0
    /// Metres of a degree of longitude on the equator.
    static let metresPerDegreeOfLongitudeAtEquator = 111_319.0
    /// A box is grown by so many times what it should, for the difference between a plane and the ellipsoid.
    static let boxSlack = 1.01
    /// Vincenty's series settles in two to four rounds; near the antipodes never, and the sphere answers.
    static let vincentyRounds = 40
    /// Halvings in which a way's meeting with a circle is found: 2^-48 of its length.
    static let circleSearchRounds = 48
}
