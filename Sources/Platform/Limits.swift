public import Positioning

extension Limits {
    /// Elements from which on a batch is large enough to be worth a hand-over, as many as the datagrams of a round: a mailbox
    /// copies smaller ones together, and passes this one on as it is.
    public static let mergedBatch = 128
    /// Bytes of freed memory that are kept for each thread: the largest batch on its way, three times.
    static let keptMemory: Int32 = 8 << 20
    /// Bytes that are asked of the system at once where much is to be filled: all of one of glibc's heaps, which grows no further
    /// (HEAP_MAX_SIZE); another is begun then.
    static let memoryAtOnce: Int32 = 64 << 20
    /// The same at other times: glibc's own (DEFAULT_TOP_PAD).
    static let memoryAsked: Int32 = 128 << 10
    /// Bytes of a thread's name that the kernel keeps (TASK_COMM_LEN less the final NUL); what is over is cut.
    public static let threadName = 15
    /// Sockets that are taken over at a start; more is an error. A configuration with so many sources is none.
    static let handedOverSockets: Int32 = 1024
    /// Microseconds by which the wall clock may be set back and still be followed at once: half of what a fix may lie after
    /// its arrival, so that such a step turns no tracker away. Corrections of a running clock are far smaller.
    static let clockStep_us: Int64 = 60_000_000
}
