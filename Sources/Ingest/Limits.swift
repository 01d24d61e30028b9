public import Positioning
import Protocols

extension Limits {
    // MARK: every source

    /// ``Limits/epochPause_s`` as a wait: a session that is quiet for so long has ended its epoch, and its decoder is told.
    public static let epochPause = Duration.seconds(epochPause_s)
    /// How long a source that is stopped still tries to hand over what it has while the inlet is full; then the rest is
    /// counted as undelivered.
    public static let stopPatience = Duration.seconds(5)
    /// How long a stopped UDP source still reads what the kernel holds for it, should datagrams keep coming.
    public static let stopDrain = Duration.milliseconds(500)
    /// How often a source that waits for room in the inlet looks whether it was stopped meanwhile.
    public static let deliveryCheck = Duration.milliseconds(100)
    /// How long a source rests after a read failed for want of memory or a network, so that it does not spin.
    public static let readRest = Duration.milliseconds(100)

    /// The least time between two lines of the log about what one source loses.
    public static let lossReport = Duration.seconds(60)

    // MARK: UDP

    /// Bytes that the kernel is asked to hold while the daemon commits or is started again: 8 s of 10,000 devices at 1 Hz, as it
    /// grants twice as much and counts 832 for a datagram of a fix. It gives what net.core.rmem_max allows where the daemon may
    /// not exceed that; beyond it, it drops and counts.
    public static let udpReceiveBuffer = 32 << 20
    /// Bytes for one datagram: over the 65,507 that IPv4 can carry, so that none loses its end.
    public static let udpDatagram = 1 << 16
    /// Datagrams taken at once; one batch goes to the inlet for all of them.
    public static let udpDatagramsPerRound = 128
    /// How long a source lets datagrams gather in the kernel after a round, where nobody is in a hurry: a sender that finds nobody
    /// waiting has nobody to wake, which costs both more than the datagram. The kernel's buffer holds some 200 ms of the most
    /// that a core can send, and a millisecond of it even where net.core.rmem_max was not raised.
    public static let udpGathering = Duration.milliseconds(1)
    /// Bytes from one datagram's place to the next: whole pages apart, all would meet in the same few lines of the cache.
    static let udpSlot = udpDatagram + 320
    /// Peers (address and port) of one source whose half-read sentences are kept, some 4 kB each; beyond it the one that was
    /// quiet longest is finished and forgotten.
    public static let udpSessions = 16_384

    // MARK: TCP

    /// Connections at once, of all TCP sources together, where nothing else is set; a further one is closed at once and
    /// counted.
    public static let tcpConnections = 10_000
    /// A connection that says nothing for so long is closed: its peer is gone, or never was a tracker.
    public static let tcpIdle = Duration.seconds(600)
    /// Connections that the kernel holds until they are accepted.
    public static let tcpBacklog: Int32 = 256
    /// Bytes read at once from a connection, and so the most that waits decoded for each while the inlet is full: some
    /// twenty fixes.
    public static let tcpRead = 4096
    /// Bytes that the kernel is asked to hold for a connection that is not read (it takes twice that, with its own
    /// overhead); then its peer waits. Left to itself the kernel may take megabytes for each. Enough for 300 fixes a second
    /// of one connection over a path of a second.
    public static let tcpReceiveBuffer = 1 << 16
    /// How long a stopped TCP source still reads what the kernel holds for it; then the rest is given up, and told.
    public static let tcpDrain = Duration.milliseconds(500)

    // MARK: serial

    /// Bytes read at once from a serial line.
    public static let serialRead = 4096
    /// The first wait before a line that was lost, or could not be opened, is tried again; it doubles each time …
    public static let serialRetryFirst = Duration.milliseconds(250)
    /// … up to this: a tracker that was plugged in again is heard within so long.
    public static let serialRetryLongest = Duration.seconds(5)
    /// From the first byte heard at a rate, how long a whole sentence is waited for: two cycles of 1 Hz and a half.
    public static let baudTrial = Duration.milliseconds(2500)
    /// Bytes without a whole sentence that end a trial early: four of the longest sentences.
    public static let baudTrialBytes = 4096
    /// A rate that worked is doubted when for so long bytes came and no whole sentence …
    public static let baudGarbage = Duration.seconds(10)
    /// … and at least so many bytes.
    public static let baudGarbageBytes = 1024

    // MARK: files

    /// Bytes read at once from a file, and bytes unpacked at once.
    public static let fileChunk = 1 << 18
}
