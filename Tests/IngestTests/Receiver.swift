import Glibc
import Platform

/// A receiver on a pseudo-terminal; it is unplugged when it goes.
struct Receiver: ~Copyable {
    private let controller: Descriptor

    /// - Parameter link: made anew, to the new device.
    init(at link: String) throws {
        var (near, far): (Int32, Int32) = (-1, -1)
        try checked("openpty", "receiver") { unsafe openpty(&near, &far, nil, nil, nil) }
        controller = Descriptor(owning: near)
        let line = Descriptor(owning: far)
        var name = [CChar](repeating: 0, count: 64)
        _ = unsafe ttyname_r(line.number, &name, name.count)
        _ = unsafe symlink(name, link)
    }

    /// The rate that the line's user has set.
    var speed: speed_t {
        var settings = termios()
        _ = unsafe tcgetattr(controller.number, &settings)
        return unsafe cfgetospeed(&settings)
    }

    func say(_ text: String) { say(Array(text.utf8)) }

    func say(_ bytes: [UInt8]) {
        var start = 0
        while start < bytes.count {
            let piece = Array(bytes[start...])
            let count = unsafe write(controller.number, piece, piece.count)
            if count <= 0 { return }
            start += count
        }
    }
}
