import Glibc
public import Platform

/// Why a source could not be started.
public enum SourceError: Error, Equatable, Sendable, CustomStringConvertible {
    /// - Parameter scheme: `udp` or `tcp`.
    case addressInUse(scheme: String, Endpoint)
    case addressNotPermitted(scheme: String, Endpoint)
    /// No interface of this machine has the address.
    case addressNotHere(scheme: String, Endpoint)
    case lineNotPermitted(path: String)
    /// It is not plugged in.
    case lineMissing(path: String)
    /// It was there and has gone.
    case lineLost(path: String)
    /// Another program has it for itself alone.
    case lineInUse(path: String)
    case notASerialLine(path: String)
    case rateRefused(path: String, BaudRate)
    case alreadyStarted
    case system(SystemError)

    public var description: String {
        switch self {
        case .addressInUse(let scheme, let endpoint):
            "cannot listen on \(scheme) \(endpoint): another process does; find it with "
                + "`ss -\(scheme.prefix(1))lnp sport = :\(endpoint.port)`, or choose another port"
        case .addressNotPermitted(let scheme, let endpoint):
            "cannot listen on \(scheme) \(endpoint): not permitted; choose a port from 1024 up, "
                + "or give the service CAP_NET_BIND_SERVICE"
        case .addressNotHere(let scheme, let endpoint):
            "cannot listen on \(scheme) \(endpoint): no interface of this machine has that address; "
                + "see `ip address`, or listen on all with \(endpoint.isIPv6 ? "[::]" : "0.0.0.0"):\(endpoint.port)"
        case .lineNotPermitted(let path):
            "cannot open the serial line \(path): not permitted; let the service's user be in the group that owns it "
                + "(`ls -l \(path)`, on Debian dialout)"
        case .lineMissing(let path):
            "the serial line \(path) is not there; plug the receiver in, or see `ls -l /dev/serial/by-id` for its name"
        case .lineLost(let path):
            "the serial line \(path) was hung up: unplugged, or its adapter was reset"
        case .lineInUse(let path):
            "the serial line \(path) is held by another program, or by another source under another name; see `fuser -v \(path)`"
        case .notASerialLine(let path):
            "\(path) is not a serial line; name a device such as /dev/ttyUSB0 or one of /dev/serial/by-id"
        case .rateRefused(let path, let rate):
            "the serial line \(path) does not run at \(rate.rawValue) baud; choose another rate, or auto"
        case .alreadyStarted:
            "the source was already started; make a new one"
        case .system(let error):
            error.description
        }
    }

    /// What errno means for a socket that was to listen.
    static func listening(_ scheme: String, _ endpoint: Endpoint, _ error: SystemError) -> SourceError {
        switch error.errno {
        case EADDRINUSE: .addressInUse(scheme: scheme, endpoint)
        case EACCES, EPERM: .addressNotPermitted(scheme: scheme, endpoint)
        case EADDRNOTAVAIL: .addressNotHere(scheme: scheme, endpoint)
        default: .system(error)
        }
    }
}
