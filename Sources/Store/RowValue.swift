import GRDB

/// Values of the store's own columns. Only damage makes one another kind of value, or none, and GRDB's subscripts trap then.
extension Row {
    /// `nil` too where there is no such column.
    /// - Throws: `SQLITE_CORRUPT`, as for a page of the file that is damaged: none of both mends by trying again.
    func value<Value: DatabaseValueConvertible>(_ column: String) throws(DatabaseError) -> Value {
        do {
            return try decode(Value.self, forColumn: column)
        } catch {
            throw Self.damage(error)
        }
    }

    /// - Throws: as above.
    func value<Value: DatabaseValueConvertible>(at index: Int) throws(DatabaseError) -> Value {
        do {
            return try decode(Value.self, atIndex: index)
        } catch {
            throw Self.damage(error)
        }
    }

    private static func damage(_ error: any Error) -> DatabaseError {
        DatabaseError(resultCode: .SQLITE_CORRUPT, message: "a row cannot be read: \(error)")
    }
}
