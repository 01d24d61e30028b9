import Glibc

/// A numeric address and a port to listen at: `0.0.0.0:5005`, `[::]:5005`.
public struct Endpoint: Hashable, Sendable, CustomStringConvertible {
    /// An IPv4 or IPv6 address in its one canonical form (RFC 5952), without brackets.
    public let address: String
    /// 0 lets the kernel choose.
    public let port: UInt16
    public let isIPv6: Bool

    /// - Returns: `nil` where it is not an address and a port of 0…65535; names are not looked up.
    public init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
            return nil
        }
        let host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]"), host.count > 2 {
            self.init(address: String(host.dropFirst().dropLast()), port: port)
            guard isIPv6 else { return nil }
        } else {
            self.init(address: String(host), port: port)
            guard !isIPv6 else { return nil }
        }
    }

    /// - Returns: `nil` where `address` is neither an IPv4 nor an IPv6 address.
    public init?(address: String, port: UInt16) {
        var v4 = in_addr()
        var v6 = in6_addr()
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        if unsafe inet_pton(AF_INET, address, &v4) == 1 {
            isIPv6 = false
            _ = unsafe inet_ntop(AF_INET, &v4, &text, socklen_t(text.count))
        } else if unsafe inet_pton(AF_INET6, address, &v6) == 1 {
            isIPv6 = true
            _ = unsafe inet_ntop(AF_INET6, &v6, &text, socklen_t(text.count))
        } else {
            return nil
        }
        self.address = String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        self.port = port
    }

    /// Whether only this machine reaches it: 127.0.0.0/8 or ::1.
    public var isLoopback: Bool {
        guard isIPv6 else { return address.hasPrefix("127.") }
        return PeerAddress(address: address)?.address == "::1"
    }

    public var description: String { isIPv6 ? "[\(address)]:\(port)" : "\(address):\(port)" }

    /// The form that bind(2) and connect(2) take; the pointer ends with the call.
    func withSocketAddress<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        if isIPv6 {
            var form = sockaddr_in6()
            form.sin6_family = sa_family_t(AF_INET6)
            form.sin6_port = port.bigEndian
            // Cannot fail: it did not in `init`.
            _ = unsafe inet_pton(AF_INET6, address, &form.sin6_addr)
            return unsafe Self.lend(&form, body)
        }
        var form = sockaddr_in()
        form.sin_family = sa_family_t(AF_INET)
        form.sin_port = port.bigEndian
        _ = unsafe inet_pton(AF_INET, address, &form.sin_addr)
        return unsafe Self.lend(&form, body)
    }

    private static func lend<Form, Result>(
        _ form: UnsafePointer<Form>, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
    ) -> Result {
        unsafe form.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            unsafe body($0, socklen_t(MemoryLayout<Form>.size))
        }
    }
}
