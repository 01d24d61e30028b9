import GRDB
internal import Geometry
internal import Platform
import Positioning

/// A file of fences in the store, and the one at hand of that name.
struct StoredFence: Sendable {
    /// Of `fence_file`.
    var row: Int64
    var file: FenceFile

    /// Those of which both are the same, by row. All processors compare, each by a connection of its own: of many fences there
    /// are hundreds of megabytes, and a start waits for it. The rest, and what cannot be read, is for the caller to read.
    /// - Parameter path: of a store that nobody writes meanwhile.
    static func same(_ stored: [StoredFence], in path: String) -> [Int64: FenceFile] {
        let parts = min(Machine.processors, stored.count)
        let pieces = (0..<parts).map { part in stride(from: part, to: stored.count, by: parts).map { stored[$0] } }
        let same = SideBySide.map(pieces, name: "fences") { piece in (try? compare(piece, in: path)) ?? [] }
        return Dictionary(same.joined().map { ($0.row, $0.file) }, uniquingKeysWith: { first, _ in first })
    }

    private static func compare(_ stored: [StoredFence], in path: String) throws -> [StoredFence] {
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(Limits.storeBusy_s)
        configuration.label = "fences"
        return try DatabaseQueue(path: path, configuration: configuration).read { db in
            try stored.filter {
                try StoredBlob(db, table: "fence_file", column: "bytes", row: $0.row).holds($0.file.bytes, db)
            }
        }
    }
}
