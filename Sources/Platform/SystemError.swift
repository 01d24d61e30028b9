import Glibc

/// A system call that failed: which, why, and what was being done.
public struct SystemError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The call's name as in its manual page, as `bind`.
    public var call: String
    /// The error number (errno(3)).
    public var errno: Int32
    /// What was being done, as the start of a sentence: `cannot listen on udp 0.0.0.0:5005`.
    public var what: String

    public init(call: String, errno: Int32, what: String) {
        self.call = call
        self.errno = errno
        self.what = what
    }

    /// The C library's words for ``errno``.
    public var reason: String {
        var text = [CChar](repeating: 0, count: 128)
        // The XSI form: strerror(3) itself shares one buffer among threads.
        guard unsafe strerror_r(errno, &text, text.count) == 0 else { return "error \(errno)" }
        return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    public var description: String { "\(what): \(reason) (\(call))" }
}

/// Runs a call that says -1 and sets errno when it fails; again as long as a signal interrupts it.
/// - Throws: ``SystemError`` with what errno said.
@discardableResult
public func checked<Result: FixedWidthInteger & SignedInteger>(
    _ call: String, _ what: @autoclosure () -> String, _ body: () -> Result
) throws(SystemError) -> Result {
    while true {
        let result = body()
        if result != -1 { return result }
        let code = errno
        if code != EINTR { throw SystemError(call: call, errno: code, what: what()) }
    }
}
