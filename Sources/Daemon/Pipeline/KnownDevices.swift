internal import Engine
internal import Positioning

/// The devices that are decided about, bounded: the registry's, those that the store has, and who else comes first.
struct KnownDevices: Sendable {
    private let limit: Int
    private var ids: Set<String>
    /// Whether one was turned away.
    private(set) var isFull = false

    /// - Parameters:
    ///   - limit: devices in all. The registered ones have their places whether they have been heard or not.
    ///   - registered: ids.
    ///   - stored: ids of those that were decided about before; they stay, even where they are more than the limit.
    init(limit: Int = Limits.devices, registered: some Collection<String> = [], stored: some Collection<String> = []) {
        self.limit = limit
        ids = Set(minimumCapacity: registered.count + stored.count)
        ids.formUnion(registered)
        ids.formUnion(stored)
    }

    /// - Returns: `false` where it would be one more than the limit.
    mutating func admit(_ device: String) -> Bool {
        if ids.contains(device) { return true }
        guard ids.count < limit else {
            isFull = true
            return false
        }
        ids.insert(device)
        return true
    }
}
