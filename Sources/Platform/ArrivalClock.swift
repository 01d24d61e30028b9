public import Positioning
import Synchronization

/// When something arrived: the wall clock, but never set back by much.
///
/// A fix that lies after its arrival is taken for one of a tracker whose clock is ahead, and rejected. So a machine whose
/// clock is set back by an hour would turn away every tracker, and the trackers would be right: theirs is the satellites'
/// time. A step back by over ``Limits/clockStep_us`` is therefore not followed: arrivals are stamped as if the clock had gone
/// on, until it has caught up or the process is started anew. A step forward is followed at once.
public final class ArrivalClock: Sendable {
    /// What a step did to the stamps.
    public enum Change: Equatable, Sendable {
        /// The wall clock was set back by so much; it is not followed.
        case held(Duration)
        /// It is where the stamps are, and is followed again.
        case followed
    }

    private let wall: @Sendable () -> Timestamp
    private let monotonic: @Sendable () -> MonotonicTime
    private let tell: @Sendable (Change) -> Void
    /// The furthest that the wall clock was ahead of the monotonic one, in microseconds.
    private let furthest = Atomic<Int64>(.min)
    private let isHeld = Atomic<Bool>(false)

    /// - Parameters:
    ///   - wall: the machine's clock; the only place where the way of a fix reads it.
    ///   - monotonic: counts the time that passes while the wall clock is not believed.
    ///   - tell: called once for each change, on the thread that asks for the time.
    public init(
        wall: @escaping @Sendable () -> Timestamp = { WallClock.now },
        monotonic: @escaping @Sendable () -> MonotonicTime = { MonotonicTime.now },
        tell: @escaping @Sendable (Change) -> Void = { _ in }
    ) {
        self.wall = wall
        self.monotonic = monotonic
        self.tell = tell
    }

    public var now: Timestamp {
        let elapsed = monotonic().nanoseconds / 1000
        let wall = wall()
        let ahead = wall.microseconds &- elapsed
        let furthest = furthest.max(ahead, ordering: .relaxed).newValue
        let behind = furthest &- ahead
        let isBack = behind > Limits.clockStep_us
        if isBack != isHeld.load(ordering: .relaxed), isHeld.exchange(isBack, ordering: .relaxed) != isBack {
            tell(isBack ? .held(.microseconds(behind)) : .followed)
        }
        return isBack ? Timestamp(microseconds: elapsed &+ furthest) : wall
    }
}
