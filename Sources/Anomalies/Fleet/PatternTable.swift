internal import Positioning

/// Runs of positions that were seen, by their digests: who was first there, and when. The oldest goes first.
struct PatternTable: Equatable, Sendable {
    private var sightings: [UInt64: Sighting] = [:]
    /// By ascending id, from ``first`` on; before that lie those that have gone.
    private var order: [Entry] = []
    private var first = 0
    private(set) var newestID: Int64 = 0

    struct Sighting: Equatable, Sendable {
        var device: String
        /// Of the run's last fix.
        var time: Timestamp
    }

    private struct Entry: Equatable, Sendable {
        var id: Int64
        var digest: UInt64
    }

    var count: Int { order.count - first }

    func sighting(of digest: UInt64) -> Sighting? { sightings[digest] }

    /// Adds one that is not there.
    /// - Parameter id: higher than all before; `nil`: the next.
    /// - Returns: its id.
    @discardableResult
    mutating func add(_ digest: UInt64, _ sighting: Sighting, id: Int64? = nil) -> Int64 {
        newestID = id ?? newestID + 1
        guard sightings.updateValue(sighting, forKey: digest) == nil else { return newestID }
        order.append(Entry(id: newestID, digest: digest))
        return newestID
    }

    /// Lets the oldest go where there are too many, and those before a time.
    /// - Returns: the last id that went; `nil` where none did.
    mutating func trim(atMost limit: Int, before cut: Timestamp? = nil) -> Int64? {
        var last: Int64?
        while let entry = order[first...].first {
            let isOld = cut.map { cut in sightings[entry.digest].map { $0.time < cut } ?? true } ?? false
            guard count > limit || isOld else { break }
            sightings[entry.digest] = nil
            last = entry.id
            first += 1
        }
        if first > order.count / 2 {
            order.removeFirst(first)
            first = 0
        }
        return last
    }

    static func == (a: PatternTable, b: PatternTable) -> Bool {
        a.sightings == b.sightings && a.newestID == b.newestID && a.order[a.first...] == b.order[b.first...]
    }
}
