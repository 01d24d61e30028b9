import Glibc
internal import Platform

import class Foundation.FileManager

/// The pieces that an event file was rotated into, beside it: its name with `.1`, `-20261121` or the like after it. What is
/// compressed, or is no file of events, is none.
enum RotatedPieces {
    /// Where they end. They are on the disk then: what goes on after one would not have what a power cut took of it.
    /// - Throws: `SystemError` where one cannot be read now; one that this user may never read is none.
    static func ends(besides path: String, calls: FileCalls) throws -> [EventFileEnd] {
        let cut = path.lastIndex(of: "/")
        let folder = cut.map { String(path[...$0]) } ?? "./"
        let name = cut.map { String(path[$0...].dropFirst()) } ?? path
        return try FileManager.default.contentsOfDirectory(atPath: folder).compactMap { other in
            guard other.hasPrefix(name + ".") || other.hasPrefix(name + "-") else { return nil }
            do {
                return try end(of: folder + other, calls)
            } catch is StoreError {
                return nil
            } catch let error as SystemError where [EACCES, EPERM, ENOENT].contains(error.errno) {
                return nil
            }
        }
    }

    private static func end(of path: String, _ calls: FileCalls) throws -> EventFileEnd? {
        guard let mark = try FileMark(path: path) else { return nil }
        let descriptor = try Descriptor.open(path, flags: O_RDONLY)
        let end = try EventFileEnd(of: descriptor, size: mark.size, path: path, calls: calls)
        try EventFile.sync(descriptor, path, calls)
        return end
    }
}

/// Which file a path leads to, and how long it is.
struct FileMark: Equatable {
    var device: UInt
    var number: UInt
    /// Bytes.
    var size: Int

    /// `nil` where there is nothing.
    /// - Throws: ``StoreError/eventFileNoFile(path:)`` for a FIFO, a terminal or a folder; `SystemError`
    init?(path: String) throws {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else {
            if errno == ENOENT { return nil }
            throw SystemError(call: "stat", errno: errno, what: "cannot see the event file \(path)")
        }
        guard status.st_mode & S_IFMT == S_IFREG else { throw StoreError.eventFileNoFile(path: path) }
        self.init(status)
    }

    init(_ descriptor: borrowing Descriptor, path: String) throws {
        var status = stat()
        guard unsafe fstat(descriptor.number, &status) == 0 else {
            throw SystemError(call: "fstat", errno: errno, what: "cannot see the event file \(path)")
        }
        self.init(status)
    }

    private init(_ status: stat) {
        device = UInt(status.st_dev)
        number = UInt(status.st_ino)
        size = Int(status.st_size)
    }

    func isSameFile(as other: FileMark) -> Bool { device == other.device && number == other.number }
}
