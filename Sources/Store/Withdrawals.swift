import Engine
import GRDB
internal import Positioning

/// Fixes that were withdrawn after they had been taken. Beside them, so that a fix never changes, wherever it is kept.
enum Withdrawals {
    static func add(_ withdrawals: [Decisions.Withdrawal], _ db: Database, number: (String) throws -> Int64) throws {
        for withdrawal in withdrawals {
            try db.cachedStatement(sql: "INSERT OR REPLACE INTO withdrawal VALUES (?,?,?)").execute(arguments: [
                try number(withdrawal.device), withdrawal.time.microseconds, withdrawal.reason.rawValue,
            ])
        }
    }

    /// Tells the device's fixes, by ascending time, which of them were withdrawn.
    static func mark(_ fixes: inout [StoredFix], of device: Int64, _ db: Database) throws {
        guard let first = fixes.first?.time_us, let last = fixes.last?.time_us else { return }
        let rows = try Row.fetchCursor(
            db.cachedStatement(
                sql: "SELECT time_us, reason FROM withdrawal WHERE device = ? AND time_us BETWEEN ? AND ?"),
            arguments: [device, first, last])
        var reasons: [Int64: String] = [:]
        while let row = try rows.next() { reasons[try row.value(at: 0)] = try row.value(at: 1) as String }
        guard !reasons.isEmpty else { return }
        for place in fixes.indices { fixes[place].withdrawn = reasons[fixes[place].time_us] }
    }

    /// Forgets those up to a time whose fixes are gone.
    /// - Parameter left: the fixes up to then that are still there.
    static func forget(
        of device: Int64, upTo time_us: Int64, _ db: Database, left: () throws -> [StoredFix]
    ) throws {
        let times = try Int64.fetchAll(
            db.cachedStatement(sql: "SELECT time_us FROM withdrawal WHERE device = ? AND time_us <= ?"),
            arguments: [device, time_us])
        guard !times.isEmpty else { return }
        let left = Set(try left().map(\.time_us))
        for time in times where !left.contains(time) {
            try db.cachedStatement(sql: "DELETE FROM withdrawal WHERE device = ? AND time_us = ?")
                .execute(arguments: [device, time])
        }
    }
}
