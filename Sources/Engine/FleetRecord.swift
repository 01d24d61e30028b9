public import Anomalies

/// What a batch changed about what is remembered of several devices together, for the journal to keep with it; or all of it.
public struct FleetRecord: Sendable {
    /// What belongs to no single device; `nil`: as before.
    public var incidents: [UInt8]?
    /// Of single devices; `nil`: nothing any more.
    public var members: [(device: String, state: [UInt8]?)] = []
    /// Those that are new, by ascending id.
    public var patterns: [Fleet.Pattern] = []
    /// Patterns up to this id are no more; `nil`: none went.
    public var forgottenPattern: Int64?

    public init() {}
}

extension Fleet {
    /// What has changed since the last call; `nil`: nothing.
    public mutating func takeRecord() -> FleetRecord? {
        let changes = takeChanges()
        guard !changes.isEmpty else { return nil }
        var record = FleetRecord()
        if changes.hasIncidents {
            var out = SnapshotWriter()
            out.byte(Self.recordVersion)
            code(&out)
            record.incidents = out.finish()
        }
        for device in changes.members.sorted() {
            guard hasMember(device) else {
                record.members.append((device, nil))
                continue
            }
            var out = SnapshotWriter()
            out.byte(Self.recordVersion)
            code(&out, memberOf: device)
            record.members.append((device, out.finish()))
        }
        record.patterns = changes.patterns
        record.forgottenPattern = changes.forgottenPattern
        return record
    }

    /// As a record of all of it has it.
    /// - Throws: ``SnapshotError`` where its bytes are not of this version.
    public init(_ whole: FleetRecord) throws(SnapshotError) {
        self.init()
        if let bytes = whole.incidents {
            var input = try Self.reader(bytes)
            try code(&input)
        }
        for (device, state) in whole.members {
            guard let state else { continue }
            var input = try Self.reader(state)
            try code(&input, memberOf: device)
        }
        for pattern in whole.patterns { restore(pattern) }
    }

    private static let recordVersion: UInt8 = 1

    private static func reader(_ bytes: [UInt8]) throws(SnapshotError) -> SnapshotReader {
        var input = SnapshotReader(bytes)
        let version = try input.byte()
        guard version == recordVersion else { throw .version(found: version) }
        return input
    }
}
