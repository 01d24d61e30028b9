public import Anomalies
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

extension LinkState {
    static let snapshotVersion: UInt8 = 1

    /// The state as bytes.
    public func snapshot() -> [UInt8] {
        var out = SnapshotWriter()
        out.byte(Self.snapshotVersion)
        var state = self
        state.code(&out)
        return out.finish()
    }

    /// - Throws: ``SnapshotError``
    public init(snapshot bytes: [UInt8]) throws(SnapshotError) {
        var input = SnapshotReader(bytes)
        let version = try input.byte()
        guard version == Self.snapshotVersion else { throw .version(found: version) }
        self.init()
        try code(&input)
    }
}
