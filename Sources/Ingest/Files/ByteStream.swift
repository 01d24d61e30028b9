import Glibc
import Platform
import Positioning

/// The bytes of a file or of standard input, plain or gzip (told apart by the first bytes), in pieces.
public struct ByteStream: ~Copyable {
    /// How far it was read, for a progress bar.
    public struct Progress: Equatable, Sendable {
        /// Bytes of the file, packed ones where it is packed.
        public var read: Int
        /// The file's length; `nil` of a pipe or a terminal.
        public var total: Int?
    }

    private let descriptor: Descriptor
    private let path: String
    private let total: Int?

    /// Opens a file; `-` is standard input.
    public init(path: String) throws(InputError) {
        let opened = try Self.open(path)
        total = try Self.size(of: opened.number, path)
        descriptor = opened
        self.path = path == "-" ? "standard input" : path
    }

    /// Reads to the end.
    /// - Parameters:
    ///   - progress: called after each piece of the file.
    ///   - idle: called where nothing more waits to be read, before it is waited for.
    ///   - body: is given each piece, unpacked; never an empty one.
    /// - Throws: ``InputError``, or what `body` throws.
    public consuming func read(
        progress: (Progress) -> Void = { _ in }, idle: () throws -> Void = {}, _ body: (Span<UInt8>) throws -> Void
    ) throws {
        var chunk = [UInt8](repeating: 0, count: Limits.fileChunk)
        try tellWhereIdle(idle)
        // A pipe may give a single byte first: too few to know a gzip file by.
        var count = try next(into: &chunk)
        var rest = [UInt8](repeating: 0, count: 1)
        if count == 1, try next(into: &rest) == 1 {
            chunk[1] = rest[0]
            count = 2
        }
        let inflater = chunk[..<count].starts(with: Inflater.magic) ? try Inflater(path: path) : nil
        var position = 0
        while count > 0 {
            position += count
            if let inflater {
                try inflater.inflate(chunk.span.extracting(0..<count), body)
            } else {
                try body(chunk.span.extracting(0..<count))
            }
            progress(Progress(read: position, total: total))
            try tellWhereIdle(idle)
            count = try next(into: &chunk)
        }
        try inflater?.finish()
    }

    private func tellWhereIdle(_ idle: () throws -> Void) throws {
        if try !isReady(orWait_ms: 0) { try idle() }
    }

    /// - Returns: bytes read; 0 at the end.
    private func next(into buffer: inout [UInt8]) throws(InputError) -> Int {
        while true {
            do {
                if let count = try descriptor.read(into: &buffer, what: "cannot read \(path)") { return count }
            } catch {
                throw .system(error)
            }
            // Standard input that someone else made non-blocking.
            _ = try isReady(orWait_ms: -1)
        }
    }

    /// - Parameter patience: milliseconds; -1 is for ever.
    /// - Returns: whether there is something to read, the end too; always of a plain file.
    private func isReady(orWait_ms patience: Int32) throws(InputError) -> Bool {
        guard total == nil else { return true }
        var entry = pollfd(fd: descriptor.number, events: Int16(POLLIN), revents: 0)
        do {
            return try checked("poll", "cannot wait for \(path)") { unsafe poll(&entry, 1, patience) } > 0
        } catch {
            throw .system(error)
        }
    }

    private static func open(_ path: String) throws(InputError) -> Descriptor {
        do {
            guard path == "-" else { return try Descriptor.open(path, flags: O_RDONLY) }
            return Descriptor(owning: try checked("dup", "cannot read standard input") { dup(STDIN_FILENO) })
        } catch {
            switch error.errno {
            case ENOENT, ENOTDIR: throw .missing(path: path)
            case EACCES, EPERM: throw .notPermitted(path: path)
            default: throw .system(error)
            }
        }
    }

    /// - Returns: the file's length; `nil` where it is no plain file.
    private static func size(of number: Int32, _ path: String) throws(InputError) -> Int? {
        var status = stat()
        do {
            try checked("fstat", "cannot look at \(path)") { unsafe fstat(number, &status) }
        } catch {
            throw .system(error)
        }
        if status.st_mode & S_IFMT == S_IFDIR { throw .isFolder(path: path) }
        return status.st_mode & S_IFMT == S_IFREG ? Int(status.st_size) : nil
    }
}
