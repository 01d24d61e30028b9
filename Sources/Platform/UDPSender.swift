import Glibc

/// Sends datagrams to one address: what a tracker does.
public final class UDPSender: Sendable {
    private let descriptor: Descriptor
    private let endpoint: Endpoint

    /// - Throws: where the machine has no such network.
    public init(to endpoint: Endpoint) throws(SystemError) {
        let what = "cannot send to udp \(endpoint)"
        let type = Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue)
        let number = try checked("socket", what) { socket(endpoint.isIPv6 ? AF_INET6 : AF_INET, type, 0) }
        self.endpoint = endpoint
        descriptor = Descriptor(owning: number)
        try checked("connect", what) {
            unsafe endpoint.withSocketAddress { unsafe connect(number, $0, $1) }
        }
    }

    /// Sends one datagram. That nobody listens is no error: a tracker would not know.
    public func send(_ bytes: [UInt8]) throws(SystemError) {
        let sent = unsafe bytes.withUnsafeBytes { unsafe Glibc.send(descriptor.number, $0.baseAddress, $0.count, 0) }
        guard sent < 0 else { return }
        let code = errno
        if [ECONNREFUSED, EINTR, ENOBUFS, EAGAIN].contains(code) { return }
        throw SystemError(call: "send", errno: code, what: "cannot send to udp \(endpoint)")
    }
}
