import CLinux
import Glibc

/// Ends a wait of another thread: once sounded, every ``wait(for:orUntil:)`` on it returns at once, now and later.
public final class WakeUp: Sendable {
    private let event: Descriptor

    public init() throws(SystemError) {
        let number = try checked("eventfd", "cannot make a wake-up") { clinux_eventfd() }
        event = Descriptor(owning: number)
    }

    public func sound() {
        var one: UInt64 = 1
        // The counter holds 2^64 - 2: the write cannot fail, nor can anything be done if it did.
        _ = unsafe write(event.number, &one, MemoryLayout<UInt64>.size)
    }

    /// Why a wait ended.
    public enum Reason: Equatable, Sendable {
        /// The wake-up was sounded: the thread is asked to end.
        case sounded
        /// The descriptor can be read, or has failed: the next read says which.
        case readable
        /// The deadline has passed.
        case deadline
    }

    /// Waits until `descriptor` can be read, the deadline passes, or this is sounded (which goes before all else).
    ///
    /// poll(2) and not epoll(7): of two descriptors it is as fast, and there is nothing to take out again when a serial
    /// line is closed and opened anew.
    /// - Parameters:
    ///   - descriptor: `nil` waits for the deadline and the wake-up alone.
    ///   - deadline: `nil` is never.
    public func wait(for descriptor: Int32?, orUntil deadline: MonotonicTime?) throws(SystemError) -> Reason {
        var entries = [
            pollfd(fd: event.number, events: Int16(POLLIN), revents: 0),
            // poll(2) passes over a negative descriptor.
            pollfd(fd: descriptor ?? -1, events: Int16(POLLIN), revents: 0),
        ]
        while true {
            let timeout = deadline.map { $0.millisecondsFromNow } ?? -1
            let ready = unsafe poll(&entries, 2, timeout)
            if ready < 0 {
                let code = errno
                if code == EINTR { continue }
                throw SystemError(call: "poll", errno: code, what: "cannot wait for input")
            }
            if entries[0].revents != 0 { return .sounded }
            if entries[1].revents != 0 { return .readable }
            if let deadline, deadline <= MonotonicTime.now { return .deadline }
        }
    }
}
