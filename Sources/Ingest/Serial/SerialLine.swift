import Glibc
import Platform

/// An open serial line: raw, 8 data bits, no parity, 1 stop bit, no flow control, for this process alone.
/// It gets its old settings back when it is closed.
struct SerialLine: ~Copyable {
    private let descriptor: Descriptor
    private let path: String
    private let original: termios

    var number: Int32 { descriptor.number }

    /// - Parameter path: a link is followed anew at each opening, as those of /dev/serial/by-id change with the plug.
    init(path: String, rate: BaudRate) throws(SourceError) {
        let opened = try Self.open(path)
        let settings = try Self.settings(of: opened.number, path)
        try Self.set(rate, on: opened.number, path, from: settings)
        // For programs that know no locks; refused by nothing that is a terminal.
        _ = ioctl(opened.number, UInt(TIOCEXCL), 0)
        descriptor = opened
        original = settings
        self.path = path
    }

    deinit {
        var settings = original
        // In vain where the device is gone, and then nobody needs them.
        _ = unsafe tcsetattr(descriptor.number, TCSANOW, &settings)
        _ = ioctl(descriptor.number, UInt(TIOCNXCL), 0)
    }

    /// Sets the rate, and drops what was read at another.
    func set(_ rate: BaudRate) throws(SourceError) { try Self.set(rate, on: number, path, from: original) }

    /// - Returns: bytes read; `nil` where there are none now; 0 where the line was hung up.
    func read(into buffer: inout [UInt8]) throws(SystemError) -> Int? {
        try descriptor.read(into: &buffer, what: "cannot read from \(path)")
    }

    private static func open(_ path: String) throws(SourceError) -> Descriptor {
        let opened: Descriptor
        do {
            // Non-blocking, or open(2) would wait for a carrier; no controlling terminal, or a hang-up would end us.
            opened = try Descriptor.open(path, flags: O_RDWR | O_NOCTTY | O_NONBLOCK)
        } catch {
            switch error.errno {
            case EACCES, EPERM: throw .lineNotPermitted(path: path)
            // ENXIO and ENODEV: the node outlives the device for a moment.
            case ENOENT, ENXIO, ENODEV: throw .lineMissing(path: path)
            case EBUSY: throw .lineInUse(path: path)
            default: throw .system(error)
            }
        }
        guard isatty(opened.number) == 1 else { throw .notASerialLine(path: path) }
        // Two sources on one line, under whatever names, would each hear half of it. TIOCEXCL does not keep root out.
        if flock(opened.number, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK { throw .lineInUse(path: path) }
        return opened
    }

    private static func settings(of number: Int32, _ path: String) throws(SourceError) -> termios {
        var settings = termios()
        do {
            try checked("tcgetattr", "cannot read the settings of \(path)") { unsafe tcgetattr(number, &settings) }
        } catch {
            throw .system(error)
        }
        return settings
    }

    private static func set(
        _ rate: BaudRate, on number: Int32, _ path: String, from original: termios
    ) throws(SourceError) {
        var settings = original
        // One byte is enough to read, and 0 then is a hang-up.
        unsafe cfmakeraw(&settings)
        settings.c_cflag |= tcflag_t(CLOCAL | CREAD)
        settings.c_cflag &= ~(tcflag_t(CSTOPB) | tcflag_t(CRTSCTS))
        _ = unsafe cfsetspeed(&settings, rate.speed)
        do {
            try checked("tcsetattr", "cannot set \(path) up") { unsafe tcsetattr(number, TCSANOW, &settings) }
        } catch {
            throw .system(error)
        }
        // tcsetattr(3) says yes where only a part of what was asked for could be done.
        var now = try Self.settings(of: number, path)
        guard unsafe cfgetospeed(&now) == rate.speed else { throw .rateRefused(path: path, rate) }
        _ = tcflush(number, TCIFLUSH)
    }
}
