import Platform
import Positioning

/// The sessions of a UDP port, one for each peer, bounded: who was quiet longest makes room.
struct SessionTable {
    private struct Slot {
        var peer: PeerAddress
        var session: Session
        var lastHeard: MonotonicTime

        /// - Returns: whether its decoder has an epoch open.
        mutating func take(
            _ bytes: Span<UInt8>, at now: MonotonicTime, received: Timestamp, into intake: inout Intake
        ) -> Bool {
            session.take(bytes, isPacket: true, received: received, into: &intake)
            lastHeard = now
            return session.isPending
        }
    }

    private let capacity: Int
    private let makeSession: (PeerAddress) -> Session
    private var slots: [Slot] = []
    private var places: [PeerAddress: Int] = [:]
    /// The peer that was heard last, and its slot: who forwards for many sends many in a row.
    private var latest: (peer: PeerAddress, place: Int)?
    /// All slots, the one quiet longest first.
    private var recency = LinkedOrder()
    /// Those of them whose decoder has an epoch open.
    private var pending = LinkedOrder()

    /// - Parameter capacity: sessions, at least 1.
    init(capacity: Int, makeSession: @escaping (PeerAddress) -> Session) {
        self.capacity = max(capacity, 1)
        self.makeSession = makeSession
    }

    var count: Int { slots.count }

    /// When the first open epoch will have been quiet for ``Limits/epochPause``.
    var nextPause: MonotonicTime? { pending.first.map { slots[$0].lastHeard + Limits.epochPause } }

    mutating func take(
        _ bytes: Span<UInt8>, from peer: PeerAddress, at now: MonotonicTime, received: Timestamp,
        into intake: inout Intake
    ) {
        let place = place(of: peer, at: now, into: &intake)
        let isPending = slots[place].take(bytes, at: now, received: received, into: &intake)
        recency.putLast(place)
        if isPending { pending.putLast(place) } else { pending.remove(place) }
    }

    private mutating func place(of peer: PeerAddress, at now: MonotonicTime, into intake: inout Intake) -> Int {
        if let latest, latest.peer == peer { return latest.place }
        let place = places[peer] ?? admit(peer, at: now, into: &intake)
        latest = (peer, place)
        return place
    }

    /// Ends the epochs of those that have been quiet for ``Limits/epochPause``.
    mutating func pauseQuiet(at now: MonotonicTime, into intake: inout Intake) {
        while let place = pending.first, slots[place].lastHeard + Limits.epochPause <= now {
            slots[place].session.pause(into: &intake)
            pending.remove(place)
        }
    }

    /// Ends every session, the one quiet longest first, and forgets them all.
    mutating func finishAll(into intake: inout Intake) {
        while let place = recency.first {
            slots[place].session.finish(into: &intake)
            recency.remove(place)
        }
        pending = LinkedOrder()
        slots = []
        places = [:]
        latest = nil
    }

    private mutating func admit(_ peer: PeerAddress, at now: MonotonicTime, into intake: inout Intake) -> Int {
        let slot = Slot(peer: peer, session: makeSession(peer), lastHeard: now)
        guard slots.count >= capacity, let oldest = recency.first else {
            slots.append(slot)
            places[peer] = slots.count - 1
            return slots.count - 1
        }
        slots[oldest].session.finish(into: &intake)
        intake.totals.evictedSessions &+= 1
        places[slots[oldest].peer] = nil
        pending.remove(oldest)
        slots[oldest] = slot
        places[peer] = oldest
        return oldest
    }
}
