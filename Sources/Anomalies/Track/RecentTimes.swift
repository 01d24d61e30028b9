internal import Positioning

/// The newest of some times, in a third less room: to the microsecond where one comes within 35 minutes of the one before, as
/// it does in any default window; after a longer pause, to the millisecond.
struct RecentTimes: Equatable, Sendable {
    /// See ``Limits/flappingChanges``.
    static let most = 8

    /// Of no meaning where there is none.
    private(set) var oldest = Timestamp(microseconds: 0)
    /// From each to the next one.
    private var gaps = InlineArray<7, Gap>(repeating: Gap())
    private var size: UInt8 = 0

    /// Microseconds in the lower 31 bits, or milliseconds.
    private struct Gap: Equatable {
        private var packed: UInt32 = 0

        private static let isOfMilliseconds: UInt32 = 1 << 31

        init() {}

        init(microseconds: Int64) {
            packed = UInt32(clamping: microseconds)
            if packed >= Self.isOfMilliseconds {
                packed = UInt32(clamping: min((microseconds + 500) / 1000, 0x7FFF_FFFF)) | Self.isOfMilliseconds
            }
        }

        var microseconds: Int64 {
            packed & Self.isOfMilliseconds == 0 ? Int64(packed) : Int64(packed & ~Self.isOfMilliseconds) * 1000
        }
    }

    init() {}

    var count: Int { Int(size) }
    var isEmpty: Bool { size == 0 }

    /// `nil` where there is none.
    var newest: Timestamp? { all.last }

    /// Oldest first.
    var all: [Timestamp] {
        var times: [Timestamp] = []
        for index in 0..<count {
            let gap_us = index == 0 ? 0 : gaps[index - 1].microseconds
            times.append((times.last ?? oldest).advanced(byMicroseconds: gap_us))
        }
        return times
    }

    /// Takes one that is not before the newest. Of more than there is room for, the oldest is dropped.
    mutating func append(_ time: Timestamp) {
        if count == Self.most { removeOldest() }
        if let newest { gaps[count - 1] = Gap(microseconds: time.microseconds(since: newest)) } else { oldest = time }
        size += 1
    }

    /// Where there is one.
    mutating func removeOldest() {
        guard size > 0 else { return }
        oldest = size == 1 ? Timestamp(microseconds: 0) : oldest.advanced(byMicroseconds: gaps[0].microseconds)
        for index in 1..<gaps.count { gaps[index - 1] = gaps[index] }
        gaps[gaps.count - 1] = Gap()
        size -= 1
    }

    static func == (a: Self, b: Self) -> Bool { a.all == b.all }

    mutating func code<Coder: StateCoder>(_ coder: inout Coder) throws(Coder.Failure) {
        var times = all
        try coder.list(&times, blank: Timestamp(microseconds: 0)) { (coder, time) throws(Coder.Failure) in
            try coder.time(&time)
        }
        self = RecentTimes()
        for time in times { append(time) }
    }
}
