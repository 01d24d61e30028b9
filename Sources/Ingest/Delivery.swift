import Platform
import Positioning
import Synchronization

/// A source's way into the inlet: blocks while that is full, but not for ever once the source is stopped.
final class Delivery: Sendable {
    private let inlet: Inlet
    private let counters: SourceCounters
    private let stoppedAt = Atomic<Int64>(.max)

    init(_ wiring: SourceWiring) {
        inlet = wiring.inlet
        counters = wiring.counters
    }

    /// When the source was stopped; `nil` before.
    var stopped: MonotonicTime? {
        let nanoseconds = stoppedAt.load(ordering: .acquiring)
        return nanoseconds == .max ? nil : MonotonicTime(nanoseconds: nanoseconds)
    }

    func stop() { stoppedAt.store(MonotonicTime.now.nanoseconds, ordering: .releasing) }

    /// Adds the round's totals and hands over its arrivals; empties it.
    func deliver(_ intake: inout Intake) {
        let arrivals = settle(&intake)
        deliver(arrivals)
    }

    /// As ``deliver(_:)``, but never blocks.
    /// - Returns: what had no room; totals are added all the same.
    func deliverNow(_ intake: inout Intake) -> [Arrival] {
        let arrivals = settle(&intake)
        return arrivals.isEmpty || inlet.trySend(arrivals) ? [] : arrivals
    }

    func deliver(_ arrivals: [Arrival]) {
        var rest = arrivals
        while !rest.isEmpty {
            let isOpen = inlet.offer(&rest, until: MonotonicTime.now + Limits.deliveryCheck)
            let isLate = stopped.map { $0 + Limits.stopPatience <= MonotonicTime.now } ?? false
            if !isOpen || isLate { break }
        }
        if !rest.isEmpty { counters.update { $0.undelivered &+= rest.count } }
    }

    /// Adds the round's totals only.
    func count(_ intake: inout Intake) {
        counters.add(intake.totals)
        intake.totals = SourceTotals()
    }

    /// Adds the round's totals.
    /// - Returns: its arrivals, for who hands them over otherwise.
    func settle(_ intake: inout Intake) -> [Arrival] {
        count(&intake)
        var arrivals: [Arrival] = []
        swap(&arrivals, &intake.arrivals)
        return arrivals
    }
}
