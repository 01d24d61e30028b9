import Daemon
import Glibc

/// Standard error: messages for people.
enum Console {
    static func error(_ message: String) {
        // By bytes: a line end of "\r\n" is a single character.
        for line in message.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            note(errorIsJournal ? "<3>\(Substring(line))" : "geofenced: \(Substring(line))")
        }
    }

    /// Whole lines; where counters stand at the bottom of the same terminal, above them.
    static func note(_ line: String) { StatusLine.writeAbove(line + "\n", errorIsTerminal ? STDERR_FILENO : nil) }

    static func write(_ text: String) { put(text, STDERR_FILENO) }

    /// To the end, or until whoever reads it has gone: nobody is left to be told.
    static func put(_ text: String, _ descriptor: Int32) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno != EINTR { return }
            bytes = bytes.dropFirst(max(count, 0))
        }
    }

    /// From here on a reader that goes away (SIGPIPE) ends nothing.
    static func outliveReaders() { _ = signal(SIGPIPE, SIG_IGN) }

    /// From here on a write beyond a file-size limit (SIGXFSZ) fails, as one to a full disk does, and ends nothing.
    static func outliveFileLimits() { _ = signal(SIGXFSZ, SIG_IGN) }

    /// Whether standard error is the stream to systemd's journal that `JOURNAL_STREAM` names, and not redirected since.
    static let errorIsJournal: Bool = {
        var about = stat()
        guard let stream = ServiceManager.environment("JOURNAL_STREAM"), unsafe fstat(STDERR_FILENO, &about) == 0 else {
            return false
        }
        return stream == "\(about.st_dev):\(about.st_ino)"
    }()

    static var errorIsTerminal: Bool { isatty(STDERR_FILENO) == 1 }
    static var outputIsTerminal: Bool { isatty(STDOUT_FILENO) == 1 }

    /// Whether what read standard output has closed it, as `head` does.
    static var outputIsAbandoned: Bool {
        var entry = pollfd(fd: STDOUT_FILENO, events: 0, revents: 0)
        return unsafe poll(&entry, 1, 0) == 1 && entry.revents & Int16(POLLERR | POLLHUP) != 0
    }
}
