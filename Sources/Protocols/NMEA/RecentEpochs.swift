import Positioning

/// The epochs that a device reported last: how a repetition is known.
struct RecentEpochs {
    private struct Entry {
        var microseconds: Int64 = -1
        /// A digest of the position, enough to tell it from a neighbour's.
        var place: UInt32 = 0
        var decimals: UInt8 = 0

        var time: TimeOfDay { TimeOfDay(microseconds: microseconds, decimals: decimals) }
    }

    private var entries = InlineArray<16, Entry>(repeating: Entry())
    private var next = 0

    init() {}

    /// - Parameter place: `nil` for an epoch without a fix.
    mutating func add(_ time: TimeOfDay, _ place: Coordinate?) {
        entries[next] = Entry(microseconds: time.microseconds, place: Self.digest(place), decimals: time.decimals)
        next = (next + 1) % entries.count
    }

    /// The clock was set back: times from before say nothing any more.
    mutating func clear() { self = RecentEpochs() }

    var newest: TimeOfDay? {
        let last = entries[(next + entries.count - 1) % entries.count]
        return last.microseconds < 0 ? nil : last.time
    }

    func contains(_ time: TimeOfDay) -> Bool {
        for index in entries.indices
        where entries[index].microseconds >= 0 && entries[index].time.isSameEpoch(as: time) { return true }
        return false
    }

    func contains(_ time: TimeOfDay, _ place: Coordinate?) -> Bool {
        let digest = Self.digest(place)
        for index in entries.indices
        where entries[index].microseconds >= 0 && entries[index].place == digest
            && entries[index].time.isSameEpoch(as: time)
        { return true }
        return false
    }

    private static func digest(_ place: Coordinate?) -> UInt32 {
        guard let place else { return 0 }
        let mixed = (place.latitude.bitPattern &* 0x9E37_79B9_7F4A_7C15) ^ (place.longitude.bitPattern &* 0xC2B2_AE3D_27D4_EB4F)
        return UInt32(truncatingIfNeeded: mixed >> 32) | 1
    }
}
