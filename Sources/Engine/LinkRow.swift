public import Positioning

/// The state of a device's link, to be kept.
public struct LinkRow: Equatable, Sendable {
    public var device: String
    /// When the device was heard last, by its own clock.
    public var heard: Timestamp?
    /// See ``Anomalies/LinkState``.
    public var bytes: [UInt8]

    public init(device: String, heard: Timestamp?, bytes: [UInt8]) {
        self.device = device
        self.heard = heard
        self.bytes = bytes
    }
}
