import CFaults
import Glibc
import Store

/// The disk below one folder, as it fails: for SQLite by a layer under it, for the event file by its calls.
struct Disk {
    let folder: String

    init(below folder: String) throws {
        self.folder = folder
        guard cfaults_install() == 0 else { throw CannotInstall() }
    }

    struct CannotInstall: Error {}

    /// - Parameter writesUntilKill: 0 is never.
    func fail(seed: UInt64, writes: UInt32 = 0, reads: UInt32 = 0, writesUntilKill: UInt32 = 0) {
        unsafe cfaults_begin(
            folder,
            cfaults_plan(
                seed: seed, failing_writes: writes, failing_reads: reads, writes_until_kill: writesUntilKill))
    }

    /// - Returns: how many calls failed.
    @discardableResult
    func mend() -> Int { Int(cfaults_end()) }

    /// How often SQLite has waited for it.
    var syncs: Int { Int(cfaults_syncs()) }

    var isKilled: Bool { cfaults_is_killed() != 0 }

    static let calls = FileCalls(
        write: { number, bytes in
            switch cfaults_draw_write() {
            case CFAULTS_NONE: return FileCalls.system.write(number, bytes)
            case CFAULTS_SHORT: return FileCalls.system.write(number, bytes.prefix((bytes.count + 1) / 2))
            case CFAULTS_FULL: errno = ENOSPC
            case CFAULTS_INTERRUPT: errno = EINTR
            default: errno = EIO
            }
            return -1
        },
        truncate: { number, length in
            guard cfaults_draw_write() != CFAULTS_NONE else { return FileCalls.system.truncate(number, length) }
            errno = EIO
            return -1
        },
        read: { number, bytes, offset in
            guard cfaults_draw_read() != CFAULTS_NONE else { return FileCalls.system.read(number, &bytes, offset) }
            errno = EIO
            return -1
        },
        sync: { _ in
            // Nothing waits for a disk here.
            guard cfaults_draw_write() != CFAULTS_NONE else { return 0 }
            errno = EIO
            return -1
        })
}
