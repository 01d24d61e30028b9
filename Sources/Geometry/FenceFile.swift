/// One file of fences: GeoJSON (RFC 7946), as the shell read it.
public struct FenceFile: Equatable, Sendable {
    /// As an error names it: its name in the folder.
    public var name: String
    public var bytes: [UInt8]

    public init(name: String, bytes: [UInt8]) {
        self.name = name
        self.bytes = bytes
    }
}
