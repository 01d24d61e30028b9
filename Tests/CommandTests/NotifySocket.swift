import Glibc
import Platform

/// The service manager's end of sd_notify(3).
final class NotifySocket {
    private let descriptor: Descriptor
    private let file: String?
    /// For `NOTIFY_SOCKET`.
    let address: String

    /// - Parameter address: a path, or an abstract name that begins with `@`.
    init(_ address: String) throws {
        self.address = address
        file = address.hasPrefix("@") ? nil : address
        let number = try checked("socket", "no socket") {
            socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        }
        descriptor = Descriptor(owning: number)
        var form = sockaddr_un()
        form.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &form.sun_path) { path in
            unsafe path.copyBytes(from: address.utf8)
            if file == nil { unsafe path[0] = 0 }
        }
        let length = socklen_t(2 + address.utf8.count)
        _ = try unsafe withUnsafePointer(to: &form) { pointer in
            try unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { form in
                try checked("bind", "cannot bind \(address)") { unsafe bind(number, form, length) }
            }
        }
    }

    deinit { if let file { _ = unsafe unlink(file) } }

    /// The next message's lines.
    /// - Returns: `nil` where none comes in time.
    func next(within wait: Duration) throws -> [String]? {
        var entry = pollfd(fd: descriptor.number, events: Int16(POLLIN), revents: 0)
        let milliseconds = Int32(wait / .milliseconds(1))
        guard unsafe poll(&entry, 1, milliseconds) == 1 else { return nil }
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = try descriptor.read(into: &buffer, what: "cannot read the notify socket") ?? 0
        return String(decoding: buffer.prefix(count), as: UTF8.self).split(separator: "\n").map(String.init)
    }

    /// All lines up to the message that has `line`.
    /// - Returns: `nil` where it does not come in time.
    func lines(until line: String, within wait: Duration = .seconds(60)) throws -> [String]? {
        var lines: [String] = []
        let deadline = MonotonicTime.now + wait
        while MonotonicTime.now < deadline {
            guard let message = try next(within: deadline - .now) else { return nil }
            lines += message
            if message.contains(line) { return lines }
        }
        return nil
    }

    /// Throws away what waits.
    func drain() throws { while try next(within: .zero) != nil {} }
}
