import Glibc

/// Standard error: messages for people.
enum Console {
    static func error(_ message: String) {
        for line in message.split(separator: "\n", omittingEmptySubsequences: false) { note("geofenced: \(line)") }
    }

    static func note(_ line: String) { write(line + "\n") }

    static func write(_ text: String) {
        let bytes = Array(text.utf8)
        unsafe bytes.withUnsafeBytes { _ = unsafe Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }

    static var errorIsTerminal: Bool { isatty(STDERR_FILENO) == 1 }
    static var outputIsTerminal: Bool { isatty(STDOUT_FILENO) == 1 }
}
