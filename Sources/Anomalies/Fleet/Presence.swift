internal import Positioning

/// Where a device is, as far as others are looked for near it.
struct Presence: Equatable, Sendable {
    var place = Coordinate(latitude: 0, longitude: 0)
    /// When it last said so.
    var time = Timestamp(microseconds: 0)
    var group: String?
    /// Since when there have been enough around it.
    var crowdedSince: Timestamp?

    /// Whether it counts among a group at a time.
    func isThere(at other: Timestamp, in group: String?) -> Bool {
        self.group == group && other.seconds(since: time).magnitude <= Limits.presence_s
    }

    mutating func code<Coder: StateCoder>(_ coder: inout Coder) throws(Coder.Failure) {
        try coder.coordinate(&place)
        try coder.time(&time)
        try coder.text(&group)
        try coder.time(&crowdedSince)
    }
}
