import Positioning

/// The epochs that a device reported last: how a repetition is known.
struct RecentEpochs {
    private struct Entry {
        var microseconds: Int64
        /// A digest of the position, enough to tell it from a neighbour's.
        var place: UInt32
        var decimals: UInt8

        var time: TimeOfDay { TimeOfDay(microseconds: microseconds, decimals: decimals) }
    }

    /// At most ``Limits/recentEpochs``, the oldest overwritten.
    private var entries: [Entry] = []
    private var next = 0
    private(set) var newest: TimeOfDay?
    /// The time furthest ahead: beyond it nothing was reported.
    private(set) var furthest: TimeOfDay?

    init() {}

    /// - Parameter place: `nil` for an epoch without a fix.
    mutating func add(_ time: TimeOfDay, _ place: Coordinate?) {
        let entry = Entry(microseconds: time.microseconds, place: Self.digest(place), decimals: time.decimals)
        if entries.count < Limits.recentEpochs {
            if entries.isEmpty { entries.reserveCapacity(Limits.recentEpochs) }
            entries.append(entry)
        } else {
            entries[next] = entry
            next = (next + 1) % entries.count
        }
        newest = time
        if furthest.map({ time.ahead(of: $0) > 0 }) ?? true { furthest = time }
    }

    /// The clock was set back: times from before say nothing any more.
    mutating func clear() { self = RecentEpochs() }

    func contains(_ time: TimeOfDay) -> Bool {
        for index in entries.indices where isNear(index, time) && entries[index].time.isSameEpoch(as: time) {
            return true
        }
        return false
    }

    func contains(_ time: TimeOfDay, _ place: Coordinate?) -> Bool {
        let digest = Self.digest(place)
        for index in entries.indices
        where isNear(index, time) && entries[index].place == digest && entries[index].time.isSameEpoch(as: time) {
            return true
        }
        return false
    }

    /// A cheap look before the careful one: no two forms of one time are a second apart, but for midnight.
    private func isNear(_ index: Int, _ time: TimeOfDay) -> Bool {
        let apart = (entries[index].microseconds - time.microseconds).magnitude
        return apart < 1_000_000 || apart > Timestamp.microsecondsPerDay.magnitude - 1_000_000
    }

    private static func digest(_ place: Coordinate?) -> UInt32 {
        guard let place else { return 0 }
        let mixed =
            (place.latitude.bitPattern &* 0x9E37_79B9_7F4A_7C15)
            ^ (place.longitude.bitPattern &* 0xC2B2_AE3D_27D4_EB4F)
        return UInt32(truncatingIfNeeded: mixed >> 32) | 1
    }
}
