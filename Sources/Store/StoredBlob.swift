import GRDB
import GRDBSQLite
import Glibc
import Positioning

/// A great value of a row, read piece by piece: whoever takes all of it out of a row has SQLite make a copy of it first.
///
/// The handle never leaves it, and is closed with it: hence `@safe`. One belongs to the transaction that it was made in.
@safe struct StoredBlob: ~Copyable {
    private let handle: OpaquePointer
    private var count: Int { Int(unsafe sqlite3_blob_bytes(handle)) }

    /// - Parameter row: its rowid.
    init(_ db: Database, table: String, column: String, row: Int64) throws {
        var handle: OpaquePointer?
        let code = unsafe sqlite3_blob_open(db.sqliteConnection, "main", table, column, row, 0, &handle)
        guard let handle = unsafe handle, code == SQLITE_OK else { throw Self.failure(code, db) }
        unsafe self.handle = handle
    }

    deinit { unsafe sqlite3_blob_close(handle) }

    /// All of it.
    func bytes(_ db: Database) throws -> [UInt8] {
        var code = SQLITE_OK
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            code = unsafe sqlite3_blob_read(handle, buffer.baseAddress, Int32(count), 0)
            filled = code == SQLITE_OK ? count : 0
        }
        guard code == SQLITE_OK else { throw Self.failure(code, db) }
        return bytes
    }

    /// Whether it is the same as bytes at hand.
    func holds(_ bytes: [UInt8], _ db: Database) throws -> Bool {
        guard count == bytes.count else { return false }
        var piece = [UInt8](repeating: 0, count: min(count, Limits.blobPiece))
        for start in stride(from: 0, to: count, by: Limits.blobPiece) {
            let length = min(Limits.blobPiece, count - start)
            let code = unsafe sqlite3_blob_read(handle, &piece, Int32(length), Int32(start))
            guard code == SQLITE_OK else { throw Self.failure(code, db) }
            let isSame = unsafe piece.withUnsafeBytes { stored in
                unsafe bytes.withUnsafeBytes { own in
                    guard let stored = stored.baseAddress, let own = own.baseAddress else { return true }
                    return unsafe memcmp(stored, own + start, length) == 0
                }
            }
            guard isSame else { return false }
        }
        return true
    }

    private static func failure(_ code: Int32, _ db: Database) -> DatabaseError {
        DatabaseError(resultCode: ResultCode(rawValue: code), message: db.lastErrorMessage)
    }
}
