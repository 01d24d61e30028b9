import NIOCore
import Platform
import Positioning

/// What all connections of a TCP source share.
struct TCPShared: Sendable {
    var wiring: SourceWiring
    var delivery: Delivery
    var forwarder: TCPForwarder
    var roster: TCPRoster
    /// Silence after which a connection is closed.
    var idle: Duration

    /// Counts a connection that was not admitted, and tells of it now and then.
    func refuse() {
        wiring.counters.update { $0.refusedConnections &+= 1 }
        guard let count = roster.refuse() else { return }
        wiring.log(
            .warning,
            "tcp: connections were closed at once (\(count)), for there are as many as `max_connections` allows")
    }
}

/// Asks a connection to end: what the kernel holds of it by now is still read.
struct TCPStop: Sendable {}

/// One connection: its session, and whether it may be read.
///
/// It is read one piece at a time, each only when what the last one gave is in the inlet. While the inlet is full nothing
/// is read, the kernel's window closes, and the tracker waits.
final class TCPConnection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let channel: any Channel
    private let shared: TCPShared
    private var session: Session
    private var intake = Intake()
    private var lastHeard = MonotonicTime.now
    private var isParked = false
    private var wasActive = false
    /// Bytes that are still to be read before it ends; `nil` while nobody stops it.
    private var owed: Int?
    private var idleCheck: Scheduled<Void>?
    private var pauseCheck: Scheduled<Void>?
    private var drainCheck: Scheduled<Void>?

    init(_ channel: any Channel, _ shared: TCPShared) {
        self.channel = channel
        self.shared = shared
        session = shared.wiring.makeSession(at: Self.address(of: channel), by: "tcp")
    }

    /// Without a port; an IPv4 peer of an IPv6 socket by its IPv4 address.
    private static func address(of channel: any Channel) -> String {
        guard let text = channel.remoteAddress?.ipAddress else { return "?" }
        let mapped = "::ffff:"
        return text.hasPrefix(mapped) && text.contains(".") ? String(text.dropFirst(mapped.count)) : text
    }

    func channelActive(context: ChannelHandlerContext) {
        wasActive = true
        checkIdle(after: shared.idle)
        context.read()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        // Closed before it began: then nothing else gives its place back.
        if !wasActive { shared.roster.remove(channel) }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let buffer = unwrapInboundIn(data)
        lastHeard = MonotonicTime.now
        session.take(buffer.readableBytesUInt8Span, received: shared.wiring.clock.now, into: &intake)
        owed = owed.map { $0 - buffer.readableBytes }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        if session.isPending, pauseCheck == nil { checkPause(after: Limits.epochPause) }
        deliver()
        intake.releaseRoom()
        if let owed, owed <= 0 {
            context.close(promise: nil)
        } else if !isParked {
            context.read()
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard event is TCPStop else { return context.fireUserInboundEventTriggered(event) }
        let waiting = unreadBytes(context)
        guard waiting > 0 else { return context.close(promise: nil) }
        // It is being read, or will be as soon as there is room in the inlet.
        owed = waiting
        drainCheck = channel.eventLoop.assumeIsolated().scheduleTask(in: .init(Limits.tcpDrain)) { [weak self] in
            guard let self else { return }
            let unread = unreadBytes(context)
            shared.wiring.counters.update { $0.unreadBytes &+= unread }
            context.close(promise: nil)
        }
    }

    private func unreadBytes(_ context: ChannelHandlerContext) -> Int {
        let count = try? context.pipeline.syncOperations.withUnsafeTransportIfAvailable(of: NIOBSDSocket.Handle.self) {
            SocketQuery.unreadBytes(of: $0)
        }
        return count ?? 0
    }

    func channelInactive(context: ChannelHandlerContext) {
        idleCheck?.cancel()
        pauseCheck?.cancel()
        drainCheck?.cancel()
        session.finish(into: &intake)
        // What is parked is before it in the inlet; else it may go there by itself.
        let rest = isParked ? shared.delivery.settle(&intake) : shared.delivery.deliverNow(&intake)
        let (roster, channel) = (shared.roster, channel)
        if rest.isEmpty && !isParked {
            roster.remove(channel)
        } else {
            shared.forwarder.park(rest) { roster.remove(channel) }
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        shared.wiring.counters.update { $0.readErrors &+= 1 }
        context.close(promise: nil)
    }

    /// Hands over what was read; where the inlet is full, nothing more is read until it is in.
    private func deliver() {
        guard !isParked else {
            // A pause parked while a read was under way: what that read gave waits its turn.
            shared.delivery.count(&intake)
            return
        }
        let rest = shared.delivery.deliverNow(&intake)
        guard !rest.isEmpty else { return }
        isParked = true
        shared.wiring.counters.update { $0.heldBack &+= 1 }
        let (loop, connection) = (channel.eventLoop, NIOLoopBound(self, eventLoop: channel.eventLoop))
        shared.forwarder.park(rest) { loop.execute { connection.value.isIn() } }
    }

    private func isIn() {
        isParked = false
        // The tracker could not speak while it was not heard.
        lastHeard = MonotonicTime.now
        guard channel.isActive else { return }
        deliver()
        if !isParked { channel.read() }
    }

    private func checkIdle(after wait: Duration) {
        idleCheck = channel.eventLoop.assumeIsolated().scheduleTask(in: .init(wait)) { [weak self] in
            guard let self else { return }
            let left = lastHeard + shared.idle - MonotonicTime.now
            if isParked {
                checkIdle(after: shared.idle)
            } else if left > .zero {
                checkIdle(after: left)
            } else {
                shared.wiring.counters.update { $0.idleConnections &+= 1 }
                channel.close(promise: nil)
            }
        }
    }

    private func checkPause(after wait: Duration) {
        pauseCheck = channel.eventLoop.assumeIsolated().scheduleTask(in: .init(wait)) { [weak self] in
            guard let self else { return }
            pauseCheck = nil
            guard session.isPending else { return }
            let left = lastHeard + Limits.epochPause - MonotonicTime.now
            // Not read is not quiet: the rest of the epoch may wait in the kernel.
            if isParked {
                checkPause(after: Limits.epochPause)
            } else if left > .zero {
                checkPause(after: left)
            } else {
                session.pause(into: &intake)
                deliver()
            }
        }
    }
}
