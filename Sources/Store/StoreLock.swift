import Glibc
import Platform

/// Held as long as a journal is open, so that a store has one writer.
///
/// A file of its own beside the store: closing any descriptor of the store itself would drop SQLite's own locks. The kernel
/// frees it with the process, however that ends.
struct StoreLock: ~Copyable {
    private let descriptor: Descriptor

    /// - Throws: ``StoreError/inUse(path:)``, ``StoreError/cannotOpen(path:why:)``
    init(besides store: String) throws {
        descriptor = try Self.claim(store)
    }

    private static func claim(_ store: String) throws -> Descriptor {
        do {
            let file = try Descriptor.open(RealPath.of(store) + ".lock", flags: O_RDWR | O_CREAT, mode: 0o640)
            guard flock(file.number, LOCK_EX | LOCK_NB) == 0 else { throw StoreError.inUse(path: store) }
            return file
        } catch let error as SystemError {
            throw StoreError.cannotOpen(path: store, why: "\(error)")
        }
    }
}
