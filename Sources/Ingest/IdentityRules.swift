/// Which device it is where the stream itself does not say.
public struct IdentityRules: Equatable, Sendable {
    /// The device that the source is configured for.
    public var device: String?
    /// The registry's devices by the address that they send from: `udp:192.0.2.7`, an IPv6 address in the form of RFC 5952.
    public var byAddress: [String: String]

    public init(device: String? = nil, byAddress: [String: String] = [:]) {
        self.device = device
        self.byAddress = byAddress
    }

    /// The source's device, else the registry's, else the place itself: `udp:192.0.2.7`.
    /// - Parameters:
    ///   - address: without a port, or the path of a serial line.
    ///   - scheme: `udp`, `tcp` or `serial`.
    public func device(at address: String, by scheme: String) -> String {
        device ?? byAddress["\(scheme):\(address)"] ?? "\(scheme):\(address)"
    }
}
