public import Platform
public import Positioning

/// One report as it came in: by whom, when received, from which source.
public struct Arrival: Equatable, Sendable {
    /// The device's id, as the stream says it or else as ``IdentityRules`` do.
    public var device: String
    public var report: Report
    /// When the bytes came that completed it; `nil` from a file.
    public var received: Timestamp?
    /// The source's place in the configuration, from 0.
    public var source: Int
    /// The peer, as the registry's `sources` name it: `udp:192.0.2.7`, `serial:/dev/ttyUSB0`.
    public var origin: String

    public init(device: String, report: Report, received: Timestamp?, source: Int, origin: String = "") {
        self.device = device
        self.report = report
        self.received = received
        self.source = source
        self.origin = origin
    }
}

/// Where all sources put what they read, in batches; a full one holds them back.
public typealias Inlet = Mailbox<Arrival>
