internal import Engine
internal import Positioning

/// The devices that are decided about, bounded: the registry's, those that the store has, and who else comes first. Each gets a
/// number when it is first heard, so that nobody further down has to look for it by its name.
struct KnownDevices: Sendable {
    private let limit: Int
    private let stored: Dictionary<String, Int64>.Keys
    /// Those that are not in the store.
    private let registered: Set<String>
    /// How many were let in that are neither.
    private var strangers = 0
    /// Those that were heard; their numbers count up from 0.
    private var heard = DeviceIndex()
    /// Whether one was turned away.
    private(set) var isFull = false

    /// - Parameters:
    ///   - limit: devices in all. The registered ones have their places whether they have been heard or not.
    ///   - registered: ids.
    ///   - stored: ids of those that were decided about before; they stay, even where they are more than the limit.
    init(
        limit: Int = Limits.devices, registered: some Sequence<String> = [],
        stored: Dictionary<String, Int64>.Keys = [:].keys
    ) {
        self.limit = limit
        self.stored = stored
        self.registered = Set(registered.lazy.filter { !stored.contains($0) })
    }

    var heardCount: Int { heard.count }

    /// What the numbers of devices of these hashes seem to be, to be given with each.
    func guesses(_ hashes: [DeviceHash]) -> [Int32] { heard.guesses(hashes) }

    /// - Returns: its number; `nil` where it would be one more than the limit.
    mutating func admit(_ device: String, _ hash: DeviceHash, guess: Int32) -> Int? {
        if let number = heard.number(of: device, hash, guess: guess) { return number }
        if !stored.contains(device), !registered.contains(device) {
            guard stored.count + registered.count + strangers < limit else {
                isFull = true
                return nil
            }
            strangers += 1
        }
        return heard.add(device, hash)
    }
}
