import Daemon
import Glibc
import Logging
import Platform
import Positioning
import Synchronization

/// Logs on standard error, one line a fact: time, level, message, then `key=value`; to the journal of systemd a priority
/// instead of time and level (sd-daemon(3)), since it adds its own.
struct LogOutput: LogHandler {
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.info

    private static let throttle = Mutex(LogThrottle())

    static func bootstrap() -> Logger {
        LoggingSystem.bootstrap { _ in LogOutput() }
        return Logger(label: "geofenced")
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let message = Self.oneLine("\(event.message)")
        let kind = "\(event.level) \(message)"
        guard Self.throttle.withLock({ $0.admit(kind, at: .now) }) else { return }
        let all = metadata.merging(event.metadata ?? [:]) { $1 }
        let pairs = all.sorted { $0.key < $1.key }.map { " \($0.key)=\(Self.quoted("\($0.value)"))" }.joined()
        Self.put(kind + pairs)
    }

    /// Tells what bursts of messages held back; called now and then, and at the end with everything.
    static func settle(isEnd: Bool = false) {
        for summary in throttle.withLock({ $0.summaries(at: isEnd ? nil : .now) }) {
            put("\(summary.message) more=\(summary.count)")
        }
    }

    /// - Parameter line: begins with its level.
    private static func put(_ line: String) {
        guard Console.errorIsJournal else {
            Console.note("\(WallClock.now) \(line)")
            return
        }
        let word = line.prefix { $0 != " " }
        let priority = Logger.Level(rawValue: String(word)).map(priority) ?? 6
        Console.note("<\(priority)>\(line.dropFirst(word.count + 1))")
    }

    /// Of syslog(3).
    private static func priority(_ level: Logger.Level) -> Int {
        switch level {
        case .trace, .debug: 7
        case .info: 6
        case .notice: 5
        case .warning: 4
        case .error: 3
        case .critical: 2
        }
    }

    /// By bytes: a line end of "\r\n" is a single character.
    private static func oneLine(_ text: String) -> String {
        guard text.utf8.contains(where: { $0 < 0x20 }) else { return text }
        return String(decoding: text.utf8.map { $0 < 0x20 ? UInt8(ascii: " ") : $0 }, as: UTF8.self)
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
