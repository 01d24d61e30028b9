internal import Engine
internal import Positioning

/// The devices that are decided about, bounded: the registry's, those that the store has, and who else comes first.
struct KnownDevices: Sendable {
    private let limit: Int
    private let stored: Dictionary<String, Int64>.Keys
    /// Those that are not in the store.
    private var others: Set<String>
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
        others = Set(registered.lazy.filter { !stored.contains($0) })
    }

    /// - Returns: `false` where it would be one more than the limit.
    mutating func admit(_ device: String) -> Bool {
        if stored.contains(device) || others.contains(device) { return true }
        guard stored.count + others.count < limit else {
            isFull = true
            return false
        }
        others.insert(device)
        return true
    }
}
