import Glibc
internal import Platform

/// The service manager that started this process (systemd), told over a datagram socket how the service fares: the protocol
/// of sd_notify(3), without its library.
public struct ServiceManager: Sendable {
    /// A path, or a name in the abstract namespace where it begins with `@`.
    private let address: String
    /// Longer than this without ``State/watchdog`` and the service counts as hung; `nil` where nobody watches.
    public let watchdogInterval: Duration?

    /// What is told, as sd_notify(3) spells it.
    public enum State: Equatable, Sendable {
        /// Fixes are taken; also at the end of a reload.
        case ready
        case reloading
        case stopping
        /// It is getting on.
        case watchdog
        /// A line for people.
        case status(String)

        var line: String {
            switch self {
            case .ready: "READY=1"
            // systemd tells by the time which of two reloads a later READY=1 ends.
            case .reloading: "RELOADING=1\nMONOTONIC_USEC=\(MonotonicTime.now.nanoseconds / 1000)"
            case .stopping: "STOPPING=1"
            case .watchdog: "WATCHDOG=1"
            case .status(let text): "STATUS=" + text.split(whereSeparator: \.isNewline).joined(separator: " ")
            }
        }
    }

    /// - Parameter environment: looks up a variable.
    /// - Returns: `nil` where no service manager asked to be told (`NOTIFY_SOCKET`).
    public init?(environment: (String) -> String? = Self.environment) {
        guard let address = environment("NOTIFY_SOCKET"), address.hasPrefix("/") || address.hasPrefix("@"),
            address.utf8.count > 1, address.utf8.count < Self.pathBytes
        else { return nil }
        self.address = address
        let isForUs = environment("WATCHDOG_PID").map { $0 == "\(getpid())" } ?? true
        watchdogInterval = environment("WATCHDOG_USEC").flatMap(Int64.init).flatMap { interval in
            interval > 0 && isForUs ? .microseconds(interval) : nil
        }
    }

    public static func environment(_ name: String) -> String? {
        unsafe getenv(name).map { unsafe String(cString: $0) }
    }

    private static var pathBytes: Int { MemoryLayout.size(ofValue: sockaddr_un().sun_path) }

    /// Sends them in one datagram. Whether anybody hears it is not the service's concern: it goes on either way.
    public func tell(_ states: State...) {
        let type = Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        let number = socket(AF_UNIX, type, 0)
        guard number >= 0 else { return }
        let descriptor = Descriptor(owning: number)
        var form = sockaddr_un()
        form.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &form.sun_path) { path in
            unsafe path.copyBytes(from: address.utf8)
            // The abstract namespace is marked by a NUL.
            if address.hasPrefix("@") { unsafe path[0] = 0 }
        }
        // An abstract name is as long as it is said to be; a path ends with its NUL at the latest.
        let length = MemoryLayout<sockaddr_un>.offset(of: \.sun_path).map { $0 + address.utf8.count } ?? 0
        let text = Array(states.map(\.line).joined(separator: "\n").utf8)
        unsafe withUnsafePointer(to: &form) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { target in
                unsafe text.withUnsafeBytes { bytes in
                    _ = unsafe sendto(
                        descriptor.number, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL), target,
                        socklen_t(length))
                }
            }
        }
    }
}
