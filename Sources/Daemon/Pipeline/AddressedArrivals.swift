internal import CProcessor
internal import Ingest
internal import Positioning

/// Arrivals as they came, in the order in which they came, each with whose it is. All shards share them: none is copied on
/// its way from the source to its shard.
struct AddressedArrivals: Sendable {
    private struct Address {
        var shard: Int32
        /// See ``KnownDevices``; negative where it has none.
        var number: Int32
    }

    private let arrivals: [Arrival]
    /// Of each of them.
    private let addresses: [Address]
    /// Which of them are meant.
    private let indices: Range<Int>
    /// Of the first that is meant, in its batch.
    private let place: Int

    /// - Parameter place: of the first of them in the batch.
    init(_ arrivals: consuming [Arrival], from place: Int = 0, shards: Int, _ admission: inout Admission) {
        var addresses: [Address] = []
        addresses.reserveCapacity(arrivals.count)
        let hashes = Self.hashes(of: arrivals.span)
        let guesses = admission.known.guesses(hashes)
        for index in arrivals.indices {
            let verdict = admission.admit(arrivals.span[index], hashes[index], guess: guesses[index])
            // Seldom: to change one may copy all.
            if verdict.changesReport { arrivals[index].take(verdict) }
            addresses.append(
                Address(
                    shard: Int32(hashes[index].shard(among: shards)),
                    number: verdict.number.map { Int32(clamping: $0) } ?? -1))
        }
        self.addresses = addresses
        indices = arrivals.indices
        self.arrivals = arrivals
        self.place = place
    }

    private static func hashes(of arrivals: Span<Arrival>) -> [DeviceHash] {
        var hashes: [DeviceHash] = []
        hashes.reserveCapacity(arrivals.count)
        for index in arrivals.indices { hashes.append(DeviceHash(arrivals[index].device)) }
        return hashes
    }

    private init(_ all: AddressedArrivals, _ indices: Range<Int>, from place: Int) {
        (arrivals, addresses) = (all.arrivals, all.addresses)
        self.indices = indices
        self.place = place
    }

    var count: Int { indices.count }

    /// When the newest was received.
    var lastReceived: Timestamp? { arrivals.last?.received }

    /// The first of them, `limit` at most, as those of a batch from a place on.
    func prefix(_ limit: Int, from place: Int) -> AddressedArrivals {
        AddressedArrivals(self, indices.prefix(limit), from: place)
    }

    /// All but so many.
    func dropFirst(_ count: Int) -> AddressedArrivals {
        AddressedArrivals(self, indices.dropFirst(count), from: place + count)
    }

    /// How many are the shard's.
    func count(of shard: Int) -> Int {
        let addresses = addresses.span
        var count = 0
        for index in indices where addresses[index].shard == shard { count += 1 }
        return count
    }

    /// Goes through those of one shard, in order.
    /// - Parameters:
    ///   - lead: how many of them are seen before it is their turn.
    ///   - see: is given the number of each that has one, ``lead`` sooner.
    ///   - body: is given all, the index of each, its place in the batch, and its device's number, if it has one.
    func forEach<Failure>(
        of shard: Int, seeing lead: Int, ahead see: (_ number: Int) -> Void,
        _ body: (_ all: Span<Arrival>, _ index: Int, _ place: Int, _ number: Int?) throws(Failure) -> Void
    ) throws(Failure) {
        let first = unsafe arrivals.withUnsafeBytes { $0.baseAddress }
        // Looked at where they are: to take one out copies it.
        let (arrivals, addresses) = (arrivals.span, addresses.span)
        var (next, seen) = (indices.lowerBound, 0)
        for index in indices where addresses[index].shard == shard {
            while next < indices.upperBound, seen <= lead {
                let address = addresses[next]
                next += 1
                guard address.shard == shard else { continue }
                seen += 1
                if let first = unsafe first {
                    // Another thread has written it.
                    let place = (next - 1) * MemoryLayout<Arrival>.stride
                    unsafe cprocessor_prefetch(first + place, MemoryLayout<Arrival>.size)
                }
                if address.number >= 0 { see(Int(address.number)) }
            }
            seen -= 1
            let number = addresses[index].number
            try body(arrivals, index, place + index - indices.lowerBound, number < 0 ? nil : Int(number))
        }
    }
}
