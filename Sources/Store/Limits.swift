internal import Engine
public import Positioning

extension Limits {
    /// Seconds that a writer waits for a reader's lock before a commit fails and is tried again.
    public static let storeBusy_s = 5.0
    /// Bytes read from the end of the event file to find its last whole line; a line is some 300 bytes.
    public static let eventFileTail = 64 * 1024
    /// Events that are read from the store at once when the event file catches up.
    public static let catchUpEvents = 10_000
    /// Fixes of a track that are read at once, some 150 bytes each: the read ends before they are handed on.
    public static let trackPage = 8192
    /// Fixes of a chunk, from which on another is begun, to twice as many: fewer cost more bytes for each, more cost more time
    /// where a late fix falls among them.
    static let chunkFixes = 64
    /// Fixes of a chunk that are read; more are none of ours: the store is damaged.
    static let chunkFixesRead = 65_536
    /// Bytes from which on a row of fixes that wait for compaction takes no more: with another, whatever a receiver says of it, the row
    /// still fits one page of the file (4 kB). Who reads one of them reads all.
    static let pageBytes = 3950
    /// Fixes that wait in pages for compaction, a chunk's of each device within these bounds, and up to twice as many while it is
    /// under way. A pass takes some 200 bytes of memory for each, each reader of late fixes 16.
    public static let tailFixes: ClosedRange<Int64> = 16_384...262_144
    /// Fixes of one step of compaction, about 1 µs each: so long a commit may have to wait for it. Where more are committed
    /// between two steps, three times those.
    public static let compactionFixes: Int64 = 4096
    /// The same where commits are in a hurry.
    public static let compactionFixesHurried: Int64 = 256
    /// Pages (of 4 kB) of the WAL from which on a commit takes them into the store's file, and the WAL begins anew: with fewer, the
    /// disk would be waited for more often; more take longer to be read over after a crash.
    static let walPages = 4096
    /// Bytes that the WAL keeps of what a greater batch took when it begins anew: the pages above, somewhat more for their headers.
    static let walBytesLeft = walPages * 4352
    /// Rows that retention looks at in one step, some 35 µs each where they are spread over many devices: so long, some ten
    /// milliseconds, a commit may have to wait for it.
    public static let sweepRows = 250
    /// Devices of which the store remembers that it forgot them, some 40 bytes each. Those beyond, silent longest, would be taken
    /// for new ones if they came back.
    public static let forgottenDevices = 1_000_000
    /// Fixes at the journal's end whose newest time vouches for the clock before anything is deleted by age.
    public static let witnessFixes = 1000
    /// How far before the late horizon, in its own lengths, checkpoints are thinned to one a day at each new one: as far as a
    /// silence of the device up to the horizon can have left them behind; after a longer one, they stay until retention
    /// takes them.
    static let thinningReach = 2.0
    /// Bytes of a consumer's name; a longer one is refused.
    public static let consumerNameBytes = 100
    /// Pages (of 4 kB) that a backup copies between two looks at its progress.
    static let backupPages: Int32 = 2048
    /// Bytes of a stored file of fences that are compared with one at hand at once: as many as stay in a core's own cache.
    static let blobPiece = 64 * 1024
    /// Findings of one kind that a verification tells; of more, it tells how many.
    public static let findings = 20
}
