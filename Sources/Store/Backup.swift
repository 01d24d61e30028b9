import GRDB
import Glibc
internal import Platform
internal import Positioning

/// A consistent copy of a store, made while a daemon writes it.
///
/// One read transaction spans the whole copy, so it is the store at one moment, and the daemon's commits neither wait for
/// it nor make it begin again. What they write meanwhile stays in the WAL, which shrinks again after the copy.
/// The copy is a single file (no WAL), and takes its name only when it is whole, checked and on the disk.
public enum Backup {
    /// - Parameters:
    ///   - file: must not exist.
    ///   - progress: pages copied, and how many there are.
    /// - Throws: ``BackupError``, ``StoreError``, `SystemError`, SQLite's error; then there is no file, nor a part of one.
    public static func make(of store: String, to file: String, progress: (_ done: Int, _ of: Int) -> Void) throws {
        let reader = try StoreReader(path: store)
        let part = file + ".part"
        try claim(part, for: file)
        defer {
            for leftover in [part, part + "-wal", part + "-shm", part + "-journal"] { unsafe unlink(leftover) }
        }
        try copy(reader, to: part, progress: progress)
        try synchronize(part, flags: O_RDWR)
        // Unlike rename(2), it takes no name that is taken.
        do {
            try checked("link", "cannot name the backup \(file)") { unsafe link(part, file) }
        } catch {
            throw error.errno == EEXIST ? BackupError.exists(file) : error
        }
        let folder = file.lastIndex(of: "/").map { String(file[...$0]) } ?? "."
        try synchronize(folder, flags: O_RDONLY)
    }

    /// Makes the file that is filled, so that two backups to one name don't fill it together.
    private static func claim(_ part: String, for file: String) throws {
        guard unsafe access(file, F_OK) != 0 else { throw BackupError.exists(file) }
        do {
            _ = try Descriptor.open(part, flags: O_RDWR | O_CREAT | O_EXCL, mode: 0o640)
        } catch {
            throw error.errno == EEXIST ? BackupError.unfinished(part) : error
        }
    }

    private static func copy(
        _ reader: StoreReader, to part: String, progress: (_ done: Int, _ of: Int) -> Void
    ) throws {
        let queue = try DatabaseQueue(path: part)
        try reader.read { source in
            // SQLite takes its snapshot at the first read; without one, each commit would make the copy begin again.
            _ = try Int.fetchOne(source, sql: "SELECT count(*) FROM sqlite_master")
            try queue.writeWithoutTransaction { target in
                try withoutActuallyEscaping(progress) { progress in
                    try source.backup(to: target, pagesPerStep: Limits.backupPages) {
                        progress($0.totalPageCount - $0.remainingPageCount, $0.totalPageCount)
                    }
                }
            }
        }
        try queue.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA journal_mode = DELETE")
            let problems = try String.fetchAll(db, sql: "PRAGMA quick_check(1)")
            guard problems == ["ok"] else { throw BackupError.damaged(problems.joined(separator: "; ")) }
        }
        try queue.close()
    }

    private static func synchronize(_ path: String, flags: Int32) throws {
        let descriptor = try Descriptor.open(path, flags: flags)
        let number = descriptor.number
        try checked("fsync", "cannot bring \(path) to the disk") { fsync(number) }
    }
}

/// Why a backup was not made.
public enum BackupError: Error, Equatable, CustomStringConvertible {
    case exists(String)
    case unfinished(String)
    case damaged(String)

    public var description: String {
        switch self {
        case .exists(let file):
            "\(file): is there already, and a backup overwrites nothing; name a new file"
        case .unfinished(let part):
            "\(part): is there already: another backup is being made there, or one was interrupted; wait for it, or delete that file"
        case .damaged(let problem):
            "the copy does not pass SQLite's check (\(problem)), and was deleted; see `geofenced verify`"
        }
    }
}
