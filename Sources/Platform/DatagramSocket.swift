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
    public init(_ endpoint: Endpoint, kernelBuffer bytes: Int) throws(SystemError) {
        let what = "cannot listen on udp \(endpoint)"
        let family = endpoint.isIPv6 ? AF_INET6 : AF_INET
        let type = Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        descriptor = Descriptor(owning: try checked("socket", what) { socket(family, type, 0) })
        let number = descriptor.number
        // Some distributions make IPv6 sockets deaf to IPv4; `[::]` means all of both everywhere.
        if endpoint.isIPv6 { try Self.set(number, Int32(IPPROTO_IPV6), IPV6_V6ONLY, 0, what) }
        try Self.set(number, SOL_SOCKET, SO_RXQ_OVFL, 1, what)
        // The first needs CAP_NET_ADMIN; the second is held at net.core.rmem_max.
        let bytes = Int32(clamping: bytes)
        if (try? Self.set(number, SOL_SOCKET, SO_RCVBUFFORCE, bytes, what)) == nil {
            try Self.set(number, SOL_SOCKET, SO_RCVBUF, bytes, what)
        }
        var granted: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        _ = unsafe getsockopt(number, SOL_SOCKET, SO_RCVBUF, &granted, &length)
        kernelBuffer = Int(granted)
        try checked("bind", what) {
            unsafe endpoint.withSocketAddress { unsafe bind(number, $0, $1) }
        }
        port = try Self.boundPort(number, what)
    }

    private static func set(
        _ number: Int32, _ level: Int32, _ option: Int32, _ value: Int32, _ what: String
    ) throws(SystemError) {
        try checked("setsockopt", what) {
            var value = value
            return unsafe setsockopt(number, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
        }
    }

    private static func boundPort(_ number: Int32, _ what: String) throws(SystemError) -> UInt16 {
        var address = sockaddr_in6()
        try checked("getsockname", what) { () -> Int32 in
            var length = socklen_t(MemoryLayout<sockaddr_in6>.size)
            return unsafe withUnsafeMutablePointer(to: &address) {
                unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    unsafe getsockname(number, $0, &length)
                }
            }
        }
        // The port stands at the same place in sockaddr_in.
        return UInt16(bigEndian: address.sin6_port)
    }
}
