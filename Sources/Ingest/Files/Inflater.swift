import CZlib
import Glibc
import Platform
import Positioning

/// Unpacks a gzip stream (RFC 1952), of as many members as it has, padded with zeros or not.
@safe
final class Inflater {
    /// The first bytes of a gzip member.
    static let magic: [UInt8] = [0x1F, 0x8B]

    private let path: String
    // zlib keeps the address of its z_stream: it must not move.
    private let stream: UnsafeMutablePointer<z_stream>
    private var output = [UInt8](repeating: 0, count: Limits.fileChunk)
    /// Bytes of the file that were unpacked.
    private var position = 0
    /// Whether a member has ended and no next one has begun.
    private var isBetweenMembers = false

    init(path: String) throws(InputError) {
        self.path = path
        let made = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
        unsafe made.initialize(to: z_stream())
        guard unsafe czlib_inflate_init(made) == Z_OK else {
            unsafe made.deallocate()
            throw .system(SystemError(call: "inflateInit2", errno: ENOMEM, what: "cannot unpack \(path)"))
        }
        // Last: from here on a failure would run `deinit` as well.
        unsafe stream = made
    }

    deinit {
        unsafe inflateEnd(stream)
        unsafe stream.deallocate()
    }

    /// Unpacks the next bytes of the file, and gives `body` what they hold.
    func inflate(_ input: Span<UInt8>, _ body: (Span<UInt8>) throws -> Void) throws {
        try unsafe input.withUnsafeBufferPointer { bytes in
            // zlib takes no const pointer, and does not write through it.
            unsafe stream.pointee.next_in = UnsafeMutablePointer(mutating: bytes.baseAddress)
            unsafe stream.pointee.avail_in = UInt32(bytes.count)
            defer {
                unsafe stream.pointee.next_in = nil
                unsafe stream.pointee.avail_in = 0
            }
            let start = position
            while unsafe stream.pointee.avail_in > 0 || stream.pointee.avail_out == 0 {
                if isBetweenMembers, !beginMember() { return }
                let (count, code) = fill()
                position = unsafe start + bytes.count - Int(stream.pointee.avail_in)
                if count > 0 { try body(output.span.extracting(0..<count)) }
                guard try goesOn(code) else { return }
            }
        }
    }

    /// The file has ended.
    /// - Throws: where the stream has not.
    func finish() throws(InputError) {
        if !isBetweenMembers { throw .truncated(path: path, byte: position) }
    }

    /// One round of zlib: into `output` from its front.
    private func fill() -> (count: Int, code: Int32) {
        unsafe output.withUnsafeMutableBufferPointer { room in
            unsafe stream.pointee.next_out = room.baseAddress
            unsafe stream.pointee.avail_out = UInt32(room.count)
            let code = unsafe CZlib.inflate(stream, Z_NO_FLUSH)
            return unsafe (room.count - Int(stream.pointee.avail_out), code)
        }
    }

    /// - Returns: whether the input in hand may hold more.
    private func goesOn(_ code: Int32) throws(InputError) -> Bool {
        switch code {
        case Z_OK:
            return true
        case Z_STREAM_END:
            isBetweenMembers = true
            return unsafe stream.pointee.avail_in > 0
        case Z_BUF_ERROR:
            // Nothing left to read: the next piece of the file goes on.
            return false
        default:
            let words = unsafe stream.pointee.msg.map { unsafe String(cString: $0) }
            throw .corrupt(path: path, byte: position, reason: words ?? "zlib error \(code)")
        }
    }

    /// Passes over the zeros that pad a member to a block.
    /// - Returns: whether another member begins.
    private func beginMember() -> Bool {
        while unsafe stream.pointee.avail_in > 0, let next = unsafe stream.pointee.next_in, unsafe next.pointee == 0 {
            unsafe stream.pointee.next_in = next + 1
            unsafe stream.pointee.avail_in -= 1
            position += 1
        }
        guard unsafe stream.pointee.avail_in > 0 else { return false }
        unsafe inflateReset(stream)
        isBetweenMembers = false
        return true
    }
}
