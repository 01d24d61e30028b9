import Glibc

/// The one owner of a file descriptor: it is closed once, when its owner goes.
public struct Descriptor: ~Copyable, Sendable {
    /// For system calls; never closed by who reads it here.
    public let number: Int32

    /// Takes over an open descriptor.
    public init(owning number: Int32) { self.number = number }

    // Not repeated on EINTR: Linux frees the number whatever close(2) says, and by then it may be another thread's.
    deinit { _ = close(number) }

    /// Gives it up unclosed, to who will close it.
    /// - Returns: its number.
    consuming func release() -> Int32 {
        let number = number
        discard self
        return number
    }

    /// Opens `path`, closed on exec.
    /// - Parameters:
    ///   - flags: of open(2), as `O_RDONLY`.
    ///   - mode: of a file that it makes.
    public static func open(_ path: String, flags: Int32, mode: UInt32 = 0) throws(SystemError) -> Descriptor {
        let number = try checked("open", "cannot open \(path)") { () -> Int32 in
            unsafe Glibc.open(path, flags | O_CLOEXEC, mode)
        }
        return Descriptor(owning: number)
    }

    /// Reads at most `buffer`'s length to its front.
    /// - Returns: bytes read, 0 at the end of the input; `nil` where a non-blocking descriptor has none now.
    public func read(into buffer: inout [UInt8], what: @autoclosure () -> String) throws(SystemError) -> Int? {
        while true {
            let count = unsafe buffer.withUnsafeMutableBytes { unsafe Glibc.read(number, $0.baseAddress, $0.count) }
            if count >= 0 { return count }
            let code = errno
            if code == EAGAIN { return nil }
            if code != EINTR { throw SystemError(call: "read", errno: code, what: what()) }
        }
    }
}
