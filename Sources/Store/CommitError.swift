import GRDB

/// Why a batch was not committed.
public struct CommitError: Error, CustomStringConvertible {
    /// Whether it may succeed later, as it is: the disk was full or failed, or another process held the store.
    public let mayPass: Bool
    public let description: String
    /// SQLite's.
    let code: ResultCode?

    init(_ error: any Error) {
        description = "\(error)"
        code = (error as? DatabaseError)?.resultCode
        guard let code else {
            mayPass = false
            return
        }
        let passing: [ResultCode] = [
            .SQLITE_BUSY, .SQLITE_LOCKED, .SQLITE_FULL, .SQLITE_IOERR, .SQLITE_READONLY, .SQLITE_CANTOPEN,
            .SQLITE_NOMEM,
            .SQLITE_PROTOCOL, .SQLITE_INTERRUPT, .SQLITE_PERM, .SQLITE_AUTH,
        ]
        mayPass = passing.contains(code)
    }
}
