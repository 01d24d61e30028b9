public import Positioning

extension Limits {
    /// Elements from which on a batch is large enough to be worth a hand-over: a mailbox copies smaller ones together,
    /// and passes this one on as it is.
    public static let mergedBatch = 256
    /// Bytes of a thread's name that the kernel keeps (TASK_COMM_LEN less the final NUL); what is over is cut.
    public static let threadName = 15
}
