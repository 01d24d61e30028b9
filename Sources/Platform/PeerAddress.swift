import CLinux
import Glibc

/// Who sent a datagram: an IPv6 address (IPv4 as ::ffff:a.b.c.d), the interface of a link-local one, and the port.
public struct PeerAddress: Hashable, Sendable {
    public var high: UInt64
    public var low: UInt64
    public var scope: UInt32
    public var port: UInt16

    public init(high: UInt64, low: UInt64, scope: UInt32 = 0, port: UInt16) {
        self.high = high
        self.low = low
        self.scope = scope
        self.port = port
    }

    /// From a numeric IPv4 or IPv6 address, without brackets, interface or port.
    /// - Returns: `nil` where it is none.
    public init?(address: String) {
        var v4 = in_addr()
        if unsafe inet_pton(AF_INET, address, &v4) == 1 {
            self.init(high: 0, low: 0xFFFF_0000_0000 | UInt64(UInt32(bigEndian: v4.s_addr)), port: 0)
            return
        }
        var v6 = in6_addr()
        guard unsafe inet_pton(AF_INET6, address, &v6) == 1 else { return nil }
        let halves = unsafe withUnsafeBytes(of: v6) { bytes in
            [0, 8].map { unsafe UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: $0, as: UInt64.self)) }
        }
        self.init(high: halves[0], low: halves[1], port: 0)
    }

    init(_ datagram: clinux_datagram) {
        self.init(high: datagram.address_high, low: datagram.address_low, scope: datagram.scope, port: datagram.port)
    }

    /// Without the port and the interface: `192.0.2.7`, `2001:db8::1`.
    public var address: String {
        var bytes = (0..<16).map { place in
            UInt8(truncatingIfNeeded: (place < 8 ? high : low) >> (56 - 8 * UInt64(place % 8)))
        }
        var family = AF_INET6
        if high == 0, low >> 32 == 0xFFFF {
            bytes.removeFirst(12)
            family = AF_INET
        }
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        guard unsafe inet_ntop(family, bytes, &text, socklen_t(text.count)) != nil else { return "?" }
        return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
