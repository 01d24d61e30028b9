import Glibc
import NIOCore
import NIOPosix
public import Platform
public import Positioning
import Synchronization

/// Trackers that connect to a port and send: slow, silent and endless ones bounded.
public final class TCPSource: Source {
    /// How much is put up with.
    public struct Bounds: Equatable, Sendable {
        /// Connections at once.
        public var connections = Limits.tcpConnections
        /// Silence after which a connection is closed.
        public var idle = Limits.tcpIdle

        public init(connections: Int = Limits.tcpConnections, idle: Duration = Limits.tcpIdle) {
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
    private let running = Mutex<Running?>(nil)

    public init(endpoint: Endpoint, wiring: SourceWiring, bounds: Bounds = Bounds()) {
        self.endpoint = endpoint
        self.wiring = wiring
        self.bounds = bounds
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
        for connection in running.shared.roster.close() {
            connection.close(promise: nil)
            // Comes after the connection's `channelInactive`: by then all that it said is delivered or parked.
            try? connection.closeFuture.wait()
        }
        running.shared.forwarder.finish()
        try? running.group.syncShutdownGracefully()
    }

    private func launch() throws(SourceError) -> Running {
        let delivery = Delivery(wiring)
        let forwarder: TCPForwarder
        do {
            forwarder = try TCPForwarder(connections: bounds.connections, delivery: delivery)
        } catch {
            throw .system(error)
        }
        let shared = TCPShared(
            wiring: wiring, delivery: delivery, forwarder: forwarder, roster: TCPRoster(capacity: bounds.connections),
            idle: bounds.idle)
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        do {
            let address = try SocketAddress(ipAddress: endpoint.address, port: Int(endpoint.port))
            let listener = try bootstrap(group, shared).bind(to: address).wait()
            return Running(group: group, listener: listener, shared: shared)
        } catch {
            forwarder.finish()
            try? group.syncShutdownGracefully()
            let code = (error as? IOError)?.errnoCode ?? 0
            throw .listening(
                "tcp", endpoint, SystemError(call: "bind", errno: code, what: "cannot listen on tcp \(endpoint)"))
        }
    }

    private func bootstrap(_ group: MultiThreadedEventLoopGroup, _ shared: TCPShared) -> ServerBootstrap {
        let bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: Limits.tcpBacklog)
            // A restart must not wait for the old connections' TIME_WAIT.
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
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
                    shared.wiring.counters.update { $0.refusedConnections &+= 1 }
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
        guard endpoint.isIPv6 else { return bootstrap }
        // `[::]` means all addresses of both kinds, whatever net.ipv6.bindv6only says.
        return bootstrap.serverChannelOption(.socket(.init(IPPROTO_IPV6), IPV6_V6ONLY), value: 0)
    }
}
