import GRDB
import GRDBSQLite

/// Binds and runs one prepared statement through SQLite's own calls: the journal's hot path, where GRDB's argument arrays
/// would cost more than the insert.
///
/// Text and blobs are bound as transient (SQLite copies them). A statement that runs over a bound parameter count or type
/// fails in ``run(_:)``, with SQLite's message.
struct RowInsert {
    private let statement: Statement

    init(_ statement: Statement) { self.statement = statement }

    /// `SQLITE_TRANSIENT`: the macro is a cast that Swift does not import.
    private static var transient: sqlite3_destructor_type { unsafe unsafeBitCast(-1, to: sqlite3_destructor_type.self) }

    func bind(_ index: Int32, _ value: Int64?) {
        if let value {
            unsafe sqlite3_bind_int64(statement.sqliteStatement, index, value)
        } else {
            unsafe sqlite3_bind_null(statement.sqliteStatement, index)
        }
    }

    func bind(_ index: Int32, _ value: Double?) {
        if let value {
            unsafe sqlite3_bind_double(statement.sqliteStatement, index, value)
        } else {
            unsafe sqlite3_bind_null(statement.sqliteStatement, index)
        }
    }

    func bind(_ index: Int32, _ value: String?) {
        guard let value else {
            unsafe sqlite3_bind_null(statement.sqliteStatement, index)
            return
        }
        // With its length: a text may hold a NUL.
        var text = value
        text.withUTF8 { bytes in
            _ = unsafe bytes.withMemoryRebound(to: CChar.self) { bytes in
                unsafe sqlite3_bind_text(
                    statement.sqliteStatement, index, bytes.baseAddress, Int32(clamping: bytes.count), Self.transient)
            }
        }
    }

    func bind(_ index: Int32, _ value: Int64) { bind(index, Optional(value)) }

    func bind(_ index: Int32, blob: [UInt8]) {
        unsafe blob.withUnsafeBytes { bytes in
            _ = unsafe sqlite3_bind_blob(
                statement.sqliteStatement, index, bytes.baseAddress, Int32(clamping: bytes.count), Self.transient)
        }
    }

    /// - Throws: `DatabaseError` with SQLite's code and message.
    func run(_ db: Database) throws {
        let code = unsafe sqlite3_step(statement.sqliteStatement)
        unsafe sqlite3_reset(statement.sqliteStatement)
        guard code == SQLITE_DONE else {
            throw DatabaseError(resultCode: ResultCode(rawValue: code), message: db.lastErrorMessage)
        }
    }
}
