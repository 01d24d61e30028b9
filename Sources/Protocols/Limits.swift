public import Positioning

extension Limits {
    /// Seconds of silence after which a source tells its decoder that the epoch is over (``FixDecoder/pause(into:)``).
    /// Longer than a receiver, a USB adapter or a radio link stalls within a burst, shorter than what is left of a
    /// second after it. Where a burst does stall longer, the fix goes out with what came before the stall.
    public static let epochPause_s = 1.0

    /// Bytes of one NMEA 0183 sentence between its start and its checksum. The standard says 82 in all; receivers with
    /// vendor sentences send several hundred. A longer one is passed over and counted as broken.
    public static let sentenceLength = 1024

    /// Fields of a sentence that are looked at, its address included; GSA, the longest that is read, has 19.
    /// Further ones are not seen.
    public static let sentenceFields = 24

    /// Bytes of text before, after, or between sentences that are kept while looking for a device's name, or an alarm: a TK102 writes
    /// up to 170. A longer text says nothing.
    public static let identityText = 256

    /// Bytes of a device's name. NMEA 0183 gives a TAG block's source 15, an IMEI has 15, a UUID 36. A longer one is none.
    public static let deviceNameLength = 64

    /// Digits that a bare number needs to be taken for a device's name: an IMEI's. Timestamps have 6, 8, 10, 12, 13, 14, 16
    /// or 19. A number of another length names no device.
    public static let deviceNumberDigits = 15

    /// Devices that one NMEA stream tells apart where nothing else is set. At the limit, or where it gets no more memory,
    /// the one that has been silent longest is forgotten, after what it has pending is given: a flood of made-up names
    /// passes, and real devices come back with their next epoch.
    public static let devicesPerStream = 65_536

    /// Bytes that a decoder asks for at a time (``MemoryRequest``): what one more device takes, with its last epochs.
    public static let decoderMemoryStep = 4096

    /// Fixes of one stream that wait for a date. At the limit, or where it gets no more memory, the oldest is given
    /// without one.
    public static let undatedFixes = 1024

    /// Fixes waiting for a date that ``decoderMemoryStep`` has room for.
    public static let undatedFixesPerStep = 16

    /// Seconds between a fix without a date and the first date that its stream gives, beyond which the fix gets no date
    /// from it: a receiver's clock at a cold start is not that of the fix that follows.
    public static let undatedAge_s: Int64 = 300

    /// Epochs that a device is remembered to have reported, to tell a repetition from a clock set back: as many RMCs as
    /// fit a datagram. An older one coming again is a new epoch.
    public static let recentEpochs = 32

    /// Seconds by which a sentence may be out of order. Half an hour, because a stream may itself have skipped some while
    /// a datagram was under way; further off it is a clock that was set, or another day.
    public static let lateSentence_s: Int64 = 1800

    /// Seconds between a ZDA and a fix within which the ZDA's date is the fix's, though they name different times:
    /// some receivers send it a second or two ahead. Beyond, the clock has been set in between.
    public static let clockAgreement_s: Int64 = 10

    /// Seconds that a fix without a date of its own may be ahead of the last dated one and still have its date; one that is further
    /// ahead waits for the next date, as the first ones of a stream do.
    public static let dateCarry_s: Int64 = 3600

    /// Seconds that an epoch without a fix may be ahead of the last dated one and still carry the date on:
    /// clocks of receivers without a fix jump.
    public static let voidCarry_s: Int64 = 3600

    /// Devices of a stream that were heard at once, and drafts of theirs, up to which their room is kept through a silence,
    /// rather than given back and asked for again.
    static let roomKept = 1024

    /// Epochs in a row that end with the same sentence before that sentence is taken for the end of an epoch.
    public static let cycleProof = 2

    /// The same, at most, after the sentence turned out not to be the end; grows eightfold each time.
    public static let cycleProofMost = 128

    /// First year that two digits can stand for; the window slides with this constant. GPS time begins in 1980.
    public static let firstYear = 1980
}
