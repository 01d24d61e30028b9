internal import Engine
import GRDB
import GRDBSQLite
internal import Positioning

/// Goes through the rows of one prepared statement by SQLite's own calls, as ``RowInsert`` writes them: compaction and
/// recovery read every fix there is.
struct RowScan {
    private let statement: Statement

    /// - Parameter arguments: of the statement's parameters, from the first on.
    init(_ db: Database, _ sql: String, _ arguments: Int64...) throws {
        statement = try db.cachedStatement(sql: sql)
        // One that an error left in the middle.
        unsafe sqlite3_reset(statement.sqliteStatement)
        for (place, argument) in arguments.enumerated() {
            unsafe sqlite3_bind_int64(statement.sqliteStatement, Int32(place + 1), argument)
        }
    }

    /// Hands over each row until the end, or until `body` has enough.
    /// - Parameter body: gives `false` where it wants no more.
    func forEach(_ db: Database, _ body: (RowScan) throws -> Bool) throws {
        defer { end() }
        while try step(db) { if try !body(self) { return } }
    }

    /// Goes on to the next row; who does not go on to the end has to ``end()``.
    /// - Returns: `false` where there is none.
    func step(_ db: Database) throws -> Bool {
        switch unsafe sqlite3_step(statement.sqliteStatement) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        case let code: throw DatabaseError(resultCode: ResultCode(rawValue: code), message: db.lastErrorMessage)
        }
    }

    /// Lets go what the rows were read from.
    func end() { unsafe sqlite3_reset(statement.sqliteStatement) }

    func integer(_ column: Int32) -> Int64 { unsafe sqlite3_column_int64(statement.sqliteStatement, column) }

    func number(_ column: Int32) -> Double { unsafe sqlite3_column_double(statement.sqliteStatement, column) }

    private func isNull(_ column: Int32) -> Bool {
        unsafe sqlite3_column_type(statement.sqliteStatement, column) == SQLITE_NULL
    }

    func integerIfAny(_ column: Int32) -> Int64? { isNull(column) ? nil : integer(column) }

    func numberIfAny(_ column: Int32) -> Double? { isNull(column) ? nil : number(column) }

    /// Empty where it is NULL.
    func text(_ column: Int32) -> String {
        guard let start = unsafe sqlite3_column_text(statement.sqliteStatement, column) else { return "" }
        let count = Int(unsafe sqlite3_column_bytes(statement.sqliteStatement, column))
        return unsafe String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    }

    func bytes(_ column: Int32) -> [UInt8] {
        let count = Int(unsafe sqlite3_column_bytes(statement.sqliteStatement, column))
        guard count > 0, let start = unsafe sqlite3_column_blob(statement.sqliteStatement, column) else { return [] }
        return unsafe Array(UnsafeRawBufferPointer(start: start, count: count))
    }
}

extension StoredFix {
    /// What is selected of the table `fix` of version 1 for ``init(_:)``, and after it the device's number.
    static let columns = """
        id, time_us, received_us, lat, lon, accuracy_m, hdop, satellites, speed_mps, course_deg, altitude_m, dimensions, \
        solution, device
        """

    /// From a row with ``columns``.
    init(_ row: RowScan) {
        var measurements = Measurements()
        measurements.reportedAccuracy_m = row.numberIfAny(5)
        measurements.hdop = row.numberIfAny(6)
        measurements.satellites = row.integerIfAny(7).map(Int.init(truncatingIfNeeded:))
        measurements.speed_mps = row.numberIfAny(8)
        measurements.course_deg = row.numberIfAny(9)
        measurements.altitude_m = row.numberIfAny(10)
        measurements.dimensions = row.integerIfAny(11).map(Int.init(truncatingIfNeeded:))
        measurements.solution = row.integerIfAny(12).flatMap(UInt8.init(exactly:)).flatMap(Solution.init(rawValue:))
        id = row.integer(0)
        fix = Fix(
            time: Timestamp(microseconds: row.integer(1)),
            coordinate: Coordinate(latitude: row.number(3), longitude: row.number(4)), measurements: measurements)
        received = row.integerIfAny(2).map(Timestamp.init(microseconds:))
    }

    /// The column of the device's number.
    static let deviceColumn: Int32 = 13
}
