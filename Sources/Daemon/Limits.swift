internal import Anomalies
public import Positioning

extension Limits {
    /// What `max_devices` may be. Each takes up to 10 kB of memory, one or two while it is idle, and a place in the store.
    public static let deviceRange = 1...2_000_000
    /// What `max_connections` may be. Each takes a descriptor and some 10 kB of memory.
    public static let connectionRange = 1...100_000
    /// Descriptors beside those of connections: the store's, fence files', sources', event loops'.
    public static let ownDescriptors = 100
    /// Reports that wait between the sources and the core; a source that finds no room waits, and then its sender or the kernel does.
    public static let inletReports = 65_536
    /// Reports of one batch; a fuller batch is closed before its time.
    public static let batchReports = 8192
    /// Reports for which it is worth waking the dispatcher while a batch gathers; where fewer come, they are taken when its time is
    /// over. More would have left the processor's cache by then.
    static let gatheredReports = 1024
    /// Seconds after its first report at which a batch is closed: so early that its events are told within a tenth of a second,
    /// where the machine keeps up.
    public static let batchInterval_s = 0.08
    /// How long pages gather in the WAL before they are taken into the store's file beside the commits, where those are in a hurry:
    /// what is left for one of them is what came in so long.
    static let checkpointPause = Duration.milliseconds(200)
    /// Seconds until compaction is tried again where the store could not be written; meanwhile rows wait.
    static let compactionRetry_s = 60.0
    /// Reports of one commit of a recording: more than of a live batch, since nobody waits for it.
    public static let replayReports = 65_536
    /// Reports of a recording that its shards are given at once: so many that the hand-over costs next to nothing, so few that a
    /// shard without work soon has some.
    public static let replayPart = 2048
    /// Hours that `late_hours` takes. More would keep more checkpoints (some 200 bytes a device each quarter of an hour) and
    /// fences than a month's worth of late uploads is worth; others are refused when the configuration is read.
    public static let lateRange_h = 1...720
    /// Seconds between two looks at the folder of fences.
    public static let fenceLook_s = 2.0
    /// Seconds after which an empty batch is made, so that time passes where nothing comes.
    public static let tick_s = 1.0
    /// Seconds between two batches from which on nobody is taken to have listened meanwhile: what was not heard then makes no
    /// device silent. Not above ``arrivalPatience_s``, which covers a shorter one.
    public static let listeningPause_s = arrivalPatience_s
    /// Batches that the core may be ahead of the journal.
    public static let batchesInFlight = 4
    /// Seconds between two rounds in which the states that have changed are kept; what came after the last that is over began is
    /// replayed at start.
    public static let roundInterval_s = 10.0
    /// States that are kept with one batch, so that no event waits for those of all devices: some 10 ms of its commit. A round of
    /// 100,000 devices takes its interval; one of more takes longer, and then the next begins later.
    public static let batchStates = 1024
    /// The same where batches are in a hurry: less than a millisecond …
    public static let batchStatesHurried = 64
    /// … but one with each so many reports, as large batches have time for more: else their rounds would hardly end.
    public static let reportsPerState = 8
    /// The same where all are kept at the stop, and nothing more comes: so many that a commit costs little beside them, and so few that
    /// the shards take some while the keeper commits others, and that not all are in memory at once.
    public static let lastStates = 2048
    /// States or fixes that recovery hands a shard at once, some 500 bytes each: so many that the hand-over costs next to nothing.
    public static let recoveryPiece = 256
    /// Idle devices of a shard that were packed, from which on the memory of theirs that became free, some 2 kB each, is given back
    /// to the system: so many that threads seldom wait for that, so few that little lies idle.
    static let packedBeforeGivingBack = 10_000
    /// Seconds until a failed commit or a failed write to the event file is tried again.
    public static let retryInterval_s = 1.0
    /// Seconds that a stop waits for a journal that cannot be written, before it gives the pending batches up: nothing of them was acknowledged.
    public static let stopPatience_s = 10.0
    /// Places of the index of devices at which one is looked for: so many that of ids that were not made up for it, at most one in
    /// 200 finds all of them taken. Those are looked for in a dictionary, which takes longer.
    static let devicePlaces = 8
    /// Shards: more would not be faster than this on any machine that the journal's one writer can keep up with.
    public static let shards = 16
    /// Bytes of a fence file, a registry or a configuration; a larger one is refused.
    public static let fileBytes = 256 * 1024 * 1024
    /// Seconds between two passes of retention over the store; what is kept is kept so much longer at most.
    public static let sweepInterval_s = 3600.0
    /// Days that `keep` takes at most: a century, which is as good as 0, for ever.
    public static let keepDays = 36_500
    public static let secondsPerDay = 86_400.0
}

extension Limits {
    // MARK: operations

    /// Messages of one kind that are logged in one interval; the rest are counted, and one line says how many.
    public static let logBurst = 10
    /// Seconds of such an interval.
    public static let logInterval_s = 30.0
    /// Kinds of messages that are told apart at once; further ones count as one kind.
    public static let logKinds = 256

    /// Seconds without a round of the pipeline after which it counts as hanging: `/health/live` says so.
    public static let liveInterval_s = 30.0
    /// Seconds over which rates are measured.
    public static let rateWindow_s = 10.0
    /// Looks at the pipeline's progress in one interval of the service manager's watchdog.
    public static let watchdogLooks = 4
    /// HTTP connections at once; further ones wait in the kernel.
    public static let metricsConnections = 32
    /// Seconds of silence after which an HTTP connection is closed.
    public static let metricsIdle_s: Int64 = 30
    /// How long HTTP connections may still go on after nobody is let in any more, at the stop; then they are cut.
    public static let metricsFarewell = Duration.milliseconds(200)
    /// Seconds until a metrics address that was in use is tried again.
    public static let metricsRetry_s = 2.0
    /// Seconds that `geofenced status` waits for an answer.
    public static let statusPatience_s: Int64 = 5
    /// Bytes of an answer that `geofenced status` takes: some 300 a source.
    public static let statusBytes = 4 << 20
}
