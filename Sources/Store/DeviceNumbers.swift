/// The number of each device that the store knows, by id. Those that it had at its opening are a dictionary that changes no more
/// once it has been handed on, so that who else has to know them all shares it.
struct DeviceNumbers {
    private(set) var stored: [String: Int64] = [:]
    private var added: [String: Int64] = [:]

    var count: Int { stored.count + added.count }

    subscript(_ device: String) -> Int64? { stored[device] ?? added[device] }

    /// - Parameter count: of those that are about to be read.
    mutating func expect(_ count: Int) { stored.reserveCapacity(count) }

    /// One that the store had at its opening.
    mutating func read(_ number: Int64, of device: String) { stored[device] = number }

    /// One that is new.
    mutating func add(_ number: Int64, of device: String) { added[device] = number }

    /// One that is not in the store any more, or not after all.
    mutating func remove(_ device: String) {
        added[device] = nil
        stored[device] = nil
    }
}
