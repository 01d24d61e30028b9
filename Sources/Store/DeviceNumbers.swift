import GRDB

/// The number of each device that the store knows, by id. Those that it had at its opening are a dictionary that changes no more
/// once it has been handed on, so that who else has to know them all shares it.
struct DeviceNumbers {
    private(set) var stored: [String: Int64] = [:]
    private var added: [String: Int64] = [:]
    /// All of them, ascending by number, until they change or are taken: recovery need not read them again.
    private var order: [(number: Int64, id: String)]?
    /// By the number that whoever commits has for a device; where it is looked for first.
    private var found: [Found?] = []

    private struct Found {
        var device: String
        var number: Int64
    }

    /// None.
    init() {}

    /// Those that the store has.
    init(_ db: Database) throws {
        let order = try Self.read(db)
        stored.reserveCapacity(order.count)
        for (number, id) in order { stored[id] = number }
        self.order = order
    }

    /// As the store has them, ascending by number.
    static func read(_ db: Database) throws -> [(number: Int64, id: String)] {
        var devices: [(number: Int64, id: String)] = []
        devices.reserveCapacity(try Int.fetchOne(db, sql: "SELECT count(*) FROM device") ?? 0)
        try RowScan(db, "SELECT number, id FROM device ORDER BY number").forEach(db) { row in
            devices.append((row.integer(0), row.text(1)))
            return true
        }
        return devices
    }

    var count: Int { stored.count + added.count }

    subscript(_ device: String) -> Int64? { stored[device] ?? added[device] }

    /// All of them, ascending by number; `nil` where they are to be read again.
    mutating func takeOrder() -> [(number: Int64, id: String)]? {
        defer { order = nil }
        return order
    }

    /// - Parameter place: the device's among those that whoever commits has numbered; `nil`: it has none.
    mutating func number(of device: String, at place: Int?) -> Int64? {
        guard let place else { return self[device] }
        if place < found.count, let last = found[place], last.device == device { return last.number }
        guard let number = self[device] else { return nil }
        while found.count <= place { found.append(nil) }
        found[place] = Found(device: device, number: number)
        return number
    }

    /// One that is new.
    mutating func add(_ number: Int64, of device: String) {
        order = nil
        added[device] = number
    }

    /// One that is not in the store any more, or not after all.
    mutating func remove(_ device: String) {
        order = nil
        added[device] = nil
        stored[device] = nil
        found = []
    }
}
