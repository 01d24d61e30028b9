public import Positioning

extension Limits {
    /// Devices that are decided about where nothing else is set. A report of a further one is rejected as
    /// ``Rejection/too_many_devices``; the others go on.
    public static let devices = 100_000
    /// Numbers that a shard's caller may have for devices, eight bytes each; a device with another is looked up by its name.
    static let deviceNumbers = 0..<1 << 24
    /// Reports between the one at hand and the one whose device is fetched from memory; what lies behind that, and behind that
    /// again, follows one report later each. Deciding one takes longer than either. Of more, one would push the other out of the
    /// nearest cache.
    public static let prefetchedAhead = 3
    /// Metres. A fix that is known no better says nothing about a fence: it came from a network cell, or from a receiver
    /// about to lose its satellites. Rejected as ``Rejection/coarse``.
    public static let coarse_m = 200.0
    /// Metres per second (1,000 km/h), after both accuracies are taken off: faster than that is a spike until the next fix
    /// has confirmed it.
    public static let believableSpeed_mps = 1000 / 3.6
    /// Seconds between two fixes of a recording from which the later one must be confirmed by a next: a clock that is hours
    /// ahead would else hold up all that follows. So must its first. Where the time of arrival is known, that tells.
    public static let believableStep_s = 6 * 3600.0
    /// Seconds that a fix's time may lie after its arrival; beyond it, the tracker's clock is wrong. Rejected as ``Rejection/future``.
    public static let clockAhead_s = 120.0
    /// Seconds. A fix at most so much older than the newest is put into its place at once: datagrams overtake each other.
    public static let reorder_s = 10.0
    /// Seconds, of a device's own time or by the clock, over which late fixes are gathered before the past is decided again:
    /// an upload of hours is decided once, not at each of its fixes.
    public static let gatherLate_s = 60.0
    /// Late fixes of one device that are gathered at most; then the past is decided again at once.
    public static let gatherLate = 5000
    /// Seconds, where nothing else is set. A fix that is older than the newest by more is rejected as ``Rejection/past``.
    public static let lateHorizon_s = 72 * 3600.0
    /// Fixes, some 80 bytes each, that a history in memory gathers before it puts them where they belong.
    static let gatheredFixes = 4096
    /// Seconds after its time at which a fix arrives, from which on an edit of the fences is in force for its device from the
    /// next fix on, and not from the time of the edit.
    public static let lag_s = 120.0
    /// Sets of fences that are kept for late fixes, the one in force among them. The oldest is taken for all the time before it.
    public static let fenceVersions = 32
    /// Seconds of a device's time between two checkpoints: about the most that is decided again for one late fix in order.
    public static let checkpointEvery_s = 900.0

    /// Calls in which all devices that are awake are looked at once for being idle. One of which nothing was heard
    /// between two looks is packed: at one call in ten seconds, after five to ten minutes, where there are many. That
    /// saves nine tenths of its memory; to unpack it takes about as long as to decide on a few of its fixes.
    public static let idleLooks = 30

    /// Devices for which a shard keeps the room of those that are awake, however few they are.
    static let roomKept = 1024

    // MARK: links

    /// Devices of a shard that are looked at together for having been silent; further ones wait for the next batch a
    /// second later at most.
    public static let looksAtOnce = 8192
    /// Seconds after which a device is looked at again at the latest: its interval may have become shorter meanwhile.
    public static let lookAgain_s = 600.0
    /// Seconds before which it is not looked at again.
    public static let lookPause_s = 1.0
    /// Devices of a shard that raise an alarm and are not known. A flood of made-up names is told of, name by name, and takes no
    /// more memory: at the limit all of them are forgotten, and those that go on are told of again.
    public static let strangers = 256
}
