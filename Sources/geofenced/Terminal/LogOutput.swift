import Glibc
import Logging
import Platform
import Positioning

/// Logs on standard error, one line a fact: time, level, message, then `key=value`.
struct LogOutput: LogHandler {
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.info

    static func bootstrap() -> Logger {
        LoggingSystem.bootstrap { _ in LogOutput() }
        return Logger(label: "geofenced")
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let all = metadata.merging(event.metadata ?? [:]) { $1 }
        let pairs = all.sorted { $0.key < $1.key }.map { " \($0.key)=\(Self.quoted("\($0.value)"))" }.joined()
        Console.note("\(WallClock.now) \(event.level) \(event.message)\(pairs)")
    }

    /// A value with spaces, quotes or line ends in it stays one value on one line.
    private static func quoted(_ value: String) -> String {
        guard value.isEmpty || value.utf8.contains(where: { $0 <= 0x20 || $0 == UInt8(ascii: "\"") }) else {
            return value
        }
        var bytes: [UInt8] = []
        bytes.appendJSONString(value)
        return String(decoding: bytes, as: UTF8.self)
    }
}
