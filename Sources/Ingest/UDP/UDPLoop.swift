import Platform
import Positioning

/// What a UDP source's thread does: datagrams in rounds, each to its peer's session, one batch a round to the inlet.
///
/// A class for the compiler's sake only: the sessions change while the batch's bytes are lent out. It never leaves its thread.
final class UDPLoop {
    private let socket: DatagramSocket
    private let wiring: SourceWiring
    private let delivery: Delivery
    private let wakeUp: WakeUp
    private var batch: DatagramBatch
    private var sessions: SessionTable
    private var intake = Intake()
    private var drops = LossReport()
    private var hasToldOfFailure = false

    init(
        _ socket: DatagramSocket, _ wiring: SourceWiring, _ delivery: Delivery, _ wakeUp: WakeUp, sessions: Int
    ) throws(SystemError) {
        self.socket = socket
        self.wiring = wiring
        self.delivery = delivery
        self.wakeUp = wakeUp
        batch = try DatagramBatch(capacity: Limits.udpDatagramsPerRound, slot: Limits.udpSlot)
        self.sessions = SessionTable(capacity: sessions) { wiring.makeSession(at: $0.address, by: "udp") }
    }

    /// Returns when the source was stopped and what the kernel held by then is read.
    func run() {
        while true {
            // Asked before the read, so that what came before the stop is still read.
            let stopped = delivery.stopped
            let isWell = receive()
            let gathers = batch.count > 0 && wiring.gathering > .zero
            delivery.deliver(&intake)
            let mayRead = stopped.map { MonotonicTime.now < $0 + Limits.stopDrain } ?? true
            if batch.isFull, mayRead { continue }
            if stopped != nil {
                if batch.isFull { tellOfRest() }
                break
            }
            // Only now that the kernel holds nothing more: a peer whose datagrams waited there was not quiet.
            let now = MonotonicTime.now
            sessions.pauseQuiet(at: now, into: &intake)
            delivery.deliver(&intake)
            if !isWell {
                rest(for: nil, until: now + Limits.readRest)
            } else if gathers {
                rest(for: nil, until: now + wiring.gathering)
            } else {
                rest(for: socket.number, until: sessions.nextPause)
            }
        }
        sessions.finishAll(into: &intake)
        delivery.deliver(&intake)
    }

    /// One round.
    /// - Returns: `false` where the read failed.
    private func receive() -> Bool {
        let before = batch.dropped
        do {
            try batch.receive(from: socket)
        } catch {
            intake.totals.readErrors &+= 1
            if !hasToldOfFailure { wiring.log(.warning, "\(error); trying again") }
            hasToldOfFailure = true
            return false
        }
        hasToldOfFailure = false
        guard batch.count > 0 else { return true }
        let now = MonotonicTime.now
        let received = wiring.clock.now
        Self.take(batch, at: now, received: received, by: &sessions, into: &intake)
        let dropped = Int(batch.dropped &- before)
        intake.totals.kernelDrops &+= dropped
        if let count = drops.add(dropped, at: now) { tellOfDrops(count) }
        return true
    }

    /// As a function of their own values, which are looked up once a round and not once a datagram.
    private static func take(
        _ batch: borrowing DatagramBatch, at now: MonotonicTime, received: Timestamp, by sessions: inout SessionTable,
        into intake: inout Intake
    ) {
        intake.arrivals.reserveCapacity(batch.count)
        batch.forEach { peer, bytes in
            sessions.take(bytes, from: peer, at: now, received: received, into: &intake)
        }
        intake.totals.datagrams &+= batch.count
    }

    /// Waits for the next datagram (none where `number` is `nil`), the deadline or the stop.
    private func rest(for number: Int32?, until deadline: MonotonicTime?) {
        do {
            _ = try wakeUp.wait(for: number, orUntil: deadline)
        } catch {
            wiring.log(.warning, "\(error)")
        }
    }

    private func tellOfDrops(_ count: Int) {
        wiring.log(
            .warning,
            "udp port \(socket.port): the kernel drops datagrams (\(count)), its buffer of \(socket.kernelBuffer) bytes is "
                + "full; raise net.core.rmem_max, or see what holds the store back")
    }

    private func tellOfRest() {
        wiring.log(
            .warning,
            "udp port \(socket.port): datagrams kept coming while it was stopped; the kernel still holds "
                + "\(socket.kernelBufferInUse) bytes of them, its overhead included")
    }
}
