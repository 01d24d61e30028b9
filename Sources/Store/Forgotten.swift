internal import Engine
import GRDB
internal import Positioning

/// What retention took of each device: given again, it must not be told again. Of a device that was never seen nothing was
/// taken, however old its reports are: a clock may be wrong by months.
enum Forgotten {
    /// The time up to which a device's reports count as taken, µs.
    /// - Returns: `nil` where nothing was taken of it.
    static func time(of device: String, _ db: Database) throws -> Int64? {
        try Int64.fetchOne(
            db.cachedStatement(
                sql: """
                    SELECT ifnull((SELECT forgotten_us FROM device WHERE id = ?1),
                    (SELECT last_us FROM forgotten_device WHERE id = ?1))
                    """), arguments: [device])
    }

    /// Remembers of a device that is about to be deleted up to when it was known.
    /// - Parameters:
    ///   - newest: the time of its newest fix, µs.
    ///   - cut: it was silent since, µs.
    static func remember(
        _ device: (number: Int64, id: String), newest: Int64?, cut: Int64, _ db: Database
    ) throws {
        try db.cachedStatement(
            sql: """
                INSERT OR REPLACE INTO forgotten_device SELECT ?2, max(at) FROM (
                SELECT ?4 AS at
                UNION ALL SELECT forgotten_us FROM device WHERE number = ?1
                UNION ALL SELECT max(last_us) FROM rejected WHERE device = ?2 AND last_us <= ?3) HAVING max(at) IS NOT NULL
                """
        ).execute(arguments: [device.number, device.id, cut, newest])
    }

    /// Lets go those that were silent longest, where there are more than ``Limits/forgottenDevices``.
    static func bound(_ db: Database) throws {
        try db.execute(
            sql: """
                DELETE FROM forgotten_device WHERE id IN (SELECT id FROM forgotten_device
                ORDER BY last_us DESC LIMIT -1 OFFSET \(Limits.forgottenDevices))
                """)
    }

    /// A forgotten device as it was then, so that its past is decided again from there and no further back.
    static func checkpoint(of device: String, _ db: Database) throws -> (time: Timestamp, state: [UInt8])? {
        let last = try Int64.fetchOne(
            db.cachedStatement(sql: "SELECT last_us FROM forgotten_device WHERE id = ?"), arguments: [device])
        return last.map { (Timestamp(microseconds: $0), DeviceState().snapshot(fences: [])) }
    }

    /// Whether any is. Forgetting ends before the daemon begins, so their number only shrinks while it runs.
    static func isAny(_ db: Database) throws -> Bool {
        try Bool.fetchOne(db, sql: "SELECT EXISTS (SELECT 1 FROM forgotten_device)") ?? false
    }

    /// A device that is back goes on where it was forgotten: it was in no fence then, and what was told of it before stands.
    /// - Parameter number: of the row that was just made for it.
    static func resume(_ device: String, number: Int64, _ db: Database) throws {
        guard let (last, state) = try checkpoint(of: device, db) else { return }
        try db.cachedStatement(sql: "UPDATE device SET forgotten_us = ? WHERE number = ?")
            .execute(arguments: [last.microseconds, number])
        let insert = RowInsert(try db.cachedStatement(sql: "INSERT INTO checkpoint VALUES (?,?,?)"))
        insert.bind(1, number)
        insert.bind(2, last.microseconds)
        insert.bind(3, blob: state)
        try insert.run(db)
        try db.cachedStatement(sql: "DELETE FROM forgotten_device WHERE id = ?").execute(arguments: [device])
    }
}
