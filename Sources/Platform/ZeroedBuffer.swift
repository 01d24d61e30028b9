import Glibc

/// Bytes that are zero until written, and take memory only where they were: room for the longest datagram in every slot
/// costs no more than the datagrams that come.
@safe
struct ZeroedBuffer: ~Copyable {
    private let bytes: UnsafeMutableBufferPointer<UInt8>

    /// - Parameter count: bytes, above 0.
    /// - Throws: `ENOMEM`.
    init(count: Int) throws(SystemError) {
        // calloc(3) maps fresh pages for this much, and does not touch them.
        guard count > 0, let memory = unsafe calloc(count, 1) else {
            throw SystemError(call: "calloc", errno: ENOMEM, what: "cannot make a buffer of \(count) bytes")
        }
        unsafe bytes = UnsafeMutableBufferPointer(
            start: memory.bindMemory(to: UInt8.self, capacity: count), count: count)
    }

    deinit { unsafe free(bytes.baseAddress) }

    /// For a system call that fills it; the pointer ends with the call.
    func withUnsafeBytes<Result>(_ body: (UnsafeMutableBufferPointer<UInt8>) -> Result) -> Result {
        unsafe body(bytes)
    }

    /// - Parameter range: held within the buffer.
    func withSpan<Result>(_ range: Range<Int>, _ body: (Span<UInt8>) -> Result) -> Result {
        let held = unsafe range.clamped(to: 0..<bytes.count)
        return unsafe body(UnsafeBufferPointer(rebasing: bytes[held]).span)
    }
}
