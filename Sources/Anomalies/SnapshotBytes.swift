/// Why bytes are no snapshot.
public enum SnapshotError: Error, Equatable, CustomStringConvertible {
    case version(found: UInt8)
    case cut(at: Int)
    case unknownPhase(UInt8)

    public var description: String {
        switch self {
        case .version(let found):
            "the snapshot is of version \(found), which this geofenced does not know: use the geofenced that wrote the store, or a newer one"
        case .cut(let offset):
            "the snapshot ends at byte \(offset), in the middle of a value: restore the store from a backup"
        case .unknownPhase(let phase):
            "the snapshot holds a membership phase \(phase) that does not exist: restore the store from a backup"
        }
    }
}

/// Writes fixed-width little-endian values, one after the other.
public struct SnapshotWriter {
    public private(set) var bytes: [UInt8] = []

    /// With room for what most devices take.
    public init() { bytes.reserveCapacity(256) }

    /// In as little memory as they take, for they may be held for long.
    public consuming func finish() -> [UInt8] { unsafe bytes.withUnsafeBufferPointer { unsafe Array($0) } }

    public mutating func byte(_ value: UInt8) { bytes.append(value) }

    public mutating func integer(_ value: Int64) {
        unsafe withUnsafeBytes(of: value.littleEndian) { unsafe bytes.append(contentsOf: $0) }
    }

    public mutating func double(_ value: Double) { integer(Int64(bitPattern: value.bitPattern)) }

    public mutating func string(_ value: String) {
        integer(Int64(value.utf8.count))
        bytes.append(contentsOf: value.utf8)
    }
}

/// Reads what a ``SnapshotWriter`` wrote; whatever it is given, it reads nothing beyond the end. What reads single values can be
/// inlined, for a start reads some 60 of each device.
public struct SnapshotReader {
    @usableFromInline let bytes: [UInt8]
    @usableFromInline var offset = 0
    public fileprivate(set) var isFormer = false

    public init(_ bytes: [UInt8]) { self.bytes = bytes }

    @inlinable public mutating func byte() throws(SnapshotError) -> UInt8 {
        guard offset < bytes.count else { throw .cut(at: offset) }
        defer { offset += 1 }
        return bytes[offset]
    }

    @inlinable public mutating func integer() throws(SnapshotError) -> Int64 {
        guard bytes.count - offset >= 8 else { throw .cut(at: offset) }
        defer { offset += 8 }
        return unsafe bytes.withUnsafeBytes { bytes in
            unsafe Int64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Int64.self))
        }
    }

    @inlinable public mutating func double() throws(SnapshotError) -> Double {
        Double(bitPattern: UInt64(bitPattern: try integer()))
    }

    public mutating func string() throws(SnapshotError) -> String {
        let count = try integer()
        guard count >= 0, count <= Int64(bytes.count - offset) else { throw .cut(at: offset) }
        defer { offset += Int(count) }
        return String(decoding: bytes[offset..<offset + Int(count)], as: UTF8.self)
    }
}

extension SnapshotWriter: StateCoder {
    public typealias Failure = Never

    public mutating func double(_ value: inout Double) { double(value) }
    public mutating func integer(_ value: inout Int64) { integer(value) }
    public mutating func bool(_ value: inout Bool) { byte(value ? 1 : 0) }
    public mutating func string(_ value: inout String) { string(value) }
}

extension SnapshotReader: StateCoder {
    public typealias Failure = SnapshotError

    public mutating func double(_ value: inout Double) throws(SnapshotError) { value = try double() }
    public mutating func integer(_ value: inout Int64) throws(SnapshotError) { value = try integer() }
    public mutating func bool(_ value: inout Bool) throws(SnapshotError) { value = try byte() != 0 }
    public mutating func string(_ value: inout String) throws(SnapshotError) { value = try string() }
}

// Not generic, for a generic function that another module calls is not made for the coder that it is called with.

extension TrackStates {
    public func write(to out: inout SnapshotWriter) {
        var states = self
        states.code(&out)
    }

    /// - Parameter isFormer: it was written when runs were kept with all of their values, and cases with all of their names.
    /// - Throws: ``SnapshotError``
    public mutating func read(from input: inout SnapshotReader, isFormer: Bool) throws(SnapshotError) {
        input.isFormer = isFormer
        try code(&input)
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
