internal import Positioning

/// Devices by the order in which they were added, to be found by their id.
///
/// A table of places by hash, of which a few are looked at. An id that finds them all taken, as one of many that were made up to
/// collide would, is in a dictionary, whose hash nobody can foresee.
struct DeviceIndex: Sendable {
    private static let free: Int32 = -1

    private var names: [String] = []
    /// Numbers by hash; a power of two, at least twice as many as there are names.
    private var places = [Int32](repeating: free, count: 64)
    private var crowdedOut: [String: Int] = [:]

    var count: Int { names.count }

    /// The numbers at the first place of each. Where many are looked for, it saves time to look for all of them first: each look
    /// waits for memory, but these wait together.
    func guesses(_ hashes: [DeviceHash]) -> [Int32] { hashes.map { places[place($0, 0)] } }

    /// - Parameter guess: what its number seems to be; negative: nothing is known.
    /// - Returns: how many had been added before it; `nil` where it was not.
    func number(of device: String, _ hash: DeviceHash, guess: Int32) -> Int? {
        if guess >= 0, names[Int(guess)] == device { return Int(guess) }
        return find(device, hash)
    }

    private func find(_ device: String, _ hash: DeviceHash) -> Int? {
        for step in 0..<Limits.devicePlaces {
            let number = places[place(hash, step)]
            if number == Self.free { return nil }
            if names[Int(number)] == device { return Int(number) }
        }
        return crowdedOut[device]
    }

    /// One that is not there.
    /// - Returns: its number.
    mutating func add(_ device: String, _ hash: DeviceHash) -> Int {
        let number = names.count
        names.append(device)
        if 2 * names.count > places.count { grow() } else { put(number, hash) }
        return number
    }

    /// Where it is looked for, one place after the other: further away each time, so that full places don't gather.
    private func place(_ hash: DeviceHash, _ step: Int) -> Int {
        (Int(truncatingIfNeeded: hash.value ^ hash.value >> 32) &+ step &* (step &+ 1) / 2) & (places.count &- 1)
    }

    private mutating func put(_ number: Int, _ hash: DeviceHash) {
        for step in 0..<Limits.devicePlaces where places[place(hash, step)] == Self.free {
            places[place(hash, step)] = Int32(number)
            return
        }
        crowdedOut[names[number]] = number
    }

    private mutating func grow() {
        places = [Int32](repeating: Self.free, count: 2 * places.count)
        crowdedOut = [:]
        for number in names.indices { put(number, DeviceHash(names[number])) }
    }
}
