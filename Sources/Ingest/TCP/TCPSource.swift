import Glibc
import NIOCore
import NIOPosix
public import Platform
public import Positioning
import Synchronization

/// Trackers that connect to a port and send: slow, silent and endless ones bounded.
public final class TCPSource: Source {
    /// How much is put up with.
    public struct Bounds: Sendable {
        /// Connections at once, of all sources that share it.
        public var connections: Budget
        /// Silence after which a connection is closed.
        public var idle: Duration

        public init(
            connections: Budget = Budget(capacity: Limits.tcpConnections), idle: Duration = Limits.tcpIdle
        ) {
            self.connections = connections
            self.idle = idle
        }
    }

    private struct Running {
        var group: MultiThreadedEventLoopGroup
        var listener: any Channel
        var shared: TCPShared
    }

    private let endpoint: Endpoint
    private let wiring: SourceWiring
    private let bounds: Bounds
    private let handedOver: HandedOverSocket?
    private let running = Mutex<Running?>(nil)

    /// - Parameter handedOver: a socket that listens there already; `nil`: it binds one itself.
    public init(
        endpoint: Endpoint, wiring: SourceWiring, bounds: Bounds = Bounds(), handedOver: HandedOverSocket? = nil
    ) {
        self.endpoint = endpoint
        self.wiring = wiring
        self.bounds = bounds
        self.handedOver = handedOver
    }

    deinit { stop() }

    /// The port that it listens at; `nil` when not started.
    public var boundPort: UInt16? {
        running.withLock { $0?.listener.localAddress?.port.flatMap { UInt16(exactly: $0) } }
    }

    /// Blocks until it is bound; not for an event loop's thread.
    public func start() throws(SourceError) {
        try running.withLock { running throws(SourceError) in
            guard running == nil else { throw .alreadyStarted }
            running = try launch()
        }
    }

    /// Blocks until it is done; not for an event loop's thread.
    public func stop() {
        guard let running = running.withLock({ $0.take() }) else { return }
        running.shared.delivery.stop()
        // Every step fails only where the channel is already closed, which is what is wanted.
        try? running.listener.close().wait()
        let connections = running.shared.roster.close()
        for connection in connections { connection.pipeline.fireUserInboundEventTriggered(TCPStop()) }
        // Comes after the connection's `channelInactive`: by then all that it said is delivered or parked.
        for connection in connections { try? connection.closeFuture.wait() }
        running.shared.forwarder.finish()
        tellOfRest()
        try? running.group.syncShutdownGracefully()
    }

    private func launch() throws(SourceError) -> Running {
        let delivery = Delivery(wiring)
        let forwarder: TCPForwarder
        do {
            forwarder = try TCPForwarder(connections: bounds.connections.capacity, delivery: delivery)
        } catch {
            throw .system(error)
        }
        let shared = TCPShared(
            wiring: wiring, delivery: delivery, forwarder: forwarder, roster: TCPRoster(bounds.connections),
            idle: bounds.idle)
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        do {
            let listener = try listen(bootstrap(group, shared))
            return Running(group: group, listener: listener, shared: shared)
        } catch {
            forwarder.finish()
            try? group.syncShutdownGracefully()
            let code = (error as? IOError)?.errnoCode ?? 0
            throw .listening(
                "tcp", endpoint, SystemError(call: "bind", errno: code, what: "cannot listen on tcp \(endpoint)"))
        }
    }

    private func listen(_ bootstrap: ServerBootstrap) throws -> any Channel {
        if let number = handedOver?.release() { return try bootstrap.withBoundSocket(number).wait() }
        let address = try SocketAddress(ipAddress: endpoint.address, port: Int(endpoint.port))
        guard endpoint.isIPv6 else { return try bootstrap.bind(to: address).wait() }
        // `[::]` means all addresses of both kinds, whatever net.ipv6.bindv6only says.
        return try bootstrap.serverChannelOption(.socket(.init(IPPROTO_IPV6), IPV6_V6ONLY), value: 0).bind(to: address)
            .wait()
    }

    private func tellOfRest() {
        let unread = wiring.counters.snapshot().unreadBytes
        guard unread > 0 else { return }
        wiring.log(
            .warning,
            "tcp \(endpoint): \(unread) bytes that trackers had sent were not read in the time that a stop has")
    }

    private func bootstrap(_ group: MultiThreadedEventLoopGroup, _ shared: TCPShared) -> ServerBootstrap {
        ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: Limits.tcpBacklog)
            // A restart must not wait for the old connections' TIME_WAIT.
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            // Its connections inherit it.
            .serverChannelOption(.socketOption(.so_rcvbuf), value: Limits.tcpReceiveBuffer)
            .serverChannelInitializer { listener in
                listener.eventLoop.makeCompletedFuture {
                    try listener.pipeline.syncOperations.addHandler(TCPAcceptance(shared.wiring))
                }
            }
            .childChannelOption(.autoRead, value: false)
            .childChannelOption(.maxMessagesPerRead, value: 1)
            .childChannelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: Limits.tcpRead))
            .childChannelInitializer { channel in
                guard shared.roster.admit(channel) else {
                    shared.refuse()
                    return channel.close()
                }
                shared.wiring.counters.update { $0.connections &+= 1 }
                return channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(TCPConnection(channel, shared))
                }.flatMapErrorThrowing { error in
                    shared.roster.remove(channel)
                    throw error
                }
            }
    }
}
