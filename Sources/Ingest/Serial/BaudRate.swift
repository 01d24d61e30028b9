import Glibc

/// The rates that GNSS receivers' serial lines run at, in bits a second.
public enum BaudRate: Int, CaseIterable, Sendable {
    case b4800 = 4800
    case b9600 = 9600
    case b19200 = 19_200
    case b38400 = 38_400
    case b57600 = 57_600
    case b115200 = 115_200
    case b230400 = 230_400
    case b460800 = 460_800
    case b921600 = 921_600

    /// As termios(3) names it.
    var speed: speed_t {
        switch self {
        case .b4800: speed_t(B4800)
        case .b9600: speed_t(B9600)
        case .b19200: speed_t(B19200)
        case .b38400: speed_t(B38400)
        case .b57600: speed_t(B57600)
        case .b115200: speed_t(B115200)
        case .b230400: speed_t(B230400)
        case .b460800: speed_t(B460800)
        case .b921600: speed_t(B921600)
        }
    }

    /// All rates, the likeliest first: most modules come set to 9600, NMEA 0183 itself says 4800, faster ones 115200.
    static let byLikelihood: [BaudRate] = [
        .b9600, .b4800, .b115200, .b38400, .b57600, .b19200, .b230400, .b460800, .b921600,
    ]
}

/// The configuration's `baud`.
public enum BaudSetting: Equatable, Sendable {
    case fixed(BaudRate)
    /// Found by listening: see ``Limits/baudTrial``.
    case auto
}
