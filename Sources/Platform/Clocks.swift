import Glibc
public import Positioning

/// The clock on the wall: UTC as this machine believes it, which may jump.
public enum WallClock {
    public static var now: Timestamp {
        var time = timespec()
        // Cannot fail: the clock exists and the address is good.
        _ = unsafe clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(microseconds: Int64(time.tv_sec) &* 1_000_000 &+ Int64(time.tv_nsec) / 1000)
    }
}

/// A moment on the clock that never jumps and stands still while the machine sleeps (CLOCK_MONOTONIC): for waits.
public struct MonotonicTime: Comparable, Hashable, Sendable {
    /// Since some moment before the machine's start.
    public var nanoseconds: Int64

    public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    public static var now: MonotonicTime {
        var time = timespec()
        _ = unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return MonotonicTime(nanoseconds: Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec))
    }

    /// Held at the end of what an `Int64` of nanoseconds can say (292 years).
    public static func + (time: Self, wait: Duration) -> Self {
        let (seconds, attoseconds) = wait.components
        let (whole, over) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, overToo) = time.nanoseconds.addingReportingOverflow(whole)
        if over || overToo { return Self(nanoseconds: seconds < 0 ? .min : .max) }
        let (total, overAtLast) = sum.addingReportingOverflow(attoseconds / 1_000_000_000)
        return Self(nanoseconds: overAtLast ? (seconds < 0 ? .min : .max) : total)
    }

    public static func - (later: Self, earlier: Self) -> Duration {
        .nanoseconds(later.nanoseconds &- earlier.nanoseconds)
    }

    public static func < (a: Self, b: Self) -> Bool { a.nanoseconds < b.nanoseconds }

    /// For poll(2): rounded up, so that a wait never ends before its time; 0 when past.
    var millisecondsFromNow: Int32 {
        let left = (self - MonotonicTime.now).components
        if left.seconds < 0 || left.attoseconds < 0 { return 0 }
        if left.seconds >= 1_000_000 { return 1_000_000_000 }
        return Int32(left.seconds * 1000 + (left.attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
    }

    /// For pthread_cond_timedwait(3) on a condition that keeps this clock.
    var asTimespec: timespec {
        let held = max(nanoseconds, 0)
        return timespec(tv_sec: Int(held / 1_000_000_000), tv_nsec: Int(held % 1_000_000_000))
    }
}

/// Blocks the calling thread; for the shell's own threads only.
public func pause(for wait: Duration) {
    let end = (MonotonicTime.now + wait).asTimespec
    // To a moment, not for a while: an interrupted wait goes on where it was.
    while true {
        var end = end
        guard unsafe clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &end, nil) == EINTR else { return }
    }
}
