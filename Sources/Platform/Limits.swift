public import Positioning

extension Limits {
    /// Bytes of a thread's name that the kernel keeps (TASK_COMM_LEN less the final NUL); what is over is cut.
    public static let threadName = 15
}
