import Glibc

/// What the kernel says of a socket.
public enum SocketQuery {
    /// Bytes that were received and not read yet, of a stream; 0 where the kernel doesn't say.
    public static func unreadBytes(of number: Int32) -> Int {
        var count: Int32 = 0
        return unsafe ioctl(number, UInt(FIONREAD), &count) == 0 ? Int(count) : 0
    }

    /// Bytes of the receive buffer that are in use, the kernel's own overhead with them; 0 where it doesn't say.
    static func receiveBufferInUse(of number: Int32) -> Int { Int(memoryInfo(of: number)[0]) }

    /// Datagrams that the kernel has dropped since the socket was made, modulo 2^32; 0 where it doesn't say.
    static func drops(of number: Int32) -> UInt32 { memoryInfo(of: number)[8] }

    /// The numbers of SO_MEMINFO: of them, SK_MEMINFO_RMEM_ALLOC is the first and SK_MEMINFO_DROPS the ninth.
    private static func memoryInfo(of number: Int32) -> InlineArray<16, UInt32> {
        var numbers = InlineArray<16, UInt32>(repeating: 0)
        var length = socklen_t(MemoryLayout<InlineArray<16, UInt32>>.size)
        _ = unsafe getsockopt(number, SOL_SOCKET, SO_MEMINFO, &numbers, &length)
        return numbers
    }

    /// An option of the level SOL_SOCKET whose value is an `int`.
    /// - Returns: `nil` where the descriptor is no socket.
    static func option(_ name: Int32, of number: Int32) -> Int32? {
        var value: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        return unsafe getsockopt(number, SOL_SOCKET, name, &value, &length) == 0 ? value : nil
    }

    /// Where a socket is bound.
    /// - Returns: `nil` where it is not of IPv4 or IPv6.
    static func endpoint(of number: Int32) -> Endpoint? {
        var form = sockaddr_in6()
        let isKnown = unsafe withUnsafeMutablePointer(to: &form) { pointer in
            var length = socklen_t(MemoryLayout<sockaddr_in6>.size)
            return unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe getsockname(number, $0, &length) == 0
            }
        }
        // The port stands at the same place in sockaddr_in, and its address where the flow is here.
        let port = UInt16(bigEndian: form.sin6_port)
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        let family = Int32(form.sin6_family)
        guard isKnown, family == AF_INET || family == AF_INET6 else { return nil }
        let isWritten =
            if family == AF_INET {
                unsafe inet_ntop(family, &form.sin6_flowinfo, &text, socklen_t(text.count)) != nil
            } else {
                unsafe inet_ntop(family, &form.sin6_addr, &text, socklen_t(text.count)) != nil
            }
        guard isWritten else { return nil }
        return Endpoint(
            address: String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self), port: port)
    }
}
