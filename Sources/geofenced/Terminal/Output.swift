import Glibc
import Platform

/// A file or standard output, buffered: data for programs. Where what reads standard output goes away (as `head` does), the
/// command just ends.
final class Output {
    private let number: Int32
    /// Closes the file with it; `nil` for standard output.
    private let file: Descriptor?
    private let name: String
    private var buffer: [UInt8] = []
    private static let bufferBytes = 1 << 16

    /// Standard output.
    init() {
        number = STDOUT_FILENO
        file = nil
        name = "standard output"
    }

    /// Makes the file, or empties it.
    init(path: String) throws {
        number = try checked("open", "cannot write \(path)") { () -> Int32 in
            unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        }
        file = Descriptor(owning: number)
        name = path
    }

    func write(_ bytes: [UInt8]) throws {
        buffer.append(contentsOf: bytes)
        if buffer.count >= Self.bufferBytes { try flush() }
    }

    func write(line: String) throws { try write(Array((line + "\n").utf8)) }

    /// Lends the buffer, to spare a copy.
    func append(_ body: (inout [UInt8]) -> Void) throws {
        body(&buffer)
        if buffer.count >= Self.bufferBytes { try flush() }
    }

    func flush() throws {
        var written = 0
        while written < buffer.count {
            written += try checked("write", "cannot write to \(name)") { () -> Int in
                unsafe buffer.withUnsafeBytes { bytes in
                    unsafe Glibc.write(number, bytes.baseAddress?.advanced(by: written), bytes.count - written)
                }
            }
        }
        buffer.removeAll(keepingCapacity: true)
    }
}
