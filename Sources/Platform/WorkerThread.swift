import CLinux
import Glibc
import Positioning
import Synchronization

/// A named thread for work that blocks (a serial line, a socket, SQLite, GEOS), where a task would starve the pool.
///
/// It takes no signals but those of its own faults: the process's are for the main thread.
public final class WorkerThread: Sendable {
    private let thread: pthread_t
    private let isJoined = Atomic<Bool>(false)

    /// Starts the thread at once.
    /// - Parameters:
    ///   - name: as in `top -H`; over ``Limits/threadName`` bytes is cut.
    ///   - body: written in a nonisolated function: one made on the main actor traps on another thread.
    /// - Throws: where the machine has no thread to give.
    public init(name: String, body: @escaping @Sendable () -> Void) throws(SystemError) {
        let start = unsafe Unmanaged.passRetained(ThreadStart(name: name, body: body))
        var thread = pthread_t()
        let code = unsafe pthread_create(&thread, nil, { unsafe runThread($0) }, start.toOpaque())
        guard code == 0 else {
            unsafe start.release()
            throw SystemError(call: "pthread_create", errno: code, what: "cannot start the thread \(name)")
        }
        self.thread = thread
    }

    /// Waits until the body has returned. Only the first call waits; never call it from the thread itself.
    public func join() {
        guard !isJoined.exchange(true, ordering: .acquiringAndReleasing) else { return }
        _ = pthread_join(thread, nil)
    }

    deinit {
        if !isJoined.load(ordering: .acquiring) { _ = pthread_detach(thread) }
    }
}

private final class ThreadStart: Sendable {
    let name: String
    let body: @Sendable () -> Void

    init(name: String, body: @escaping @Sendable () -> Void) {
        self.name = name
        self.body = body
    }
}

private func runThread(_ raw: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let raw = unsafe raw else { return nil }
    let start = unsafe Unmanaged<ThreadStart>.fromOpaque(raw).takeRetainedValue()
    blockSignals()
    unsafe clinux_name_thread(String(decoding: start.name.utf8.prefix(Limits.threadName), as: UTF8.self))
    start.body()
    return nil
}

private func blockSignals() {
    var signals = sigset_t()
    _ = unsafe sigfillset(&signals)
    for fault in [SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGABRT, SIGPROF] { _ = unsafe sigdelset(&signals, fault) }
    _ = unsafe pthread_sigmask(SIG_BLOCK, &signals, nil)
}
