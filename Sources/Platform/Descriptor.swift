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

    /// Reads all from here to the end of the input.
    /// - Parameter expected: bytes that there will probably be: room for as many is made at once.
    public func readToEnd(expected: Int, what: @autoclosure () -> String) throws(SystemError) -> [UInt8] {
        var code: Int32 = 0
        // One more, so that the end is seen without another buffer.
        var bytes = unsafe [UInt8](unsafeUninitializedCapacity: max(0, expected) + 1) { buffer, filled in
            while filled < buffer.count {
                let count = unsafe Glibc.read(number, buffer.baseAddress?.advanced(by: filled), buffer.count - filled)
                if count < 0 && errno == EINTR { continue }
                if count < 0 { code = errno }
                guard count > 0 else { return }
                filled += count
            }
        }
        guard code == 0 else { throw SystemError(call: "read", errno: code, what: what()) }
        guard bytes.count > expected else { return bytes }
        var piece = [UInt8](repeating: 0, count: 1 << 16)
        while let count = try read(into: &piece, what: what()), count > 0 { bytes += piece[..<count] }
        return bytes
    }
}
