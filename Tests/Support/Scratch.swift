import Foundation

/// A folder of a test's own, gone with it.
public final class Scratch {
    public let path: String

    public init() throws {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("geofenced-test-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    public var store: String { "\(path)/geofenced.sqlite3" }
    public var events: String { "\(path)/events.ndjson" }

    public func text(_ file: String) throws -> String { try String(contentsOfFile: file, encoding: .utf8) }

    /// Writes a file in it.
    /// - Returns: its path.
    @discardableResult
    public func write(_ text: String, to name: String) throws -> String {
        let file = "\(path)/\(name)"
        try FileManager.default.createDirectory(
            atPath: (file as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try text.write(toFile: file, atomically: false, encoding: .utf8)
        return file
    }
}
