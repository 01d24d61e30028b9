import Glibc

/// A bound UDP socket with as large a kernel buffer as it can get, and the kernel's count of what did not fit.
public final class DatagramSocket: Sendable {
    let descriptor: Descriptor
    /// Where it listens; chosen by the kernel where the configuration says 0.
    public let port: UInt16
    /// Bytes that the kernel grants (it counts its own overhead, and so says twice what was asked for).
    public let kernelBuffer: Int

    /// To wait for.
    public var number: Int32 { descriptor.number }

    /// Binds it, non-blocking and closed on exec.
    /// - Parameter kernelBuffer: bytes that the kernel is asked to hold.
    public convenience init(_ endpoint: Endpoint, kernelBuffer bytes: Int) throws(SystemError) {
        let what = "cannot listen on udp \(endpoint)"
        let family = endpoint.isIPv6 ? AF_INET6 : AF_INET
        let type = Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        let descriptor = Descriptor(owning: try checked("socket", what) { socket(family, type, 0) })
        let number = descriptor.number
        // Some distributions make IPv6 sockets deaf to IPv4; `[::]` means all of both everywhere.
        if endpoint.isIPv6 { try Self.set(number, Int32(IPPROTO_IPV6), IPV6_V6ONLY, 0, what) }
        // Before it is bound: what comes from then on finds the room, and is counted where it finds none.
        try Self.prepare(number, kernelBuffer: bytes, what)
        try checked("bind", what) {
            unsafe endpoint.withSocketAddress { unsafe bind(number, $0, $1) }
        }
        self.init(descriptor)
    }

    /// Takes over a bound socket, with what the kernel holds for it.
    /// - Returns: `nil` where another has taken it.
    /// - Parameter kernelBuffer: bytes that the kernel is asked to hold from now on.
    public convenience init?(_ handedOver: HandedOverSocket, kernelBuffer bytes: Int) throws(SystemError) {
        guard let descriptor = handedOver.take() else { return nil }
        try Self.prepare(descriptor.number, kernelBuffer: bytes, "cannot take over udp \(handedOver.endpoint)")
        self.init(descriptor)
    }

    private init(_ descriptor: consuming Descriptor) {
        port = SocketQuery.endpoint(of: descriptor.number)?.port ?? 0
        kernelBuffer = Int(SocketQuery.option(SO_RCVBUF, of: descriptor.number) ?? 0)
        self.descriptor = descriptor
    }

    /// Bytes that the kernel holds for it now, its overhead with them.
    public var kernelBufferInUse: Int { SocketQuery.receiveBufferInUse(of: number) }

    private static func prepare(_ number: Int32, kernelBuffer bytes: Int, _ what: String) throws(SystemError) {
        // A handed-over one may have more already. The first needs CAP_NET_ADMIN; the second is held at net.core.rmem_max.
        let bytes = Int32(clamping: bytes)
        guard (SocketQuery.option(SO_RCVBUF, of: number) ?? 0) / 2 < bytes else { return }
        if (try? Self.set(number, SOL_SOCKET, SO_RCVBUFFORCE, bytes, what)) == nil {
            try Self.set(number, SOL_SOCKET, SO_RCVBUF, bytes, what)
        }
    }

    private static func set(
        _ number: Int32, _ level: Int32, _ option: Int32, _ value: Int32, _ what: String
    ) throws(SystemError) {
        try checked("setsockopt", what) {
            var value = value
            return unsafe setsockopt(number, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
        }
    }
}
