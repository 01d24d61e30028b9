import Glibc
import Positioning
import Synchronization

/// A socket that was opened for this process by who started it, as systemd does for a `.socket` unit (sd_listen_fds(3)).
/// It outlives the process: what comes while none runs waits in the kernel for the next.
public final class HandedOverSocket: Sendable {
    public enum Kind: String, Sendable {
        case udp
        /// It listens.
        case tcp
    }

    public let kind: Kind
    /// Where it is bound.
    public let endpoint: Endpoint
    private let descriptor: Mutex<Descriptor?>

    init(_ descriptor: consuming Descriptor, kind: Kind, endpoint: Endpoint) {
        self.kind = kind
        self.endpoint = endpoint
        self.descriptor = Mutex(descriptor)
    }

    /// The descriptor, once.
    func take() -> Descriptor? { descriptor.withLock { $0.take() } }

    /// The descriptor's number, once, for a library that will close it.
    public func release() -> Int32? {
        guard let descriptor = take() else { return nil }
        return descriptor.release()
    }

    /// Takes over all that were handed over, and removes their marks from the environment: they are not for what this
    /// process starts.
    /// - Parameters:
    ///   - environment: looks a variable up.
    ///   - process: `nil`: this one; sockets meant for another are not taken.
    ///   - first: the first of the descriptors: SD_LISTEN_FDS_START.
    /// - Returns: none where nobody hands over any.
    /// - Throws: ``HandOverError`` where one of them is of no use here.
    public static func takeAll(
        environment: (String) -> String? = variable, process: Int32? = nil, first: Int32 = 3
    ) throws(HandOverError) -> [HandedOverSocket] {
        let (count, isOurs) = (environment("LISTEN_FDS"), environment("LISTEN_PID") == String(process ?? getpid()))
        let names = (environment("LISTEN_FDNAMES") ?? "").split(separator: ":", omittingEmptySubsequences: false)
        for name in ["LISTEN_FDS", "LISTEN_PID", "LISTEN_FDNAMES"] { _ = unsafe unsetenv(name) }
        guard isOurs, let count else { return [] }
        guard let count = Int32(count), count >= 0, count <= Limits.handedOverSockets else {
            throw .badCount(count)
        }
        var sockets: [HandedOverSocket] = []
        for place in 0..<count {
            let name = names.indices.contains(Int(place)) ? String(names[Int(place)]) : ""
            let socket = try take(first + place, name: name.isEmpty ? "descriptor \(first + place)" : name)
            sockets.append(socket)
        }
        return sockets
    }

    /// What getenv(3) says.
    public static func variable(_ name: String) -> String? {
        guard let text = unsafe getenv(name) else { return nil }
        return unsafe String(cString: text)
    }

    private static func take(_ number: Int32, name: String) throws(HandOverError) -> HandedOverSocket {
        do {
            try checked("fcntl", "cannot take over the socket \(name)") { fcntl(number, F_SETFD, FD_CLOEXEC) }
        } catch { throw .system(error) }
        let descriptor = Descriptor(owning: number)
        guard let type = SocketQuery.option(SO_TYPE, of: number) else { throw .notASocket(name: name) }
        guard let endpoint = SocketQuery.endpoint(of: number) else { throw .notInternet(name: name) }
        let flags = fcntl(number, F_GETFL)
        do {
            try checked("fcntl", "cannot take over the socket \(name)") { fcntl(number, F_SETFL, flags | O_NONBLOCK) }
        } catch { throw .system(error) }
        switch type {
        case Int32(SOCK_DGRAM.rawValue):
            return HandedOverSocket(descriptor, kind: .udp, endpoint: endpoint)
        case Int32(SOCK_STREAM.rawValue) where SocketQuery.option(SO_ACCEPTCONN, of: number) == 1:
            return HandedOverSocket(descriptor, kind: .tcp, endpoint: endpoint)
        default:
            throw .notListening(name: name, endpoint)
        }
    }
}

/// Why a socket that was handed over cannot be used.
public enum HandOverError: Error, Equatable, Sendable, CustomStringConvertible {
    case badCount(String)
    case notASocket(name: String)
    /// It is of another family, as a socket file.
    case notInternet(name: String)
    /// A stream that does not listen, as where the unit accepts for us; or another type.
    case notListening(name: String, Endpoint)
    case system(SystemError)

    public var description: String {
        switch self {
        case .badCount(let text):
            "LISTEN_FDS is `\(text)`: it must be a number up to \(Limits.handedOverSockets); see who starts this process"
        case .notASocket(let name):
            "\(name) was handed over and is no socket: let the .socket unit have ListenDatagram= and ListenStream= only"
        case .notInternet(let name):
            "the socket \(name) was handed over and is neither IPv4 nor IPv6: let the .socket unit name an address and a port"
        case .notListening(let name, let endpoint):
            "the socket \(name) at \(endpoint) was handed over and does not listen: write `Accept=no` in the .socket unit, "
                + "and ListenDatagram= for UDP, ListenStream= for TCP"
        case .system(let error):
            error.description
        }
    }
}
